package dev.holdfast.node.consensus;

import static dev.holdfast.node.consensus.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.model.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Raft connections between nodes that need not talk yet. */
class PeerConnectionsTest {
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");
  private static final NodeId N3 = new NodeId("n3");

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  @Test
  void aNodeIsConnectedToItsPeersWhoeverLeads() throws IOException {
    try (TestCluster cluster = TestCluster.started(directory, 1)) {
      for (NodeId node : Set.of(N1, N2, N3)) {
        Set<NodeId> others = new HashSet<>(Set.of(N1, N2, N3));
        others.remove(node);
        await(
            node + " is connected",
            () -> cluster.node(node).connected().equals(Set.copyOf(others)));
      }
    }
  }

  @Test
  void aConnectionIsOpenedAnewWhenThePeerIsBack() throws IOException {
    try (TestCluster cluster = TestCluster.started(directory, 1)) {
      await("n2 has n1", () -> cluster.node(N2).connected().contains(N1));

      cluster.kill(N1);
      await("n2 has lost n1", () -> !cluster.node(N2).connected().contains(N1));
      cluster.start(N1);

      await("n2 has n1 again", () -> cluster.node(N2).connected().contains(N1));
      assertThat(cluster.faults()).isEmpty();
    }
  }
}
