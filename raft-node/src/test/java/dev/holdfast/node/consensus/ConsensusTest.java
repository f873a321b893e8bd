package dev.holdfast.node.consensus;

import static dev.holdfast.node.consensus.TestCluster.P1;
import static dev.holdfast.node.consensus.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.ReadMode;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsensusTest {
  @TempDir Path directory;

  private static NodeId other(TestCluster cluster, NodeId node) {
    return cluster.running().stream().filter(n -> !n.equals(node)).findFirst().orElseThrow();
  }

  @Test
  void anAcknowledgedWriteIsReadAtEveryLevel() throws IOException {
    try (TestCluster cluster = TestCluster.started(directory, 1)) {
      NodeReply.Written written = cluster.put(P1, "a", "1");
      NodeId leader = cluster.awaitLeader(P1);
      NodeId follower = other(cluster, leader);

      assertThat(cluster.read(leader, P1, ReadMode.STRONG, "a")).isEqualTo("1");
      assertThat(cluster.read(follower, P1, ReadMode.STRONG_FROM_ANY, "a")).isEqualTo("1");
      assertThat(cluster.read(follower, P1, ReadMode.bounded(100), "a")).isEqualTo("1");
      ReadMode session = ReadMode.session(written.position().appliedIndex());
      assertThat(cluster.read(follower, P1, session, "a")).isEqualTo("1");
      assertThat(cluster.read(leader, P1, ReadMode.EVENTUAL, "a")).isEqualTo("1");
      assertThat(cluster.faults()).isEmpty();
    }
  }

  /** Rare heartbeats show who waits for one: 40 reads that did would take 20 s and more. */
  @Test
  void readsOfAFollowerNeedNoHeartbeat() throws IOException {
    try (TestCluster cluster = TestCluster.started(directory, 1, ConsensusTest::rareHeartbeats)) {
      NodeId leader = cluster.awaitLeader(P1);
      cluster.put(P1, "a", "0");
      List<NodeId> followers =
          cluster.running().stream().filter(node -> !node.equals(leader)).toList();
      long begun = System.nanoTime();
      for (int i = 0; i < 20; i++) {
        String value = String.valueOf(i);
        NodeReply.Written written = cluster.put(P1, "a", value);
        NodeId follower = followers.get(i % 2);
        ReadMode mode =
            i % 4 < 2
                ? ReadMode.STRONG_FROM_ANY
                : ReadMode.session(written.position().appliedIndex());
        assertThat(cluster.read(follower, P1, mode, "a")).isEqualTo(value);
        NodeId other = followers.get(1 - i % 2);
        await("news", () -> value.equals(cluster.read(other, P1, ReadMode.EVENTUAL, "a")));
      }
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(8));
    }
  }

  /** Every second, that is half of the shortest time-out. */
  private static void rareHeartbeats(TestOptions options) {
    options.electionTimeoutMin = Duration.ofSeconds(2);
    options.electionTimeoutMax = Duration.ofSeconds(3);
  }

  @Test
  void aFollowerRefusesStrongRequestsAndNamesTheLeader() throws IOException {
    try (TestCluster cluster = TestCluster.started(directory, 1)) {
      cluster.put(P1, "a", "1");
      NodeId leader = cluster.awaitLeader(P1);
      NodeId follower = other(cluster, leader);

      assertThatThrownBy(() -> cluster.read(follower, P1, ReadMode.STRONG, "a"))
          .isInstanceOfSatisfying(
              UnavailableException.class,
              e -> {
                assertThat(e.reason()).isEqualTo(Reason.NOT_LEADER);
                assertThat(e.leaderHint()).isEqualTo(leader);
              });
    }
  }

  @Test
  void anOldEpochIsRefused() throws IOException {
    try (TestCluster cluster = TestCluster.started(directory, 1)) {
      NodeId leader = cluster.awaitLeader(P1);
      NodeRequest.Write now = TestCluster.write(P1, "a", "1");
      NodeRequest old =
          new NodeRequest.Write(P1, now.epoch() - 1, now.proposals(), now.timeoutMillis());

      assertThatThrownBy(() -> TestCluster.answer(cluster.node(leader).ask(old)))
          .isInstanceOfSatisfying(
              UnavailableException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.STALE_EPOCH));
    }
  }

  @Test
  void withoutLeasesEveryStrongReadGoesThroughTheLog() throws IOException {
    try (TestCluster cluster = TestCluster.started(directory, 1, o -> o.lease = Duration.ZERO)) {
      cluster.put(P1, "a", "1");
      NodeId leader = cluster.awaitLeader(P1);
      long before = cluster.replica(leader, P1).appliedIndex();

      assertThat(cluster.read(leader, P1, ReadMode.STRONG, "a")).isEqualTo("1");
      assertThat(cluster.replica(leader, P1).appliedIndex()).isGreaterThan(before);
    }
  }

  @Test
  void writesResumeAfterTheLeaderIsKilledAndItCatchesUpFromTheLog() throws IOException {
    try (TestCluster cluster = TestCluster.started(directory, 1)) {
      for (int i = 0; i < 20; i++) {
        cluster.put(P1, "a" + i, "1");
      }
      NodeId killed = cluster.awaitLeader(P1);
      cluster.kill(killed);
      long start = System.nanoTime();
      cluster.put(P1, "b", "2");
      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isLessThan(5000);
      NodeId leader = cluster.awaitLeader(P1);
      assertThat(cluster.read(leader, P1, ReadMode.STRONG, "a19")).isEqualTo("1");

      cluster.start(killed);
      await("caught up", () -> "2".equals(cluster.read(killed, P1, ReadMode.EVENTUAL, "b")));
      assertThat(cluster.faults()).isEmpty();
    }
  }

  @Test
  void aFollowerThatMissedAPurgedLogCatchesUpFromACheckpoint() throws IOException {
    try (TestCluster cluster = TestCluster.started(directory, 1, o -> o.snapshotEntries = 50)) {
      NodeId away = other(cluster, cluster.awaitLeader(P1));
      missThePurgedLog(cluster, away, List.of(P1), 130);
      cluster.put(P1, "after", "2");
      await("follows", () -> "2".equals(cluster.read(away, P1, ReadMode.EVENTUAL, "after")));
      assertThat(cluster.faults()).isEmpty();
    }
  }

  /** Of one leader, so that their pieces travel over one connection at the same time. */
  @Test
  void checkpointsOfSeveralPartitionsArriveTogether() throws IOException {
    try (TestCluster cluster = TestCluster.started(directory, 4, o -> o.snapshotEntries = 50)) {
      List<PartitionId> partitions =
          LongStream.rangeClosed(1, 4).mapToObj(PartitionId::new).toList();
      NodeId leader = new NodeId("n1");
      for (PartitionId partition : partitions) {
        cluster.put(partition, "a", "1");
        NodeRequest transfer = new NodeRequest.TransferLeader(partition, leader, 2500);
        TestCluster.answer(cluster.node(cluster.awaitLeader(partition)).ask(transfer));
      }
      missThePurgedLog(cluster, new NodeId("n3"), partitions, 60);
      assertThat(cluster.faults()).isEmpty();
    }
  }

  private static void missThePurgedLog(
      TestCluster cluster, NodeId away, List<PartitionId> partitions, int writes)
      throws IOException {
    partitions.forEach(partition -> cluster.put(partition, "before", "1"));
    cluster.kill(away);
    String large = "x".repeat(300_000);
    for (int i = 0; i < writes; i++) {
      for (PartitionId partition : partitions) {
        cluster.put(partition, "k" + i % 7, large + i);
      }
    }
    cluster.start(away);
    int last = writes - 1;
    for (PartitionId partition : partitions) {
      await(
          "caught up",
          () ->
              (large + last)
                  .equals(cluster.read(away, partition, ReadMode.EVENTUAL, "k" + last % 7)));
      assertThat(cluster.read(away, partition, ReadMode.EVENTUAL, "before")).isEqualTo("1");
    }
  }

  @Test
  void nothingIsLostWhenAllThreeRestart() throws IOException {
    try (TestCluster cluster = TestCluster.started(directory, 2, o -> o.snapshotEntries = 30)) {
      PartitionId p2 = new PartitionId(2);
      for (int i = 0; i < 70; i++) {
        cluster.put(P1, "k" + i, "v" + i);
        cluster.put(p2, "k" + i, "w" + i);
      }
      cluster.running().forEach(cluster::kill);
      cluster.startAll();
      for (int i = 0; i < 70; i += 23) {
        NodeId leader = cluster.awaitLeader(P1);
        assertThat(cluster.read(leader, P1, ReadMode.STRONG, "k" + i)).isEqualTo("v" + i);
        NodeId second = cluster.awaitLeader(p2);
        assertThat(cluster.read(second, p2, ReadMode.STRONG, "k" + i)).isEqualTo("w" + i);
      }
      assertThat(cluster.faults()).isEmpty();
    }
  }

  @Test
  void aPlannedTransferIsFastBecauseTheSuccessorNeedNotWait() throws IOException {
    try (TestCluster cluster =
        TestCluster.started(directory, 1, o -> o.lease = Duration.ofSeconds(3))) {
      cluster.put(P1, "a", "1");
      NodeId from = cluster.awaitLeader(P1);
      NodeId to = other(cluster, from);
      long start = System.nanoTime();
      TestCluster.answer(cluster.node(from).ask(new NodeRequest.TransferLeader(P1, to, 2000)));
      await("leads", () -> cluster.leader(P1).equals(java.util.Optional.of(to)));
      cluster.put(P1, "b", "2");
      assertThat(cluster.read(to, P1, ReadMode.STRONG, "b")).isEqualTo("2");

      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isLessThan(2500);
      assertThat(cluster.faults()).isEmpty();
    }
  }

  @Test
  void aCleanStopHandsLeadershipOver() throws IOException {
    try (TestCluster cluster =
        TestCluster.started(directory, 1, o -> o.lease = Duration.ofSeconds(3))) {
      cluster.put(P1, "a", "1");
      NodeId stopped = cluster.awaitLeader(P1);
      cluster.stop(stopped);
      long start = System.nanoTime();
      cluster.put(P1, "b", "2");
      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isLessThan(1500);
    }
  }

  @Test
  void leadersOfManyPartitionsSpreadOverTheNodes() throws IOException {
    try (TestCluster cluster =
        TestCluster.started(directory, 6, o -> o.spreadWindow = Duration.ofSeconds(30))) {
      List<PartitionId> partitions =
          LongStream.rangeClosed(1, 6).mapToObj(PartitionId::new).toList();
      for (PartitionId partition : partitions) {
        NodeId preferred = LeaderSpread.preferred(partition, cluster.running());
        await(
            partition + " led by " + preferred,
            () -> cluster.leader(partition).filter(preferred::equals).isPresent());
        cluster.put(partition, "a", "1");
      }
      assertThat(
              partitions.stream()
                  .flatMap(partition -> cluster.leader(partition).stream())
                  .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()))
                  .values())
          .containsExactly(2L, 2L, 2L);
      assertThat(cluster.faults()).isEmpty();
    }
  }
}
