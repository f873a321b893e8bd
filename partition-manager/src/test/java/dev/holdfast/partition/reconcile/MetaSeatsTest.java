package dev.holdfast.partition.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.partition.placement.view.ChangeTimes;
import dev.holdfast.partition.placement.view.ClusterView;
import dev.holdfast.partition.placement.view.DataSize;
import dev.holdfast.partition.placement.view.KeySamples;
import dev.holdfast.partition.placement.view.Load;
import dev.holdfast.partition.placement.view.LoadHistory;
import dev.holdfast.partition.placement.view.NodeView;
import dev.holdfast.partition.placement.view.PartitionView;
import dev.holdfast.partition.placement.view.ReplicaView;
import dev.holdfast.protocol.command.MembershipChange.BeginMove;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Four nodes, of which n1, n2 and n3 hold the meta group at epoch 4. */
class MetaSeatsTest {
  private static final long NOW = 1_000_000_000;
  private static final Duration DEAD_AFTER = Duration.ofSeconds(100);
  private static final List<NodeId> MEMBERS =
      List.of(new NodeId("n1"), new NodeId("n2"), new NodeId("n3"));
  private static final NodeId SPARE = new NodeId("n4");
  private static final ClusterMap.Partition META =
      new ClusterMap.Partition(PartitionId.META, 4, KeyRange.ALL, MEMBERS);

  private static ClusterView view(NodeView.State... states) {
    List<NodeView> nodes = new ArrayList<>();
    for (int i = 0; i < states.length; i++) {
      nodes.add(new NodeView(new NodeId("n" + (i + 1)), states[i], 1, 0, NodeView.Pace.FINE));
    }
    ClusterMap.Partition all =
        new ClusterMap.Partition(new PartitionId(1), 1, KeyRange.ALL, MEMBERS);
    PartitionView partition =
        new PartitionView(
            all,
            null,
            MEMBERS.stream().map(node -> new ReplicaView(node, 0)).toList(),
            new LoadHistory(Load.NONE, Load.NONE, Load.NONE, 0),
            KeySamples.NONE,
            new DataSize(0, null),
            ChangeTimes.UNCHANGED,
            null);
    return new ClusterView(NOW, nodes, List.of(partition), new TreeMap<>());
  }

  private static NodeView.State live() {
    return new NodeView.Live();
  }

  private static Optional<BeginMove> next(ClusterView view, Membership membership) {
    return MetaSeats.next(view, membership, DEAD_AFTER);
  }

  private static Membership settled() {
    return new Membership(3, META, List.of());
  }

  @Test
  void aMemberThatIsToLeaveIsReplacedByANodeThatStays() {
    assertThat(next(view(live(), new NodeView.Decommissioning(5), live(), live()), settled()))
        .contains(new BeginMove(PartitionId.META, 4, SPARE, MEMBERS.get(1)));
  }

  @Test
  void aMemberThatHasBeenDeadForLongIsReplacedAndOneThatHasNotIsNot() {
    long longAgo = NOW - DEAD_AFTER.toNanos() / 1000;

    assertThat(next(view(new NodeView.Dead(longAgo), live(), live(), live()), settled()))
        .contains(new BeginMove(PartitionId.META, 4, SPARE, MEMBERS.get(0)));
    assertThat(next(view(new NodeView.Dead(longAgo + 1), live(), live(), live()), settled()))
        .isEmpty();
  }

  @Test
  void whereNoNodeIsFreeNobodyIsReplaced() {
    assertThat(next(view(live(), new NodeView.Decommissioning(5), live()), settled())).isEmpty();
    assertThat(
            next(
                view(live(), new NodeView.Decommissioning(5), live(), new NodeView.Dead(NOW)),
                settled()))
        .isEmpty();
  }

  @Test
  void oneMoveAtATime() {
    Membership moving =
        new Membership(3, META, List.of(new MoveOperation(META, SPARE, MEMBERS.get(0), false)));

    assertThat(next(view(live(), new NodeView.Decommissioning(5), live(), live()), moving))
        .isEmpty();
  }

  @Test
  void aGroupOfTooFewGetsAnotherMember() {
    Membership small =
        new Membership(
            3,
            new ClusterMap.Partition(PartitionId.META, 4, KeyRange.ALL, MEMBERS.subList(0, 2)),
            List.of());

    assertThat(next(view(live(), live(), live(), live()), small))
        .contains(new BeginMove(PartitionId.META, 4, MEMBERS.get(2), null));
  }

  @Test
  void aHealthyGroupStays() {
    assertThat(next(view(live(), live(), live(), live()), settled())).isEmpty();
  }
}
