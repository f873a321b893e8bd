package dev.holdfast.partition.reconcile;

import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Has nodes join the groups that the map wants them in: those whose replica of a parent came by
 * snapshot have never seen the split, and have no seed of the child (design section 10).
 *
 * <p>Thread-safe. One sweep at a time; keeps nothing between sweeps.
 */
public final class ReplicaReconciler {
  /** What a group's log begins with; a leader that has applied more has committed it. */
  private static final long SEED_INDEX = 1;

  private final NodeControl control;
  private final Sweeps sweeps = new Sweeps(this::sweep);

  /** A node, and a partition that it lacks. */
  record Missing(NodeId node, ClusterMap.Partition partition) {}

  public ReplicaReconciler(NodeControl control) {
    this.control = control;
  }

  /** Sweeps now, or once more after the sweep that is running. */
  public void trigger() {
    sweeps.trigger();
  }

  /** Completes when every node has been asked for what it lacks; never fails. */
  CompletableFuture<Void> sweep() {
    return control
        .map()
        .thenCombine(control.statuses(), ReplicaReconciler::missing)
        .thenCompose(
            missing ->
                CompletableFuture.allOf(
                    missing.stream().map(this::host).toArray(CompletableFuture[]::new)))
        .exceptionally(notLeading -> null);
  }

  private CompletableFuture<Void> host(Missing missing) {
    return control
        .host(missing.node(), missing.partition())
        .handle(
            (done, failure) -> {
              control.hosted(missing.node(), missing.partition().id(), failure);
              return null;
            });
  }

  /**
   * What nodes that are up lack, of partitions whose leader is known to have committed an entry:
   * before that two replicas without a seed could elect one of them (replication.md S3).
   */
  static List<Missing> missing(ClusterMap map, List<NodeStatus> statuses) {
    List<Missing> missing = new ArrayList<>();
    for (ClusterMap.Partition partition : map.partitions()) {
      if (!isSettled(partition.id(), statuses)) {
        continue;
      }
      for (NodeStatus status : statuses) {
        if (status.ready() // otherwise it may be opening what it has
            && partition.replicas().contains(status.node())
            && status.replicas().stream()
                .noneMatch(replica -> replica.partition().equals(partition.id()))) {
          missing.add(new Missing(status.node(), partition));
        }
      }
    }
    return missing;
  }

  private static boolean isSettled(PartitionId partition, List<NodeStatus> statuses) {
    return statuses.stream()
        .flatMap(status -> status.replicas().stream())
        .anyMatch(
            replica ->
                replica.partition().equals(partition)
                    && replica.role() == NodeStatus.Role.LEADER
                    && replica.appliedIndex() > SEED_INDEX);
  }
}
