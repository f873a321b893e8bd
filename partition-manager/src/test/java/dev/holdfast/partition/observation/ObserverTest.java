package dev.holdfast.partition.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.holdfast.partition.placement.view.ClusterView;
import dev.holdfast.partition.placement.view.NodeView;
import dev.holdfast.partition.placement.view.NodeView.Pace;
import dev.holdfast.partition.placement.view.PartitionView;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeReport;
import dev.holdfast.protocol.rpc.NodeReport.PartitionLoad;
import dev.holdfast.protocol.rpc.NodeReport.Vitals;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.NodeStatus.Role;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ObserverTest {
  private static final long SECOND = 1_000_000;
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");
  private static final NodeId N3 = new NodeId("n3");
  private static final PartitionId P1 = new PartitionId(1);

  private static final Operations NOTHING =
      new Operations(
          Map.of(),
          Set.of(),
          new Membership(
              3, new ClusterMap.Partition(PartitionId.META, 0, KeyRange.ALL, nodes()), List.of()));

  private final Observer observer = new Observer(ObserverOptions.DEFAULT);
  private final Map<NodeId, NodeReport> reports = new TreeMap<>();
  private ClusterMap map = map(1, new ClusterMap.Partition(P1, 1, KeyRange.ALL, nodes()));
  private long now;

  private static List<NodeId> nodes() {
    return List.of(N1, N2, N3);
  }

  private static ClusterMap map(long epoch, ClusterMap.Partition... partitions) {
    return new ClusterMap(
        epoch,
        nodes().stream().map(id -> new ClusterMap.Node(id, "a", "b", "c", "d")).toList(),
        List.of(partitions));
  }

  private static NodeStatus.Replica replica(Role role, long term, long applied) {
    return new NodeStatus.Replica(P1, 1, role, null, term, 100, applied, 5_000, 0, 0);
  }

  private void reports(NodeId node, Role role, long term, long applied, long stallMicros) {
    reports(node, role, term, applied, stallMicros, List.of());
  }

  private void reports(
      NodeId node, Role role, long term, long applied, long stall, List<PartitionLoad> led) {
    reports.put(
        node,
        new NodeReport(
            new NodeStatus(node, true, List.of(replica(role, term, applied))),
            1,
            new Vitals(now, 2, 0.5, stall, false),
            led));
  }

  private ClusterView observe() {
    return observer.observe(now, map, List.of(), NOTHING, reports);
  }

  private PartitionView partition() {
    return observe().partitions().get(0);
  }

  /** A second later all have answered again. */
  private void allAnswer(long stallOfN2) {
    now += SECOND;
    reports(N1, Role.FOLLOWER, 2, 90, 100);
    reports(N2, Role.LEADER, 2, 100, stallOfN2);
    reports(N3, Role.FOLLOWER, 2, 40, 200);
  }

  @Test
  void ofTwoWhoBelieveToLeadTheOneOfTheLaterTermCounts() {
    reports(N1, Role.LEADER, 1, 100, 0);
    reports(N2, Role.LEADER, 2, 100, 0);

    assertThat(partition().leader()).isEqualTo(N2);
  }

  @Test
  void aReplicaOfANodeThatDoesNotAnswerIsAsFarBehindAsCanBe() {
    allAnswer(0);
    reports.remove(N3);

    assertThat(partition().replicas().stream().map(each -> each.lagEntries()))
        .containsExactly(10L, 0L, Long.MAX_VALUE);
  }

  @Test
  void aNodeIsDeadOnceItWasSilentForLongAndNotBeforeItCouldAnswer() {
    reports.clear();
    assertThat(observe().nodes()).allMatch(node -> node.state() instanceof NodeView.Live);

    for (int i = 0; i < 5; i++) {
      allAnswer(0);
      reports.remove(N3);
      observe();
    }

    assertThat(observe().nodes().stream().map(NodeView::state))
        .containsExactly(new NodeView.Live(), new NodeView.Live(), new NodeView.Dead(0));
  }

  @Test
  void aNodeThatIsToLeaveHasWantedToSinceItWasFirstSeen() {
    allAnswer(0);
    long first = now;
    List<ClusterMap.Node> nodes =
        map.nodes().stream()
            .map(
                node -> node.id().equals(N2) ? node.with(ClusterMap.Standing.DECOMMISSIONED) : node)
            .toList();
    map = new ClusterMap(2, nodes, map.partitions());
    observe();
    allAnswer(0);

    assertThat(observe().nodes().get(1).state()).isEqualTo(new NodeView.Decommissioning(first));
  }

  @Test
  void ratesAreTheDifferencesOfWhatOneLeaderCounts() {
    for (int i = 1; i <= 4; i++) {
      now += SECOND;
      reports(N2, Role.LEADER, 2, 100, 0, List.of(load(2, 70L * i, 30L * i)));
      observe();
    }

    assertThat(partition().load().current().readsPerSecond()).isEqualTo(70, within(0.01));
    assertThat(partition().load().current().writesPerSecond()).isEqualTo(30, within(0.01));
  }

  private static PartitionLoad load(long term, long reads, long writes) {
    return new PartitionLoad(P1, 1, term, reads, writes, 0, NodeReport.Keys.NONE, null);
  }

  /** Its counters begin anew: the difference to the old leader's means nothing. */
  @Test
  void aNewLeaderIsCountedFromItsSecondReportOn() {
    reports(N2, Role.LEADER, 2, 100, 0, List.of(load(2, 10, 0)));
    observe();
    reports.clear();
    now += SECOND;
    reports(N1, Role.LEADER, 3, 100, 0, List.of(load(3, 1_000_000, 0)));

    assertThat(partition().load().current().readsPerSecond()).isZero();
  }

  @Test
  void aPartitionWithAnotherRangeIsObservedAnew() {
    for (int i = 1; i <= 40; i++) {
      now += SECOND;
      reports(N2, Role.LEADER, 2, 100, 0, List.of(load(2, 100L * i, 0)));
      observe();
    }
    assertThat(partition().load().sustained().readsPerSecond()).isEqualTo(100, within(0.01));

    Bytes key = Bytes.utf8("m");
    map =
        map(
            2,
            new ClusterMap.Partition(P1, 2, KeyRange.ALL.before(key), nodes()),
            new ClusterMap.Partition(new PartitionId(2), 2, KeyRange.ALL.from(key), nodes()));

    assertThat(observe().partitions()).allMatch(each -> each.changes().reshapedMicros() == now);
    assertThat(partition().load().sustained().readsPerSecond()).isZero();
    assertThat(partition().load().observedSinceMicros()).isEqualTo(now);
  }

  @Test
  void aNodeIsSlowWhenItStallsForLongAndFineAgainWhenItHasNotForLonger() {
    Pace[] paces = new Pace[40];
    for (int i = 0; i < paces.length; i++) {
      allAnswer(i < 2 || (i >= 5 && i < 15) ? 400_000 : 0);
      paces[i] = observe().nodes().get(1).pace();
    }

    assertThat(paces[4]).as("two stalls in a row are noise").isEqualTo(Pace.FINE);
    assertThat(paces[7]).as("three are not").isEqualTo(Pace.SLOW);
    assertThat(paces[20]).as("it has been fine for a moment only").isEqualTo(Pace.SLOW);
    assertThat(paces[24]).isEqualTo(Pace.FINE);
  }

  /** R12: no wait as for what is slow, and none afterwards. */
  @Test
  void aNodeThatIsAstrayInTimeMustNotLeadAsLongAsItSaysSo() {
    allAnswer(0);
    NodeReport report = Objects.requireNonNull(reports.get(N2));
    reports.put(
        N2, new NodeReport(report.status(), 1, new Vitals(now, 2, 0.5, 0, true), report.led()));

    assertThat(observe().nodes().get(1).pace()).isEqualTo(Pace.SLOW);
    allAnswer(0);
    assertThat(observe().nodes().get(1).pace()).isEqualTo(Pace.FINE);
  }

  @Test
  void whereAllStallNobodyIsSlow() {
    for (int i = 0; i < 10; i++) {
      now += SECOND;
      for (NodeId node : nodes()) {
        reports(node, Role.FOLLOWER, 2, 90, 400_000);
      }

      assertThat(observe().nodes()).allMatch(node -> node.pace() == Pace.FINE);
    }
  }
}
