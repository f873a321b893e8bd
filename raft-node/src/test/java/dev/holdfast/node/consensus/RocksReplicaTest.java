package dev.holdfast.node.consensus;

import static dev.holdfast.node.consensus.TestCluster.P1;
import static dev.holdfast.node.consensus.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.rpc.ReadMode;
import dev.holdfast.statemachine.replica.ReplicaFactory;
import dev.holdfast.statemachine.replica.ReplicaOptions;
import dev.holdfast.statemachine.replica.WindowLimits;
import dev.holdfast.statemachine.rocksdb.RocksEnvironment;
import dev.holdfast.statemachine.rocksdb.RocksOptions;
import dev.holdfast.statemachine.transaction.TransactionDecider;
import dev.holdfast.statemachine.transaction.TransactionReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real state under the real log: checkpoints are RocksDB's, adopted by a live RocksDB. */
class RocksReplicaTest {
  @TempDir Path directory;

  private final List<String> damage = new CopyOnWriteArrayList<>();

  private ReplicaFactory factory(RocksEnvironment rocks) {
    return new ReplicaFactory(
        rocks,
        new TransactionDecider(),
        new TransactionReader(),
        new ReplicaOptions(
            WindowLimits.DEFAULT,
            (message, cause) -> {
              damage.add(message);
              return new IllegalStateException(message, cause);
            },
            (partition, index, proposed, own) -> damage.add("digest at " + index)));
  }

  private static void busy(TestOptions options) {
    options.snapshotEntries = 40;
    options.digestInterval = Duration.ofMillis(50);
  }

  @Test
  void replicasAgreeThroughRestartsCheckpointsAndDigests() throws IOException {
    try (RocksEnvironment rocks = new RocksEnvironment(RocksOptions.DEFAULT);
        TestCluster cluster =
            TestCluster.started(directory, 1, RocksReplicaTest::busy, factory(rocks))) {
      cluster.installTable(P1);
      NodeId leader = cluster.awaitLeader(P1);
      NodeId away =
          cluster.running().stream().filter(n -> !n.equals(leader)).findFirst().orElseThrow();
      cluster.kill(away);
      String large = "x".repeat(300_000);
      for (int i = 0; i < 110; i++) {
        cluster.put(P1, "k" + i % 7, large + i);
      }
      cluster.start(away);
      await(
          "caught up from a checkpoint",
          () -> (large + 109).equals(cluster.read(away, P1, ReadMode.EVENTUAL, "k4")));

      cluster.running().forEach(cluster::kill);
      cluster.startAll();
      NodeId later = cluster.awaitLeader(P1);
      assertThat(cluster.read(later, P1, ReadMode.STRONG, "k4")).isEqualTo(large + 109);
      cluster.put(P1, "after", "1");
      assertThat(cluster.faults()).isEmpty();
      assertThat(damage).isEmpty();
    }
  }
}
