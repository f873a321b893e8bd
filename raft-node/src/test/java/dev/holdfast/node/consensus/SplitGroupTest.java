package dev.holdfast.node.consensus;

import static dev.holdfast.node.consensus.TestCluster.P1;
import static dev.holdfast.node.consensus.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.ReadMode;
import dev.holdfast.statemachine.rocksdb.RocksEnvironment;
import dev.holdfast.statemachine.rocksdb.RocksOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Raft group that is split, with the real state under the real log (replication.md S1 to S5). */
class SplitGroupTest {
  private static final PartitionId P2 = SplitSteps.CHILD;
  private static final int ITEMS = SplitSteps.ITEMS;
  private static final String LARGE = SplitSteps.LARGE;

  @TempDir Path directory;

  private final List<String> damage = new CopyOnWriteArrayList<>();

  private void assertSound(TestCluster cluster) {
    assertThat(cluster.faults()).isEmpty();
    assertThat(damage).isEmpty();
  }

  @Test
  void theChildIsLedFromWhereItsParentIsLedAndServesAtOnce() throws IOException {
    try (RocksEnvironment rocks = new RocksEnvironment(RocksOptions.DEFAULT);
        TestCluster cluster =
            TestCluster.started(directory, 1, SplitSteps::busy, new RealState(rocks, damage))) {
      SplitSteps.fill(cluster);
      SplitOperation operation = SplitSteps.operation(cluster);
      NodeId leader = cluster.awaitLeader(P1);
      long begun = System.nanoTime();
      assertThat(SplitSteps.split(cluster, operation)).isEqualTo(new Result.Done());
      await("it leads", () -> SplitSteps.hasReplica(cluster, leader, P2) && leads(cluster, leader));
      String first = SplitSteps.firstOnRight(operation);
      await(
          "the child serves",
          () ->
              SplitSteps.read(cluster, operation.right(), ReadMode.STRONG, leader, first)
                  .startsWith("x"));
      System.out.println("served after " + (System.nanoTime() - begun) / 1_000_000 + " ms");
      SplitSteps.awaitServed(cluster);
      SplitSteps.assertHasAll(cluster, operation);
      awaitTrimmed(cluster, operation);
      assertSound(cluster);
    }
  }

  private static boolean leads(TestCluster cluster, NodeId node) {
    return cluster.replica(node, P2).role() == NodeStatus.Role.LEADER;
  }

  /** A second split is refused until the first one is finished. */
  private static void awaitTrimmed(TestCluster cluster, SplitOperation operation) {
    Bytes key = Bytes.fromHex("00");
    SplitOperation next = new SplitOperation(operation.left(), key, new PartitionId(3));
    await(
        "trimmed",
        () -> {
          Proposal again = TestCluster.proposal(new Command.Split(next));
          NodeRequest.Write write =
              new NodeRequest.Write(P1, operation.left().epoch(), List.of(again), 10_000);
          NodeReply reply = TestCluster.answer(cluster.node(cluster.awaitLeader(P1)).ask(write));
          return ((NodeReply.Written) reply).results().get(0) instanceof Result.Done;
        });
  }

  @Test
  void aSplitSurvivesTheDeathOfAllNodesWheneverTheyDie() throws IOException {
    for (long millis : new long[] {30}) {
      Path at = directory.resolve("after" + millis);
      try (RocksEnvironment rocks = new RocksEnvironment(RocksOptions.DEFAULT);
          TestCluster cluster =
              TestCluster.started(at, 1, SplitSteps::busy, new RealState(rocks, damage))) {
        SplitSteps.fill(cluster);
        SplitOperation operation = SplitSteps.operation(cluster);
        SplitSteps.split(cluster, operation);
        java.util.concurrent.locks.LockSupport.parkNanos(millis * 1_000_000);
        cluster.running().forEach(cluster::kill);
        cluster.startAll();
        SplitSteps.awaitServed(cluster);
        SplitSteps.assertHasAll(cluster, operation);
        assertSound(cluster);
      }
    }
  }

  /** S3: the others keep what it needs to make the split itself. */
  @Test
  void aReplicaThatWasAwayMakesTheSplitWhenItComesBack() throws IOException {
    try (RocksEnvironment rocks = new RocksEnvironment(RocksOptions.DEFAULT);
        TestCluster cluster =
            TestCluster.started(directory, 1, SplitSteps::busy, new RealState(rocks, damage))) {
      SplitSteps.fill(cluster);
      SplitOperation operation = SplitSteps.operation(cluster);
      NodeId leader = cluster.awaitLeader(P1);
      List<NodeId> others = new ArrayList<>(cluster.running());
      others.remove(leader);
      NodeId away = others.get(0);
      cluster.kill(away);
      SplitSteps.split(cluster, operation);
      await("the child has a leader", () -> SplitSteps.hasReplica(cluster, leader, P2));
      cluster.start(away);
      SplitSteps.awaitServed(cluster);
      SplitSteps.assertHasAll(cluster, operation);
      String first = SplitSteps.firstOnRight(operation);
      await(
          "it has the child's items",
          () ->
              SplitSteps.read(cluster, operation.right(), ReadMode.EVENTUAL, away, first)
                  .startsWith("x"));
      assertSound(cluster);
    }
  }

  /** The others have trimmed and taken checkpoints: the split is not in any log any more. */
  @Test
  void aReplicaThatMissedTheSplitJoinsTheChildAndIsFilled() throws IOException {
    try (RocksEnvironment rocks = new RocksEnvironment(RocksOptions.DEFAULT);
        TestCluster cluster =
            TestCluster.started(
                directory,
                1,
                options -> options.snapshotEntries = 20,
                new RealState(rocks, damage))) {
      SplitSteps.fill(cluster);
      SplitOperation operation = SplitSteps.operation(cluster);
      NodeId leader = cluster.awaitLeader(P1);
      NodeId away =
          cluster.running().stream().filter(n -> !n.equals(leader)).findFirst().orElseThrow();
      cluster.kill(away);
      SplitSteps.split(cluster, operation);
      await("the child has a leader", () -> SplitSteps.hasReplica(cluster, leader, P2));
      String onLeft =
          IntStream.range(0, ITEMS)
              .mapToObj(i -> "k" + i)
              .filter(key -> operation.left().range().contains(SplitSteps.routingKey(key)))
              .findFirst()
              .orElseThrow();
      long splitIndex = cluster.replica(leader, P1).appliedIndex();
      int writes = 0;
      while (!cluster.running().stream().allMatch(n -> firstLogIndex(cluster, n) > splitIndex)) {
        assertThat(++writes).as("writes until the split is purged").isLessThan(2000);
        putOn(cluster, operation.left(), onLeft, LARGE.repeat(20));
      }
      // this leader may hold the split in a request that it keeps sending; its successor does not
      NodeId other =
          cluster.running().stream().filter(n -> !n.equals(leader)).findFirst().orElseThrow();
      TestCluster.answer(
          cluster.node(leader).ask(new NodeRequest.TransferLeader(P1, other, 10_000)));
      putOn(cluster, operation.left(), onLeft, LARGE + "the last");
      cluster.start(away);
      await(
          "the parent is filled by a checkpoint",
          () ->
              SplitSteps.read(cluster, operation.left(), ReadMode.EVENTUAL, away, onLeft)
                  .endsWith("last"));
      assertThat(SplitSteps.hasReplica(cluster, away, P2)).isFalse();

      List<NodeId> filled = List.copyOf(cluster.running());
      filled.stream().filter(node -> !node.equals(away)).forEach(cluster::kill);
      TestCluster.answer(cluster.node(away).ask(new NodeRequest.HostReplica(operation.right())));
      cluster.kill(away); // before anybody has told it anything
      for (NodeId node : filled) {
        cluster.start(node);
      }
      String first = SplitSteps.firstOnRight(operation);
      await(
          "the child is filled",
          () ->
              SplitSteps.read(cluster, operation.right(), ReadMode.EVENTUAL, away, first)
                  .startsWith("x"));
      assertSound(cluster);
    }
  }

  /** Of the parent's log on a node's disk. */
  private static long firstLogIndex(TestCluster cluster, NodeId node) {
    Path raft = cluster.directory(node).resolve(P1.toString()).resolve("raft");
    try {
      Path group = DurableFiles.children(raft).get(0);
      return DurableFiles.children(group.resolve("current")).stream()
          .flatMap(file -> LogSegmentFile.of(file).stream())
          .mapToLong(LogSegmentFile::first)
          .min()
          .orElse(0);
    } catch (IOException e) {
      return 0; // it is being purged
    }
  }

  private static void putOn(
      TestCluster cluster, ClusterMap.Partition side, String key, String value) {
    NodeRequest.Write write =
        new NodeRequest.Write(
            side.id(), side.epoch(), List.of(TestCluster.proposal(key, value)), 10_000);
    TestCluster.answer(cluster.node(cluster.awaitLeader(side.id())).ask(write));
  }
}
