package dev.holdfast.partition.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.NodeStatus.Role;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicaReconcilerTest {
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");
  private static final NodeId N3 = new NodeId("n3");
  private static final SplitOperation SPLIT =
      new SplitOperation(
          new ClusterMap.Partition(new PartitionId(1), 1, KeyRange.ALL, List.of(N1, N2, N3)),
          Bytes.fromHex("80"),
          new PartitionId(2));
  private static final ClusterMap MAP =
      new ClusterMap(2, List.of(), List.of(SPLIT.left(), SPLIT.right()));

  private static NodeStatus status(NodeId node, NodeStatus.Replica... replicas) {
    return new NodeStatus(node, true, List.of(replicas));
  }

  private static NodeStatus.Replica replica(long partition, Role role, long applied) {
    return new NodeStatus.Replica(
        new PartitionId(partition), 2, role, null, 1, applied, applied, 0, 0, 0);
  }

  private static List<NodeStatus> statuses(long childApplied) {
    return List.of(
        status(N1, replica(1, Role.LEADER, 9), replica(2, Role.LEADER, childApplied)),
        status(N2, replica(1, Role.FOLLOWER, 9), replica(2, Role.FOLLOWER, 1)),
        status(N3, replica(1, Role.FOLLOWER, 9)));
  }

  @Test
  void whoHasMissedASplitIsToJoin() {
    assertThat(ReplicaReconciler.missing(MAP, statuses(2)))
        .containsExactly(new ReplicaReconciler.Missing(N3, SPLIT.right()));
  }

  /** S3: two that have nothing must not be able to elect one of them. */
  @Test
  void nobodyJoinsAGroupThatHasCommittedNothing() {
    assertThat(ReplicaReconciler.missing(MAP, statuses(1))).isEmpty();
    assertThat(ReplicaReconciler.missing(MAP, statuses(2).subList(1, 3))).isEmpty();
  }

  @Test
  void whoDoesNotAnswerAndWhoIsNoReplicaIsLeftAlone() {
    assertThat(ReplicaReconciler.missing(MAP, statuses(2).subList(0, 2))).isEmpty();
    List<NodeStatus> more = new ArrayList<>(statuses(2).subList(0, 2));
    more.add(status(new NodeId("n4")));
    assertThat(ReplicaReconciler.missing(MAP, more)).isEmpty();
  }
}
