package dev.holdfast.node.consensus;

import static dev.holdfast.node.consensus.TestCluster.P1;
import static dev.holdfast.node.consensus.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.command.TransactionRequest;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.ReadMode;
import dev.holdfast.statemachine.replica.ReplicaFactory;
import dev.holdfast.statemachine.replica.ReplicaOptions;
import dev.holdfast.statemachine.replica.Seeds;
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
import java.util.stream.IntStream;
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
            (partition, index, proposed, own) -> damage.add("digest at " + index),
            Seeds.NONE));
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

  /** Each goes in pieces; clients cannot propose them by themselves. */
  @Test
  void theLargestTransactionsAreSentToTheOthers() throws IOException {
    try (RocksEnvironment rocks = new RocksEnvironment(RocksOptions.DEFAULT);
        TestCluster cluster = TestCluster.started(directory, 1, any -> {}, factory(rocks))) {
      cluster.installTable(P1);
      NodeId leader = cluster.awaitLeader(P1);
      NodeId away =
          cluster.running().stream().filter(n -> !n.equals(leader)).findFirst().orElseThrow();
      cluster.kill(away); // so that there are several for it at a time
      for (int i = 0; i < 3; i++) {
        List<Proposal> all = List.of(transaction("x" + i));
        assertThat(ProposalSize.estimate(all))
            .isBetween(
                (long) TransactionRequest.BYTES_MAX + 500_000,
                (long) ConsensusOptions.Limits.DEFAULT.commandBytesMax());
        TestCluster.answer(
            cluster.node(leader).ask(new NodeRequest.Write(P1, TestCluster.EPOCH, all, 10_000)));
      }
      cluster.start(away);
      await(
          "caught up",
          () -> {
            String value = cluster.read(away, P1, ReadMode.EVENTUAL, "k11");
            return value != null && value.startsWith("x2");
          });
      assertThat(cluster.faults()).isEmpty();
      assertThat(damage).isEmpty();
    }
  }

  private static Proposal transaction(String begin) {
    String value = begin + "x".repeat(399_000);
    List<TransactionAction> actions =
        IntStream.range(0, 12)
            .mapToObj(i -> TestCluster.proposal("k" + i, value).command())
            .<TransactionAction>map(put -> new TransactionAction.Write((Command.Put) put))
            .toList();
    return TestCluster.proposal(new TransactionCommand.Transact(null, actions));
  }
}
