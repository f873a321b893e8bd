package dev.holdfast.partition.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.partition.placement.view.NodeView;
import dev.holdfast.protocol.command.MembershipChange.AbandonMove;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Partition p1 of n1, n2 and n3 at epoch 7; n4 is to take the place of n3. */
class StrandedMovesTest {
  private static final long NOW = 1_000_000_000;
  private static final Duration DEAD_AFTER = Duration.ofSeconds(100);
  private static final long LONG_AGO = NOW - DEAD_AFTER.toNanos() / 1000;
  private static final List<NodeId> MEMBERS =
      List.of(new NodeId("n1"), new NodeId("n2"), new NodeId("n3"));
  private static final ClusterMap.Partition P1 =
      new ClusterMap.Partition(new PartitionId(1), 7, KeyRange.ALL, MEMBERS);
  private static final MoveOperation MOVE =
      new MoveOperation(P1, new NodeId("n4"), MEMBERS.get(2), false);

  private static List<AbandonMove> stranded(MoveOperation move, NodeView.State... states) {
    List<NodeView> nodes = new ArrayList<>();
    for (int i = 0; i < states.length; i++) {
      nodes.add(new NodeView(new NodeId("n" + (i + 1)), states[i], 1, 0, NodeView.Pace.FINE));
    }
    ClusterMap.Partition meta =
        new ClusterMap.Partition(PartitionId.META, 4, KeyRange.ALL, MEMBERS);
    return StrandedMoves.of(NOW, nodes, new Membership(3, meta, List.of(move)), DEAD_AFTER);
  }

  private static NodeView.State live() {
    return new NodeView.Live();
  }

  @Test
  void aMoveToANodeThatIsLostIsGivenUp() {
    assertThat(stranded(MOVE, live(), live(), live(), new NodeView.Dead(LONG_AGO)))
        .containsExactly(new AbandonMove(P1.id(), 7));
  }

  @Test
  void aNodeThatMayComeBackIsWaitedFor() {
    assertThat(stranded(MOVE, live(), live(), live(), new NodeView.Dead(LONG_AGO + 1))).isEmpty();
    assertThat(stranded(MOVE, live(), live(), live(), live())).isEmpty();
  }

  @Test
  void aMoveAwayFromANodeThatIsLostGoesOn() {
    assertThat(stranded(MOVE, live(), live(), new NodeView.Dead(LONG_AGO), live())).isEmpty();
  }

  @Test
  void whatIsGivenUpIsNotGivenUpAgain() {
    assertThat(stranded(MOVE.withGivenUp(), live(), live(), live(), new NodeView.Dead(LONG_AGO)))
        .isEmpty();
  }
}
