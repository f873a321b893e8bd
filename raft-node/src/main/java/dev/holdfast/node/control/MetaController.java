package dev.holdfast.node.control;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.client.routing.NodeLinks;
import dev.holdfast.partition.reconcile.LeftoverReconciler;
import dev.holdfast.partition.reconcile.MoveReconciler;
import dev.holdfast.partition.reconcile.ReplicaReconciler;
import dev.holdfast.partition.reconcile.SplitReconciler;
import dev.holdfast.partition.reconcile.TableReconciler;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.statemachine.spi.StateMachineFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the leader of the meta group does by itself: bootstraps a new cluster's map, carries out
 * splits and reconciles tables. Sweeps when there is something new to do, and every {@code period}.
 */
public final class MetaController implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MetaController.class);

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
  public void start(NodeLink local, NodeLinks links, ClusterMap initialMap, LongSupplier random) {
    LinkedReplicaControl control =
        new LinkedReplicaControl(local, links, initialMap.nodes(), random);
    LinkedMoveControl moves = new LinkedMoveControl(control, links);
    sweeper.set(
        new Sweeper(
            control,
            new SplitReconciler(control),
            new TableReconciler(control),
            new ReplicaReconciler(control),
            new MoveReconciler(moves),
            new LeftoverReconciler(moves),
            initialMap));
    timer.set(
        executor.scheduleWithFixedDelay(this::sweep, 0, period.toMillis(), TimeUnit.MILLISECONDS));
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
      TableReconciler tables,
      ReplicaReconciler replicas,
      MoveReconciler moves,
      LeftoverReconciler leftovers,
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
                  tables.trigger();
                  replicas.trigger();
                  moves.trigger();
                  leftovers.trigger();
                }
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
