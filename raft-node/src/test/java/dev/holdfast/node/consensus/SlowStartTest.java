package dev.holdfast.node.consensus;

import static dev.holdfast.node.consensus.TestCluster.P1;
import static dev.holdfast.node.consensus.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.ReadMode;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that was restarted has its log and not yet the state that comes of it (decision 0036). */
class SlowStartTest {
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");
  private static final NodeId N3 = new NodeId("n3");
  private static final int ENTRY_COUNT = 1_200;
  private static final long TRANSFER_MILLIS = 10_000;

  @TempDir private Path directory;
  private volatile CountDownLatch applying = new CountDownLatch(0);

  /** Of P1's voters n2 is to lead, and if it is missed n3 has the first turn. */
  @Test
  void whoStillAppliesItsLogIsNotReadyAndIsNotElectedBeforeTheOthers() throws Exception {
    try (TestCluster cluster =
        new TestCluster(
            directory,
            1,
            options -> {},
            (partition, path) ->
                new MapStateMachine(
                    partition,
                    path,
                    path.startsWith(directory.resolve("n3")) ? this::holdUp : this::goOn))) {
      cluster.startAll();
      NodeId first = cluster.awaitLeader(P1);
      if (!first.equals(N2)) {
        TestCluster.answer(
            cluster.node(first).ask(new NodeRequest.TransferLeader(P1, N2, TRANSFER_MILLIS)));
      }
      await("n2 leads", () -> cluster.leader(P1).filter(N2::equals).isPresent());
      for (int i = 0; i < ENTRY_COUNT; i++) {
        cluster.put(P1, "k" + i, "v");
      }
      cluster.kill(N3);
      applying = new CountDownLatch(1);
      try {
        cluster.start(N3);
        await("n3 follows", () -> N2.equals(cluster.replica(N3, P1).leader()));
        assertThat(cluster.node(N3).status().ready()).isFalse();

        cluster.kill(N2);

        assertThat(cluster.awaitLeader(P1)).isEqualTo(N1);
        cluster.put(P1, "k0", "w");
      } finally {
        applying.countDown(); // also for the node to end
      }
      await("n3 is ready", () -> cluster.node(N3).status().ready());
      assertThat(cluster.read(N3, P1, ReadMode.STRONG_FROM_ANY, "k0")).isEqualTo("w");
      assertThat(cluster.faults()).isEmpty();
    }
  }

  private void goOn() {}

  private void holdUp() {
    try {
      applying.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e); // the node is halted
    }
  }
}
