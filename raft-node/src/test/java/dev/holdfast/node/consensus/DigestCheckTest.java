package dev.holdfast.node.consensus;

import static dev.holdfast.node.consensus.DigestCheck.Verdict.AGREES;
import static dev.holdfast.node.consensus.DigestCheck.Verdict.MINORITY;
import static dev.holdfast.node.consensus.DigestCheck.Verdict.NO_MAJORITY;
import static dev.holdfast.node.consensus.DigestCheck.Verdict.UNDECIDED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.rpc.NodeStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** C2: in a digest comparison only the minority halts. */
class DigestCheckTest {
  private static final Bytes A = Bytes.wrap(new byte[] {1});
  private static final Bytes B = Bytes.wrap(new byte[] {2});
  private static final Bytes C = Bytes.wrap(new byte[] {3});

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  private final Map<String, MapStateMachine> states = new ConcurrentHashMap<>();

  @Test
  void oneOfThreeIsTheMinorityWhoeverAsks() {
    assertThat(DigestCheck.verdict(A, List.of(A, B), 3)).isEqualTo(AGREES);
    assertThat(DigestCheck.verdict(B, List.of(A, A), 3)).isEqualTo(MINORITY);
  }

  @Test
  void twoAnswersThatDifferDecideNothing() {
    assertThat(DigestCheck.verdict(A, List.of(B), 3)).isEqualTo(UNDECIDED);
    assertThat(DigestCheck.verdict(A, List.of(), 3)).isEqualTo(UNDECIDED);
    assertThat(DigestCheck.verdict(A, List.of(A), 3)).isEqualTo(AGREES);
  }

  @Test
  void withoutAMajorityThePartitionStops() {
    assertThat(DigestCheck.verdict(A, List.of(B, C), 3)).isEqualTo(NO_MAJORITY);
    assertThat(DigestCheck.verdict(A, List.of(B), 2)).isEqualTo(NO_MAJORITY);
  }

  @Test
  void aReplicaAloneAgreesWithItself() {
    assertThat(DigestCheck.verdict(A, List.of(), 1)).isEqualTo(AGREES);
  }

  @Test
  void aDamagedFollowerIsSetAsideAlone() throws IOException {
    try (TestCluster cluster = verifiedOften()) {
      NodeId leader = cluster.awaitLeader(TestCluster.P1);
      NodeId follower =
          cluster.running().stream().filter(node -> !node.equals(leader)).findFirst().orElseThrow();
      assertOnlyThisOneIsSetAside(cluster, follower);
    }
  }

  @Test
  void aDamagedLeaderIsSetAsideAndNotItsTwoGoodFollowers() throws IOException {
    try (TestCluster cluster = verifiedOften()) {
      assertOnlyThisOneIsSetAside(cluster, cluster.awaitLeader(TestCluster.P1));
    }
  }

  private TestCluster verifiedOften() throws IOException {
    return TestCluster.started(
        directory,
        1,
        options -> options.digestInterval = Duration.ofMillis(200),
        (partition, path) -> {
          MapStateMachine state = new MapStateMachine(partition, path);
          states.put(path.toString(), state);
          return state;
        });
  }

  private void assertOnlyThisOneIsSetAside(TestCluster cluster, NodeId damaged) {
    cluster.put(TestCluster.P1, "k", "sound");
    assertThat(cluster.faults()).isEmpty();
    states.forEach(
        (path, state) -> {
          if (path.contains("/" + damaged.name() + "/")) {
            state.corrupt();
          }
        });
    TestCluster.await(
        damaged + " is set aside",
        () -> {
          cluster.put(TestCluster.P1, "k", "again");
          return role(cluster, damaged) == NodeStatus.Role.DAMAGED;
        });
    cluster.put(TestCluster.P1, "k", "still served");
    assertThat(cluster.faults()).isEmpty();
    assertThat(cluster.running())
        .filteredOn(node -> role(cluster, node) == NodeStatus.Role.DAMAGED)
        .containsExactly(damaged);
    assertThat(cluster.directory(damaged).resolve("p1/damaged"))
        .content()
        .contains("differs from that of a majority");
  }

  private static NodeStatus.Role role(TestCluster cluster, NodeId node) {
    return cluster.replica(node, TestCluster.P1).role();
  }
}
