package dev.holdfast.node.consensus;

import static dev.holdfast.node.consensus.TestCluster.P1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.ReadMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that take several entries of the log (decision 0027), over real logs. */
class LargeEntryTest {
  private static final int KIB = 1 << 10;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  private static void smallEntries(TestOptions options) {
    options.entryBytesMax = 64 * KIB;
  }

  private static String large(String text) {
    return text.repeat(300 * KIB / text.length());
  }

  private static void assertReadEverywhere(TestCluster cluster, String key, String value) {
    for (NodeId node : cluster.running()) { // one that was just started may know no leader yet
      TestCluster.await(
          key + " on " + node,
          () -> value.equals(cluster.read(node, P1, ReadMode.STRONG_FROM_ANY, key)));
    }
  }

  @Test
  void largeAndSmallCommandsAtTheSameTimeAreAllApplied() throws IOException {
    try (TestCluster cluster = TestCluster.started(directory, 1, LargeEntryTest::smallEntries)) {
      NodeId leader = cluster.awaitLeader(P1);
      List<CompletableFuture<NodeReply>> written = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        String value = i % 3 == 0 ? large("l" + i) : "s" + i;
        written.add(cluster.node(leader).ask(TestCluster.write(P1, "k" + i, value)));
      }
      written.forEach(TestCluster::answer);

      for (int i = 0; i < 40; i++) {
        assertReadEverywhere(cluster, "k" + i, i % 3 == 0 ? large("l" + i) : "s" + i);
      }
      assertThat(cluster.faults()).isEmpty();
    }
  }

  @Test
  void aReplicaThatWasDownIsFilledAndOneThatReplaysItsLogToo() throws IOException {
    try (TestCluster cluster = TestCluster.started(directory, 1, LargeEntryTest::smallEntries)) {
      NodeId follower =
          cluster.running().stream()
              .filter(node -> !node.equals(cluster.awaitLeader(P1)))
              .findFirst()
              .orElseThrow();
      cluster.put(P1, "before", large("b"));
      cluster.kill(follower);
      cluster.put(P1, "k", large("k"));
      cluster.start(follower);
      assertReadEverywhere(cluster, "k", large("k"));

      for (NodeId node : cluster.running()) {
        cluster.kill(node);
      }
      cluster.startAll();

      assertReadEverywhere(cluster, "before", large("b"));
      assertReadEverywhere(cluster, "k", large("k"));
      assertThat(cluster.faults()).isEmpty();
    }
  }

  @Test
  void leadersThatDieAmongPiecesLeaveNoHalf() throws IOException {
    try (TestCluster cluster = TestCluster.started(directory, 1, LargeEntryTest::smallEntries)) {
      for (int round = 0; round < 4; round++) {
        NodeId leader = cluster.awaitLeader(P1);
        for (int i = 0; i < 10; i++) { // nobody waits for them
          CompletableFuture<NodeReply> unused =
              cluster
                  .node(leader)
                  .ask(TestCluster.write(P1, "u" + i, large("u" + round + "-" + i)));
        }
        cluster.kill(leader);
        cluster.put(P1, "k" + round, large("k" + round));
        cluster.start(leader);
        assertReadEverywhere(cluster, "k" + round, large("k" + round));
      }
      for (int i = 0; i < 10; i++) {
        String value = cluster.read(cluster.awaitLeader(P1), P1, ReadMode.EVENTUAL, "u" + i);
        if (value != null) { // all of one write
          assertThat(value).isEqualTo(large(value.substring(0, value.indexOf('u', 1))));
          assertReadEverywhere(cluster, "u" + i, value);
        }
      }
      assertThat(cluster.faults()).isEmpty();
    }
  }
}
