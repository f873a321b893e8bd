package dev.holdfast.node.consensus;

import static dev.holdfast.node.consensus.TestCluster.P1;
import static dev.holdfast.node.consensus.TestCluster.answer;
import static dev.holdfast.node.consensus.TestCluster.get;
import static dev.holdfast.node.consensus.TestCluster.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.ReadMode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Eventual reads that would like to see what their gateway has written. */
class EventualReadTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  @Test
  void aFollowerSoonHasWhatIsWishedFor() throws IOException {
    try (TestCluster cluster = TestCluster.started(directory, 1)) {
      NodeId follower = follower(cluster);
      answer(cluster.node(follower).ask(get(P1, ReadMode.session(0), "k")));
      for (int i = 0; i < 100; i++) {
        NodeReply.Written written = cluster.put(P1, "k", "v" + i);
        ReadMode wish = new ReadMode(ReadMode.Level.EVENTUAL, written.position().appliedIndex(), 0);

        assertThat(value(answer(cluster.node(follower).ask(get(P1, wish, "k")))))
            .isEqualTo("v" + i);
      }
    }
  }

  @Test
  void aWishThatDoesNotComeTrueIsGivenUp() throws IOException {
    try (TestCluster cluster = TestCluster.started(directory, 1)) {
      NodeId follower = follower(cluster);
      cluster.kill(cluster.awaitLeader(P1));
      ReadMode wish = new ReadMode(ReadMode.Level.EVENTUAL, Long.MAX_VALUE, 0);

      assertThat(value(answer(cluster.node(follower).ask(get(P1, wish, "k"))))).isEqualTo("before");
    }
  }

  private static NodeId follower(TestCluster cluster) {
    cluster.put(P1, "k", "before");
    NodeId leader = cluster.awaitLeader(P1);
    NodeId follower =
        cluster.running().stream().filter(node -> !node.equals(leader)).findFirst().orElseThrow();
    TestCluster.await(
        "caught up", () -> "before".equals(cluster.read(follower, P1, ReadMode.session(1), "k")));
    return follower;
  }
}
