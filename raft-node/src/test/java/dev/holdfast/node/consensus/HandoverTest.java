package dev.holdfast.node.consensus;

import static dev.holdfast.node.consensus.TestCluster.answer;
import static dev.holdfast.node.consensus.TestCluster.await;
import static dev.holdfast.node.consensus.TestCluster.get;
import static dev.holdfast.node.consensus.TestCluster.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.ReadMode;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leader transfers as clients see them. */
class HandoverTest {
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");
  private static final NodeId N3 = new NodeId("n3");

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  /** Longer than a transfer, shorter than the 3 s that Ratis waits for a reply that got lost. */
  private static final long TRANSFER_MILLIS = 2500;

  private static final long PAUSE_NANOS = 500_000;
  private static final int LAG_ENTRIES = 3;

  @Test
  void manyLeadersMoveToOneNodeAtOnce() throws IOException {
    try (TestCluster cluster = TestCluster.started(directory, 6)) {
      List<PartitionId> partitions =
          LongStream.rangeClosed(1, 6).mapToObj(PartitionId::new).toList();
      partitions.forEach(partition -> cluster.put(partition, "a", "0"));
      transferAll(cluster, partitions, N1);
      partitions.forEach(partition -> cluster.put(partition, "a", "1"));
      transferAll(cluster, partitions, N2);

      for (PartitionId partition : partitions) {
        await(partition + " led", () -> cluster.leader(partition).filter(N2::equals).isPresent());
        cluster.put(partition, "a", "2");
      }
      assertThat(cluster.faults()).isEmpty();
    }
  }

  private static void transferAll(TestCluster cluster, List<PartitionId> partitions, NodeId to) {
    List<CompletableFuture<NodeReply>> transfers =
        partitions.stream()
            .map(
                partition ->
                    cluster
                        .node(cluster.awaitLeader(partition))
                        .ask(new NodeRequest.TransferLeader(partition, to, TRANSFER_MILLIS)))
            .toList();
    transfers.forEach(TestCluster::answer);
  }

  /** Else a client is sent to and fro between nodes of which none leads yet. */
  @Test
  void whoAsksMeanwhileIsToldWhoLeadsWhenThatIsKnown() throws IOException {
    try (TestCluster cluster = TestCluster.started(directory, 1)) {
      PartitionId partition = TestCluster.P1;
      cluster.put(partition, "a", "1");
      NodeId from = cluster.awaitLeader(partition);
      NodeId to = from.equals(N1) ? N2 : N1;
      CompletableFuture<NodeReply> transfer =
          cluster.node(from).ask(new NodeRequest.TransferLeader(partition, to, TRANSFER_MILLIS));
      List<CompletableFuture<NodeReply>> asked = new ArrayList<>();
      while (!transfer.isDone()) {
        asked.add(cluster.node(from).ask(write(partition, "k", "v")));
        asked.add(cluster.node(from).ask(get(partition, ReadMode.STRONG, "a")));
        asked.add(cluster.node(from).ask(get(partition, ReadMode.STRONG_FROM_ANY, "a")));
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      answer(transfer);

      assertThat(asked).hasSizeGreaterThan(30);
      for (CompletableFuture<NodeReply> one : asked) {
        try {
          answer(one);
        } catch (UnavailableException refused) {
          assertThat(refused.leaderHint()).isEqualTo(to);
        }
      }
      answer(cluster.node(to).ask(write(partition, "k", "v")));
    }
  }

  /**
   * Ratis tells what a leader has left undone while it steps down, in the division's lock; the hand
   * over that waited for it must not ask Ratis for the next thing there. It did: the replica was
   * stuck for ever, and with it all that a peer sent to the node.
   */
  @Test
  void aLeaderThatIsDeposedWhileItHandsOverGoesOn() throws IOException {
    PartitionId partition = TestCluster.P1;
    try (CutOff cut = new CutOff();
        TestCluster cluster = TestCluster.started(directory, 1)) {
      cluster.put(partition, "a", "1");
      NodeId old = cluster.awaitLeader(partition);
      cut.isolate(old);
      CompletableFuture<NodeReply> undone = cluster.node(old).ask(write(partition, "a", "2"));
      CompletableFuture<NodeReply> transfer =
          cluster
              .node(old)
              .ask(new NodeRequest.TransferLeader(partition, old.equals(N1) ? N2 : N1, 10_000));
      await(
          "another leader",
          () -> cluster.leader(partition).filter(node -> !node.equals(old)).isPresent());
      assertThat(transfer).as("it waits for what is undone").isNotDone();
      cut.heal();

      await("the end of the transfer", transfer::isDone);
      await("the end of the write", undone::isDone);
      await(
          old + " follows",
          () -> cluster.replica(old, partition).role() == NodeStatus.Role.FOLLOWER);
      cluster.put(partition, "a", "3");
      await(
          old + " serves",
          () -> "3".equals(cluster.read(old, partition, ReadMode.STRONG_FROM_ANY, "a")));
      assertThat(cluster.faults()).isEmpty();
    }
  }

  @Test
  void aStrongReadKeepsItsDeadlineWhileATransferHangs() throws IOException {
    try (TestCluster cluster = TestCluster.started(directory, 1)) {
      PartitionId partition = TestCluster.P1;
      cluster.put(partition, "a", "1");
      NodeId from = cluster.awaitLeader(partition);
      NodeId dead = from.equals(N1) ? N2 : N1;
      cluster.kill(dead);
      CompletableFuture<NodeReply> transfer =
          cluster.node(from).ask(new NodeRequest.TransferLeader(partition, dead, TRANSFER_MILLIS));

      await(
          "a read refused",
          () -> {
            try {
              answer(cluster.node(from).ask(new NodeRequest.AskReadIndex(partition, 200)));
              return false; // the lease was still in force
            } catch (UnavailableException refused) {
              return true;
            }
          });
      assertThat(transfer).isNotDone();
    }
  }

  /** Else a partition stands still until a follower that lags is brought up to date. */
  @Test
  void theSuccessorIsTheFirstFollowerThatHasTheLogButForWhatIsOnItsWay() {
    long last = 100;

    assertThat(Handover.upToDate(List.of(N1, N2), Map.of(N1, last - 1, N2, last)::get, last))
        .isEqualTo(N1);
    assertThat(Handover.upToDate(List.of(N1, N2), Map.of(N1, last - 2, N2, last)::get, last))
        .isEqualTo(N2);
    assertThat(Handover.upToDate(List.of(N1, N2), Map.of(N1, last - 9, N2, last - 9)::get, last))
        .isEqualTo(N1);
  }

  /** Here the other one is dead, which is not known yet. */
  @Test
  void aStoppingNodeHandsOverToAFollowerThatHasTheLog() throws IOException {
    PartitionId partition = TestCluster.P1;
    try (TestCluster cluster =
        TestCluster.started(
            directory,
            1,
            options -> { // and so how lately a follower must have been heard of
              options.electionTimeoutMin = Duration.ofSeconds(3);
              options.electionTimeoutMax = Duration.ofSeconds(4);
            })) {
      lead(cluster, partition, N1);
      cluster.kill(N2);
      putMore(cluster, partition);

      cluster.stop(N1);

      assertThat(cluster.replica(N3, partition).role()).isEqualTo(NodeStatus.Role.LEADER);
      assertThat(cluster.node(N3).status().ready()).isTrue();
    }
  }

  /** Else the one elected may be alone with the first entry of its term. */
  @Test
  void aStoppingNodeStaysUntilItHasSeenThatItsSuccessorCommits() throws IOException {
    PartitionId partition = TestCluster.P1;
    try (TestCluster cluster =
        TestCluster.started(
            directory, 1, options -> options.handoverTimeout = Duration.ofSeconds(10))) {
      lead(cluster, partition, N1);
      cluster.kill(N2);
      putMore(cluster, partition);
      Consensus leaving = cluster.node(N1);
      try (HeldAppends held = new HeldAppends(N1)) {
        CompletableFuture<Void> stop = CompletableFuture.runAsync(() -> cluster.stop(N1));

        await("the successor repeats itself", () -> held.heldCount() >= 3);
        assertThatThrownBy(() -> answer(leaving.ask(write(partition, "k", "v"))))
            .isInstanceOfSatisfying(
                UnavailableException.class,
                refused -> {
                  assertThat(refused.reason()).isEqualTo(Reason.NOT_LEADER);
                  assertThat(refused.leaderHint()).isEqualTo(N3);
                });
        assertThat(stop).isNotDone();
        held.release();
        stop.join();
      }

      assertThat(cluster.replica(N3, partition).role()).isEqualTo(NodeStatus.Role.LEADER);
      assertThat(cluster.node(N3).status().ready()).isTrue();
    }
  }

  private static void lead(TestCluster cluster, PartitionId partition, NodeId node) {
    cluster.put(partition, "a", "0");
    transferAll(cluster, List.of(partition), node);
  }

  /** Enough for a follower that does not get it not to be chosen. */
  private static void putMore(TestCluster cluster, PartitionId partition) {
    for (int i = 0; i < LAG_ENTRIES; i++) {
      cluster.put(partition, "a", "1");
    }
  }
}
