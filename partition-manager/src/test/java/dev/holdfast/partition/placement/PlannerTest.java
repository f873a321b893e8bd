package dev.holdfast.partition.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.partition.placement.shape.MergeOptions;
import dev.holdfast.partition.placement.view.ChangeTimes;
import dev.holdfast.partition.placement.view.ClusterView;
import dev.holdfast.partition.placement.view.DataSize;
import dev.holdfast.partition.placement.view.KeySamples;
import dev.holdfast.partition.placement.view.Load;
import dev.holdfast.partition.placement.view.LoadHistory;
import dev.holdfast.partition.placement.view.NodeView;
import dev.holdfast.partition.placement.view.NodeView.Pace;
import dev.holdfast.partition.placement.view.PartitionView;
import dev.holdfast.partition.placement.view.ReplicaView;
import dev.holdfast.partition.placement.view.Step;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One situation each, and the steps that follow from it. */
class PlannerTest {
  private static final long NOW_MICROS = 10_000_000_000L;
  private static final NodeView.State LIVE = new NodeView.Live();
  private static final long MIB = 1 << 20;

  @Test
  void aClusterThatIsAsItShouldBeIsLeftAlone() {
    Plan plan =
        plan(
            nodes(LIVE, LIVE, LIVE),
            at("n1", 500, 1, 2, 3),
            at("n2", 500, 1, 2, 3),
            at("n3", 500, 1, 2, 3));

    assertThat(plan.steps()).isEmpty();
    assertThat(plan.findings()).isEmpty();
    assertThat(plan.verdictCounts()).containsOnlyKeys("not-hot").containsValue(3);
  }

  @Test
  void leadersAreSpreadByLoadNotByCount() {
    Plan plan =
        plan(
            nodes(LIVE, LIVE, LIVE),
            at("n1", 900, 1, 2, 3),
            at("n2", 300, 1, 2, 3),
            at("n2", 300, 1, 2, 3),
            at("n2", 300, 1, 2, 3),
            at("n3", 900, 1, 2, 3));

    assertThat(plan.steps()).isEmpty();
  }

  @Test
  void aLeaderMovesToTheNodeThatLeadsLeast() {
    Plan plan =
        plan(
            nodes(LIVE, LIVE, LIVE),
            at("n1", 600, 1, 2, 3),
            at("n1", 300, 1, 2, 3),
            at("n1", 300, 1, 2, 3),
            at("n2", 700, 1, 2, 3));

    assertThat(plan.steps()).containsExactly(new Step.TransferLeader(id(1), node(3)));
  }

  /** What it is asked is a guess yet, and whoever waited for the split would wait once more. */
  @Test
  void aPartitionThatWasJustSplitKeepsItsLeaderForAMoment() {
    Situation[] later = new Situation[] {at("n1", 600, 1, 2, 3), at("n1", 600, 1, 2, 3)};
    Situation[] now = later.clone();
    for (int i = 0; i < now.length; i++) {
      now[i] = later[i].splitBefore(Duration.ofSeconds(2));
      later[i] = later[i].splitBefore(Duration.ofSeconds(4));
    }

    assertThat(plan(nodes(LIVE, LIVE, LIVE), now).steps()).isEmpty();
    assertThat(plan(nodes(LIVE, LIVE, LIVE), later).steps())
        .hasOnlyElementsOfType(Step.TransferLeader.class)
        .isNotEmpty();
  }

  @Test
  void aLaggingReplicaGetsNoLeader() {
    Situation lagging = at("n1", 800, 1, 2, 3).lagging(3);
    Plan plan =
        plan(
            nodes(LIVE, LIVE, LIVE),
            lagging,
            at("n1", 801, 1, 2, 3).lagging(3),
            at("n2", 700, 1, 2, 3).lagging(3));

    assertThat(plan.steps())
        .noneMatch(step -> step instanceof Step.TransferLeader move && move.to().equals(node(3)));
  }

  @Test
  void aSlowNodeLosesItsLeadersAndKeepsItsReplicas() {
    List<NodeView> nodes = new ArrayList<>(nodes(LIVE, LIVE, LIVE));
    nodes.set(0, new NodeView(node(1), LIVE, 4, 0.2, Pace.SLOW));
    Plan plan = plan(nodes, at("n1", 800, 1, 2, 3), at("n1", 800, 1, 2, 3), at("n2", 10, 1, 2, 3));

    assertThat(plan.steps())
        .containsExactly(
            new Step.TransferLeader(id(1), node(3)), new Step.TransferLeader(id(2), node(2)));
  }

  @Test
  void whenMostNodesAreSlowNoneIs() {
    List<NodeView> nodes = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      nodes.add(new NodeView(node(i), LIVE, 4, 0.2, i == 3 ? Pace.FINE : Pace.SLOW));
    }
    Plan plan = plan(nodes, at("n1", 800, 1, 2, 3), at("n2", 800, 1, 2, 3), at("n3", 800, 1, 2, 3));

    assertThat(plan.steps()).isEmpty();
  }

  @Test
  void aNodeDeadForLongIsReplacedWhereASpareExists() {
    NodeView.State dead = new NodeView.Dead(NOW_MICROS - Duration.ofMinutes(6).toNanos() / 1000);
    Plan plan = plan(nodes(LIVE, LIVE, dead, LIVE), at("n1", 5, 1, 2, 3));
    Plan next = plan(nodes(LIVE, LIVE, dead, LIVE), at("n1", 5, 1, 2, 3, 4));

    assertThat(plan.steps()).containsExactly(new Step.AddReplica(id(1), node(4)));
    assertThat(next.steps()).containsExactly(new Step.RemoveReplica(id(1), node(3)));
  }

  @Test
  void aNodeDeadForLongWithoutASpareIsReported() {
    NodeView.State dead = new NodeView.Dead(NOW_MICROS - Duration.ofMinutes(6).toNanos() / 1000);
    Plan plan = plan(nodes(LIVE, LIVE, dead), at("n1", 5, 1, 2, 3));

    assertThat(plan.steps()).isEmpty();
    assertThat(plan.findings()).containsExactly(new Finding.UnderReplicated(id(1), 2, 3));
    assertThat(plan.findings().get(0).sentence())
        .isEqualTo("p1 has 2 live replicas of 3, and no node is free for another");
  }

  @Test
  void aNodeDeadForAShortTimeIsWaitedFor() {
    NodeView.State dead = new NodeView.Dead(NOW_MICROS - Duration.ofMinutes(4).toNanos() / 1000);
    Plan plan = plan(nodes(LIVE, LIVE, dead, LIVE), at("n1", 5, 1, 2, 3));

    assertThat(plan.steps()).noneMatch(Step.RemoveReplica.class::isInstance);
    assertThat(plan.findings()).isEmpty();
  }

  @Test
  void withoutAMajorityNothingIsTried() {
    NodeView.State dead = new NodeView.Dead(0);
    Plan plan = plan(nodes(LIVE, dead, dead, LIVE), at("n1", 5, 1, 2, 3));

    assertThat(plan.steps()).isEmpty();
    assertThat(plan.findings()).containsExactly(new Finding.NoQuorum(id(1), 1, 3));
  }

  @Test
  void aDecommissionedNodeGivesUpItsLeadersAndThenItsReplicas() {
    NodeView.State leaving = new NodeView.Decommissioning(0);
    List<NodeView> nodes = nodes(leaving, LIVE, LIVE, LIVE);

    assertThat(plan(nodes, at("n1", 5, 1, 2, 3)).steps())
        .containsExactly(new Step.TransferLeader(id(1), node(2)));
    assertThat(plan(nodes, at("n2", 5, 1, 2, 3)).steps())
        .containsExactly(new Step.AddReplica(id(1), node(4)));
    assertThat(plan(nodes, at("n2", 5, 1, 2, 3, 4)).steps())
        .containsExactly(new Step.RemoveReplica(id(1), node(1)));
    assertThat(plan(nodes, at("n2", 5, 2, 3, 4)).steps()).isEmpty();
  }

  @Test
  void belowTheReplicationFactorNoNodeMayLeaveAndOfTwoOnlyTheFirst() {
    NodeView.State early = new NodeView.Decommissioning(1);
    NodeView.State late = new NodeView.Decommissioning(2);
    Plan refused = plan(nodes(early, LIVE, LIVE), at("n2", 5, 1, 2, 3));
    Plan first = plan(nodes(late, LIVE, LIVE, early), at("n2", 5, 2, 3, 4));

    assertThat(refused.steps()).isEmpty();
    assertThat(refused.findings()).containsExactly(new Finding.DecommissionRefused(node(1), 2, 3));
    assertThat(first.findings()).containsExactly(new Finding.DecommissionRefused(node(1), 2, 3));
    assertThat(first.steps()).containsExactly(new Step.AddReplica(id(1), node(1)));
  }

  @Test
  void aVoterTooManyStaysUntilTheOthersAreUpToDate() {
    Plan plan = plan(nodes(LIVE, LIVE, LIVE, LIVE), at("n1", 5, 1, 2, 3, 4).lagging(4));

    assertThat(plan.steps()).isEmpty();
  }

  @Test
  void aPartitionWithAStepInProgressGetsNoOther() {
    NodeView.State dead = new NodeView.Dead(0);
    Step step = new Step.TransferLeader(id(1), node(2));
    Plan plan = plan(nodes(LIVE, LIVE, dead, LIVE), at("n1", 5, 1, 2, 3).doing(step));

    assertThat(plan.steps()).isEmpty();
    assertThat(plan.verdicts().get(0).verdict().label()).isEqualTo("busy");
  }

  @Test
  void coldNeighboursOnTheSameNodesAreMergedOthersFirstBroughtTogether() {
    List<NodeView> nodes = nodes(LIVE, LIVE, LIVE, LIVE);
    Plan together = plan(nodes, at("n1", 1, 1, 2, 3), at("n2", 1, 3, 2, 1));
    Plan apart = plan(nodes, at("n1", 1, 1, 2, 3), at("n2", 1, 4, 2, 1));
    Plan last = plan(nodes, at("n1", 1, 1, 2, 3), at("n2", 1, 4, 2, 1, 3));

    assertThat(together.steps()).contains(new Step.Merge(id(1), id(2)));
    assertThat(apart.steps()).contains(new Step.AddReplica(id(2), node(3)));
    assertThat(last.steps()).contains(new Step.RemoveReplica(id(2), node(4)));
  }

  @Test
  void optionsThatCouldOscillateAreRefused() {
    PlannerOptions usual = PlannerOptions.DEFAULT;
    MergeOptions eager = new MergeOptions(4_000, 1, Duration.ZERO, Duration.ZERO, 1, 1, 1);

    assertThatThrownBy(
            () ->
                new PlannerOptions(
                    3, usual.weights(), usual.split(), eager, usual.leaders(), usual.replicas()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("hot at once");
  }

  /** A partition without its range. */
  private record Situation(
      String leader,
      double units,
      List<NodeId> replicas,
      @Nullable NodeId lagging,
      @Nullable Step step,
      long reshapedMicros) {
    Situation lagging(int node) {
      return new Situation(leader, units, replicas, node(node), step, reshapedMicros);
    }

    Situation doing(Step inProgress) {
      return new Situation(leader, units, replicas, lagging, inProgress, reshapedMicros);
    }

    Situation splitBefore(Duration age) {
      long at = NOW_MICROS - age.toNanos() / 1_000;
      return new Situation(leader, units, replicas, lagging, step, at);
    }
  }

  private static Situation at(String leader, double units, int... replicas) {
    List<NodeId> nodes = new ArrayList<>();
    for (int replica : replicas) {
      nodes.add(node(replica));
    }
    return new Situation(leader, units, nodes, null, null, ChangeTimes.NEVER);
  }

  private static Plan plan(List<NodeView> nodes, Situation... situations) {
    List<PartitionView> partitions = new ArrayList<>();
    for (int i = 0; i < situations.length; i++) {
      KeyRange range =
          new KeyRange(
              i == 0 ? Bytes.EMPTY : key(i), i + 1 == situations.length ? null : key(i + 1));
      partitions.add(partition(i + 1, range, situations[i]));
    }
    ClusterView view = new ClusterView(NOW_MICROS, nodes, partitions, Collections.emptySortedMap());
    Plan plan = Planner.plan(view, PlannerOptions.DEFAULT);
    PlanChecks.check(view, plan, PlannerOptions.DEFAULT);
    return plan;
  }

  private static PartitionView partition(int number, KeyRange range, Situation situation) {
    Load load = new Load(situation.units(), 0, 0);
    List<ReplicaView> replicas =
        situation.replicas().stream()
            .map(node -> new ReplicaView(node, node.equals(situation.lagging()) ? 9_999 : 0))
            .toList();
    return new PartitionView(
        new ClusterMap.Partition(id(number), 1, range, situation.replicas()),
        new NodeId(situation.leader()),
        replicas,
        new LoadHistory(load, load, load, 0),
        KeySamples.NONE,
        new DataSize(10 * MIB, null),
        new ChangeTimes(
            situation.reshapedMicros(), ChangeTimes.NEVER, ChangeTimes.NEVER, ChangeTimes.NEVER),
        situation.step());
  }

  private static List<NodeView> nodes(NodeView.State... states) {
    List<NodeView> nodes = new ArrayList<>();
    for (NodeView.State state : states) {
      nodes.add(new NodeView(node(nodes.size() + 1), state, 4, 0.2, Pace.FINE));
    }
    return nodes;
  }

  private static NodeId node(int number) {
    return new NodeId("n" + number);
  }

  private static PartitionId id(int number) {
    return new PartitionId(number);
  }

  private static Bytes key(int number) {
    return Bytes.wrap(new byte[] {(byte) number});
  }
}
