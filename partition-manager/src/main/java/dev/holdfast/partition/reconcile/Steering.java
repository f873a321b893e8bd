package dev.holdfast.partition.reconcile;

import dev.holdfast.partition.observation.Observer;
import dev.holdfast.partition.observation.ObserverOptions;
import dev.holdfast.partition.observation.Operations;
import dev.holdfast.partition.placement.Plan;
import dev.holdfast.partition.placement.Planner;
import dev.holdfast.partition.placement.PlannerOptions;
import dev.holdfast.partition.placement.view.ClusterView;
import dev.holdfast.partition.placement.view.PartitionView;
import dev.holdfast.partition.placement.view.Step;
import dev.holdfast.protocol.command.MembershipChange;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SplitOrigin;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.rpc.NodeReport;
import dev.holdfast.protocol.rpc.PlanReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The controller's loop, run by the leader of the meta group: heartbeats bring the map to the nodes
 * and their reports back, the reports make a view, the view a plan, and its steps begin (design
 * section 9).
 *
 * <ul>
 *   <li>What a step changes for good is recorded in the meta group, or is one message that does no
 *       harm twice: a controller that dies in the middle leaves nothing that the next must know.
 *   <li>A step that is refused is not tried again by itself: the next plan sees what is to be done.
 *   <li>One round at a time. What was observed is forgotten when this node does not lead any more.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class Steering {
  /** Whether plans are carried out, or only made and shown. */
  public enum Mode {
    STEER,
    WATCH
  }

  private final ClusterControl control;
  private final PlannerOptions options;
  private final ObserverOptions observing;
  private final Mode mode;
  private final LongSupplier clockMicros;
  private final Sweeps rounds = new Sweeps(this::round);
  private final Map<NodeId, Long> mapEpochs = new ConcurrentHashMap<>();
  private final Map<PartitionId, Step> transfers = new ConcurrentHashMap<>();
  private final Decisions decisions = new Decisions();
  private Observer observer;

  /**
   * @param clockMicros monotonic
   */
  public Steering(
      ClusterControl control,
      PlannerOptions options,
      ObserverOptions observing,
      Mode mode,
      LongSupplier clockMicros) {
    this.control = control;
    this.options = options;
    this.observing = observing;
    this.mode = mode;
    this.clockMicros = clockMicros;
    this.observer = new Observer(observing);
  }

  /** Runs a round now, or once more after the one that is running. */
  public void trigger() {
    rounds.trigger();
  }

  /** What the last round decided; null when there was none, or this node does not lead. */
  public @Nullable PlanReport report() {
    return decisions.report();
  }

  /** Completes when the steps of a round have begun; never fails. */
  CompletableFuture<Void> round() {
    CompletableFuture<ClusterMap> map = control.map();
    return map.thenCompose(this::roundOf)
        .exceptionally(
            failure -> {
              if (map.isCompletedExceptionally()) { // another node leads
                forget();
              }
              return null; // otherwise the next round asks again
            });
  }

  private void forget() {
    observer = new Observer(observing);
    mapEpochs.clear();
    decisions.forget();
  }

  private CompletableFuture<Void> roundOf(ClusterMap map) {
    CompletableFuture<Map<NodeId, NodeReport>> reports = beats(map);
    CompletableFuture<List<TableDescriptor>> tables = control.tables();
    CompletableFuture<Operations> operations = control.operations();
    return CompletableFuture.allOf(reports, tables, operations)
        .thenCompose(
            all -> {
              if (map.partitions().isEmpty()) {
                return CompletableFuture.completedFuture(null); // a cluster that is not made yet
              }
              return decide(map, reports.join(), tables.join(), operations.join());
            });
  }

  private CompletableFuture<Map<NodeId, NodeReport>> beats(ClusterMap map) {
    Map<NodeId, NodeReport> reports = new ConcurrentHashMap<>();
    List<CompletableFuture<Void>> beats = new ArrayList<>();
    for (ClusterMap.Node node : map.nodes()) {
      boolean isBehind = mapEpochs.getOrDefault(node.id(), 0L) < map.epoch();
      beats.add(
          control
              .beat(node, isBehind ? map : null)
              .handle(
                  (report, failure) -> {
                    if (report != null) {
                      mapEpochs.put(node.id(), report.mapEpoch());
                      reports.put(node.id(), report);
                    }
                    return null;
                  }));
    }
    return CompletableFuture.allOf(beats.toArray(CompletableFuture[]::new))
        .thenApply(all -> reports);
  }

  private CompletableFuture<Void> decide(
      ClusterMap map,
      Map<NodeId, NodeReport> reports,
      List<TableDescriptor> tables,
      Operations recorded) {
    Operations operations = recorded.with(transfers);
    ClusterView view = observer.observe(clockMicros.getAsLong(), map, tables, operations, reports);
    Plan plan = Planner.plan(view, options.withReplicaCount(recorded.membership().replicaCount()));
    decisions.decided(plan);
    if (mode == Mode.WATCH) {
      return CompletableFuture.completedFuture(null);
    }
    Beginning beginning = new Beginning(map, view);
    List<CompletableFuture<Void>> begun = new ArrayList<>();
    plan.steps().forEach(step -> begun.add(begin(step, beginning)));
    MetaSeats.next(view, recorded.membership(), options.replicas().deadAfter())
        .ifPresent(move -> begun.add(change(move.partition(), move)));
    StrandedMoves.of(
            view.nowMicros(), view.nodes(), recorded.membership(), options.replicas().deadAfter())
        .forEach(move -> begun.add(change(move.partition(), move)));
    return CompletableFuture.allOf(begun.toArray(CompletableFuture[]::new));
  }

  private CompletableFuture<Void> begin(Step step, Beginning beginning) {
    return step.dispatch(beginning)
        .handle(
            (begun, failure) -> {
              if (failure == null) {
                decisions.began(step);
                control.began(step);
              } else {
                control.failed(step, failure);
              }
              return null;
            });
  }

  private CompletableFuture<Void> change(PartitionId partition, MembershipChange change) {
    return control
        .change(new MetaCommand.Membership(change))
        .handle(
            (begun, failure) -> {
              control.changesMembers(partition, change, failure);
              return null;
            });
  }

  /** Begins each kind of step, on partitions as the plan saw them. */
  private final class Beginning implements Step.Handler<CompletableFuture<Void>> {
    private final Map<PartitionId, PartitionView> partitions = new HashMap<>();
    private final Map<NodeId, ClusterMap.Node> nodes = new HashMap<>();

    Beginning(ClusterMap map, ClusterView view) {
      view.partitions().forEach(partition -> partitions.put(partition.id(), partition));
      map.nodes().forEach(node -> nodes.put(node.id(), node));
    }

    private PartitionView partition(PartitionId id) {
      return Objects.requireNonNull(partitions.get(id));
    }

    @Override
    public CompletableFuture<Void> split(Step.Split step) {
      long epoch = partition(step.partition()).partition().epoch();
      return control.change(
          new MetaCommand.BeginSplit(step.partition(), epoch, step.key(), SplitOrigin.LOAD));
    }

    /** The round does not wait for its end. */
    @Override
    public CompletableFuture<Void> transferLeader(Step.TransferLeader step) {
      NodeId from = partition(step.partition()).leader();
      ClusterMap.Node leader = from == null ? null : nodes.get(from);
      if (leader == null) {
        return CompletableFuture.completedFuture(null);
      }
      transfers.put(step.partition(), step);
      observer.leaderMoved(step.partition(), clockMicros.getAsLong());
      CompletableFuture<Void> unused =
          control
              .transfer(step.partition(), leader, step.to())
              .whenComplete(
                  (done, failure) -> {
                    transfers.remove(step.partition());
                    if (failure != null) {
                      control.failed(step, failure);
                    }
                  });
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> merge(Step.Merge step) {
      return control.change(
          new MetaCommand.BeginMerge(
              step.left(),
              partition(step.left()).partition().epoch(),
              step.right(),
              partition(step.right()).partition().epoch()));
    }

    @Override
    public CompletableFuture<Void> addReplica(Step.AddReplica step) {
      return move(step.partition(), step.node(), null);
    }

    @Override
    public CompletableFuture<Void> removeReplica(Step.RemoveReplica step) {
      return move(step.partition(), null, step.node());
    }

    private CompletableFuture<Void> move(
        PartitionId id, @Nullable NodeId add, @Nullable NodeId remove) {
      return control.change(
          new MetaCommand.Membership(
              new MembershipChange.BeginMove(id, partition(id).partition().epoch(), add, remove)));
    }
  }
}
