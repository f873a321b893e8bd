package dev.holdfast.partition.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.MembershipChange.AbandonMove;
import dev.holdfast.protocol.command.MembershipChange.BeginRebuild;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.NodeStatus.Role;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DamageReconcilerTest {
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");
  private static final NodeId N3 = new NodeId("n3");
  private static final NodeId N4 = new NodeId("n4");
  private static final List<NodeId> MEMBERS = List.of(N1, N2, N3);
  private static final ClusterMap.Partition P1 =
      new ClusterMap.Partition(new PartitionId(1), 5, KeyRange.ALL, MEMBERS);
  private static final ClusterMap MAP = new ClusterMap(2, List.of(), List.of(P1));
  private static final ClusterMap.Partition META =
      new ClusterMap.Partition(PartitionId.META, 4, KeyRange.ALL, MEMBERS);

  private static Membership membership(MoveOperation... moves) {
    return new Membership(3, META, List.of(moves));
  }

  private static NodeStatus status(NodeId node, NodeStatus.Replica... replicas) {
    return new NodeStatus(node, true, Arrays.asList(replicas));
  }

  private static NodeStatus.Replica replica(PartitionId partition, Role role) {
    return new NodeStatus.Replica(partition, 0, role, null, 0, 0, 0, 0, 0, 0);
  }

  private static NodeStatus damagedOn(NodeId node) {
    return status(node, replica(P1.id(), Role.DAMAGED));
  }

  private static NodeStatus soundOn(NodeId node) {
    return status(node, replica(P1.id(), Role.FOLLOWER));
  }

  @Test
  void whatIsDamagedLeavesItsGroup() {
    assertThat(
            DamageReconciler.due(
                MAP, membership(), List.of(soundOn(N1), damagedOn(N2), soundOn(N3))))
        .containsExactly(new BeginRebuild(P1.id(), 5, N2));
    assertThat(
            DamageReconciler.due(
                MAP, membership(), List.of(status(N3, replica(PartitionId.META, Role.DAMAGED)))))
        .containsExactly(new BeginRebuild(PartitionId.META, 4, N3));
  }

  /** C2: nobody knows whose state is right. */
  @Test
  void withoutASoundMajorityNothingIsDone() {
    assertThat(
            DamageReconciler.due(
                MAP, membership(), List.of(damagedOn(N1), damagedOn(N2), soundOn(N3))))
        .isEmpty();
  }

  /** Invariant 10. */
  @Test
  void whatIsBeingChangedIsLeftAlone() {
    MoveOperation move = new MoveOperation(P1, N4, null, false);
    assertThat(DamageReconciler.due(MAP, membership(move), List.of(damagedOn(N2)))).isEmpty();
  }

  /** C1: it may have a vote by now, so nothing begins anew in its place. */
  @Test
  void aMoveWhoseNewReplicaIsDamagedIsGivenUp() {
    MoveOperation move = new MoveOperation(P1, N4, null, false);
    assertThat(DamageReconciler.spoilt(membership(move), List.of(soundOn(N1), damagedOn(N4))))
        .containsExactly(new AbandonMove(P1.id(), 5));
    assertThat(DamageReconciler.spoilt(membership(move), List.of(damagedOn(N1), soundOn(N4))))
        .isEmpty();
    assertThat(DamageReconciler.spoilt(membership(move.withGivenUp()), List.of(damagedOn(N4))))
        .isEmpty();
  }

  @Test
  void whatIsNoMemberAnyMoreOnlyHasToBeDeleted() {
    assertThat(DamageReconciler.due(MAP, membership(), List.of(damagedOn(N4)))).isEmpty();
    assertThat(LeftoverReconciler.leftovers(MAP, membership(), List.of(damagedOn(N4))))
        .containsExactly(new LeftoverReconciler.Leftover(N4, P1.id(), 5));
    assertThat(LeftoverReconciler.leftovers(MAP, membership(), List.of(damagedOn(N2)))).isEmpty();
  }
}
