package dev.holdfast.node.control;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.client.routing.NodeLinks;
import dev.holdfast.partition.reconcile.DamageReconciler;
import dev.holdfast.partition.reconcile.LeftoverReconciler;
import dev.holdfast.partition.reconcile.MergeReconciler;
import dev.holdfast.partition.reconcile.MoveReconciler;
import dev.holdfast.partition.reconcile.ReplicaReconciler;
import dev.holdfast.partition.reconcile.SplitReconciler;
import dev.holdfast.partition.reconcile.Steering;
import dev.holdfast.partition.reconcile.TableReconciler;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.rpc.PlanReport;
import dev.holdfast.statemachine.spi.StateMachineFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the leader of the meta group does by itself: bootstraps a new cluster's map, observes and
 * plans, carries out splits and merges and reconciles tables. Sweeps when there is something new to
 * do, and every {@code period}.
 */
public final class MetaController implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MetaController.class);

  /** Clients wait for ten seconds: by then a merge is done, or the right one serves again. */
  private static final Duration MERGE_PATIENCE = Duration.ofSeconds(5);

  private final ScheduledExecutorService executor;
  private final Duration period;
  private final AtomicReference<@Nullable Sweeper> sweeper = new AtomicReference<>();
  private final AtomicReference<@Nullable ScheduledFuture<?>> timer = new AtomicReference<>();

  /**
   * @param executor runs sweeps; owned by the caller
   * @param period between sweeps when nothing changes
   */
  public MetaController(ScheduledExecutorService executor, Duration period) {
    this.executor = executor;
    this.period = period;
  }

  /** The meta group's factory, made to trigger this controller. */
  public StateMachineFactory watch(StateMachineFactory meta) {
    return WatchedStateMachine.watch(meta, this::triggered);
  }

  /**
   * Begins to sweep.
   *
   * @param initialMap proposed when the meta group has none; without partitions on a node that
   *     joined later
   */
  public void start(
      NodeLink local, NodeLinks links, ClusterMap initialMap, SteeringOptions options) {
    LinkedReplicaControl control =
        new LinkedReplicaControl(
            local, links, initialMap.nodes(), () -> ThreadLocalRandom.current().nextLong());
    LinkedMoveControl moves = new LinkedMoveControl(control, links);
    sweeper.set(
        new Sweeper(
            control,
            new SplitReconciler(control),
            new MergeReconciler(new LinkedMergeControl(control, MERGE_PATIENCE, System::nanoTime)),
            new TableReconciler(control),
            new ReplicaReconciler(control),
            new MoveReconciler(moves),
            new LeftoverReconciler(moves),
            new DamageReconciler(moves),
            new Steering(
                control,
                options.planner(),
                options.observer(),
                options.mode(),
                () -> TimeUnit.NANOSECONDS.toMicros(System.nanoTime())),
            initialMap));
    timer.set(
        executor.scheduleWithFixedDelay(this::sweep, 0, period.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** What was planned lately; null when this node does not lead the meta group. */
  public @Nullable PlanReport report() {
    Sweeper started = sweeper.get();
    return started == null ? null : started.steering().report();
  }

  private void triggered() {
    if (sweeper.get() != null && !executor.isShutdown()) {
      executor.execute(this::sweep);
    }
  }

  private void sweep() {
    Sweeper started = sweeper.get();
    if (started != null) {
      started.sweep();
    }
  }

  @Override
  public void close() {
    sweeper.set(null);
    ScheduledFuture<?> running = timer.getAndSet(null);
    if (running != null) {
      running.cancel(false);
    }
  }

  private record Sweeper(
      LinkedReplicaControl control,
      SplitReconciler splits,
      MergeReconciler merges,
      TableReconciler tables,
      ReplicaReconciler replicas,
      MoveReconciler moves,
      LeftoverReconciler leftovers,
      DamageReconciler damages,
      Steering steering,
      ClusterMap initialMap) {
    @SuppressWarnings("FutureReturnValueIgnored") // the end of a sweep needs no answer
    void sweep() {
      control
          .map()
          .thenCompose(this::bootstrapped)
          .whenComplete(
              (done, notLeading) -> {
                if (notLeading == null) {
                  splits.trigger();
                  merges.trigger();
                  tables.trigger();
                  replicas.trigger();
                  moves.trigger();
                  leftovers.trigger();
                  damages.trigger();
                }
                steering.trigger(); // which forgets what it knows when another node leads
              });
    }

    private CompletableFuture<Void> bootstrapped(ClusterMap map) {
      if (!map.partitions().isEmpty() || initialMap.partitions().isEmpty()) {
        return CompletableFuture.completedFuture(null);
      }
      log.info(
          "partition=meta a new cluster: nodes={} partitions={}",
          initialMap.nodes().size(),
          initialMap.partitions().size());
      return control.change(new MetaCommand.Bootstrap(initialMap));
    }
  }
}
