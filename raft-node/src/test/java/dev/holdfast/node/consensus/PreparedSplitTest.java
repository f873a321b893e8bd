package dev.holdfast.node.consensus;

import static dev.holdfast.node.consensus.TestCluster.P1;
import static dev.holdfast.node.consensus.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.statemachine.rocksdb.RocksEnvironment;
import dev.holdfast.statemachine.rocksdb.RocksOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Splits whose children's groups were opened before, by all, by some, for nothing (S1, S2). */
class PreparedSplitTest {
  @TempDir Path directory;

  private final List<String> damage = new CopyOnWriteArrayList<>();
  private final RocksEnvironment rocks = new RocksEnvironment(RocksOptions.DEFAULT);

  @AfterEach
  void close() {
    rocks.close();
  }

  private TestCluster filled(Path at) throws IOException {
    TestCluster cluster =
        TestCluster.started(at, 1, SplitSteps::busy, new RealState(rocks, damage));
    SplitSteps.fill(cluster);
    return cluster;
  }

  private static void prepare(TestCluster cluster, SplitOperation operation, List<NodeId> nodes) {
    for (NodeId node : nodes) {
      NodeRequest request = new NodeRequest.PrepareSplit(operation);
      assertThat(TestCluster.answer(cluster.node(node).ask(request)))
          .isEqualTo(new NodeReply.Done());
    }
  }

  private static Path home(TestCluster cluster, NodeId node) {
    return cluster.directory(node).resolve(SplitSteps.CHILD.toString());
  }

  private void assertSplits(TestCluster cluster, SplitOperation operation) {
    assertThat(SplitSteps.split(cluster, operation)).isEqualTo(new Result.Done());
    assertIsSplit(cluster, operation);
  }

  private void assertIsSplit(TestCluster cluster, SplitOperation operation) {
    SplitSteps.awaitServed(cluster);
    SplitSteps.assertHasAll(cluster, operation);
    NodeId leader = cluster.awaitLeader(SplitSteps.CHILD);
    await("the child has a checkpoint", () -> hasCheckpoint(cluster, leader));
    for (NodeId node : cluster.running()) {
      assertThat(UnbornGroups.isMarked(home(cluster, node))).isFalse();
    }
    assertThat(cluster.faults()).isEmpty();
    assertThat(damage).isEmpty();
  }

  private static boolean hasCheckpoint(TestCluster cluster, NodeId node) {
    try {
      Path group = DurableFiles.children(home(cluster, node).resolve("raft")).get(0);
      return !SnapshotDirectory.checkpoints(group.resolve("sm")).isEmpty();
    } catch (IOException e) {
      return false; // it is being written
    }
  }

  @Test
  void aGroupThatIsOpenBeforeItsSplitIsNobodysUntilThen() throws IOException {
    try (TestCluster cluster = filled(directory)) {
      SplitOperation operation = SplitSteps.operation(cluster);
      prepare(cluster, operation, cluster.running());
      prepare(cluster, operation, cluster.running()); // as by the next controller
      for (NodeId node : cluster.running()) {
        assertThat(UnbornGroups.isMarked(home(cluster, node))).isTrue();
        assertThat(SplitSteps.hasReplica(cluster, node, SplitSteps.CHILD)).isFalse();
      }
      long begun = System.nanoTime();
      NodeId leader = cluster.awaitLeader(P1);
      assertThat(SplitSteps.split(cluster, operation)).isEqualTo(new Result.Done());
      await("it leads", () -> SplitSteps.hasReplica(cluster, leader, SplitSteps.CHILD));
      assertThat(cluster.awaitLeader(SplitSteps.CHILD)).isEqualTo(leader);
      System.out.println("led after " + (System.nanoTime() - begun) / 1_000_000 + " ms");
      assertIsSplit(cluster, operation);
    }
  }

  @Test
  void whoWasNotAskedMakesTheSplitAsWell() throws IOException {
    try (TestCluster cluster = filled(directory)) {
      SplitOperation operation = SplitSteps.operation(cluster);
      prepare(cluster, operation, List.of(cluster.awaitLeader(P1)));
      assertSplits(cluster, operation);
    }
  }

  @Test
  void whatWasPreparedForAnotherSplitIsThrownAway() throws IOException {
    try (TestCluster cluster = filled(directory)) {
      SplitOperation operation = SplitSteps.operation(cluster);
      SplitOperation other =
          new SplitOperation(operation.parent(), Bytes.fromHex("00"), operation.child());
      prepare(cluster, other, cluster.running());
      assertSplits(cluster, operation);
    }
  }

  @Test
  void aPartitionThatIsNotAsTheSplitExpectsIsNotPreparedFor() throws IOException {
    try (TestCluster cluster = filled(directory)) {
      SplitOperation operation = SplitSteps.operation(cluster);
      SplitOperation late =
          new SplitOperation(operation.left(), Bytes.fromHex("00"), operation.child());
      prepare(cluster, late, cluster.running());
      for (NodeId node : cluster.running()) {
        assertThat(home(cluster, node)).doesNotExist();
      }
    }
  }

  @Test
  void aStartThrowsAwayWhatWasPrepared() throws IOException {
    try (TestCluster cluster = filled(directory)) {
      SplitOperation operation = SplitSteps.operation(cluster);
      List<NodeId> all = List.copyOf(cluster.running());
      prepare(cluster, operation, all);
      all.forEach(cluster::kill);
      cluster.startAll();
      for (NodeId node : all) {
        assertThat(home(cluster, node)).doesNotExist();
      }
      assertSplits(cluster, operation);
    }
  }

  /**
   * With the seed and without, before the group is born and after, with a checkpoint or without.
   */
  @Test
  void aPreparedSplitSurvivesTheDeathOfAllNodesWheneverTheyDie() throws IOException {
    for (long millis : new long[] {0, 40, 150}) {
      Path at = Files.createDirectory(directory.resolve("after" + millis));
      try (TestCluster cluster = filled(at)) {
        SplitOperation operation = SplitSteps.operation(cluster);
        prepare(cluster, operation, cluster.running());
        SplitSteps.split(cluster, operation);
        LockSupport.parkNanos(millis * 1_000_000);
        List.copyOf(cluster.running()).forEach(cluster::kill);
        cluster.startAll();
        assertIsSplit(cluster, operation);
      }
    }
  }
}
