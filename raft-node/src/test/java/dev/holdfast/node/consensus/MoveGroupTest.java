package dev.holdfast.node.consensus;

import static dev.holdfast.node.consensus.TestCluster.P1;
import static dev.holdfast.node.consensus.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.MoveStep;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.ReadMode;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.statemachine.replica.ReplicaFactory;
import dev.holdfast.statemachine.replica.ReplicaOptions;
import dev.holdfast.statemachine.replica.Seeds;
import dev.holdfast.statemachine.replica.WindowLimits;
import dev.holdfast.statemachine.rocksdb.RocksEnvironment;
import dev.holdfast.statemachine.rocksdb.RocksOptions;
import dev.holdfast.statemachine.spi.StateMachineFactory;
import dev.holdfast.statemachine.transaction.TransactionDecider;
import dev.holdfast.statemachine.transaction.TransactionReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Replicas that move, with the real state under the real log (replication.md C1, S2, X2). */
class MoveGroupTest {
  private static final NodeId N4 = new NodeId("n4");
  private static final int ITEMS = 40;

  @TempDir Path directory;

  private final List<String> damage = new CopyOnWriteArrayList<>();
  private final AtomicReference<@Nullable MoveOperation> onRecord = new AtomicReference<>();
  private final List<NodeId> members = new CopyOnWriteArrayList<>();
  private RocksEnvironment rocks;
  private TestCluster cluster;
  private ClusterMap.Partition partition;

  /** Four nodes, three of which hold the partition. */
  @BeforeEach
  void start() throws IOException {
    rocks = new RocksEnvironment(RocksOptions.DEFAULT);
    cluster =
        new TestCluster(
            directory, 1, options -> options.digestInterval = Duration.ofMillis(50), factory(), 4);
    cluster.keep(
        new MoveRecords() {
          @Override
          public CompletableFuture<Boolean> isOnRecord(MoveOperation move) {
            return CompletableFuture.completedFuture(move.equals(onRecord.get()));
          }

          @Override
          public CompletableFuture<Boolean> isNoMember(NodeId node, PartitionId id) {
            MoveOperation move = onRecord.get();
            return CompletableFuture.completedFuture(
                !members.contains(node) && (move == null || !node.equals(move.add())));
          }
        });
    cluster.startAll();
    List<NodeId> three = cluster.running().stream().filter(n -> !n.equals(N4)).toList();
    members.addAll(three);
    partition = new ClusterMap.Partition(P1, TestCluster.EPOCH, KeyRange.ALL, three);
    cluster.installTable(P1);
    for (int i = 0; i < ITEMS; i++) {
      put("k" + i, "v" + i);
    }
  }

  @AfterEach
  void close() {
    cluster.close();
    rocks.close();
  }

  private StateMachineFactory factory() {
    ReplicaOptions options =
        new ReplicaOptions(
            WindowLimits.DEFAULT,
            (message, cause) -> {
              damage.add(message);
              return new IllegalStateException(message, cause);
            },
            (id, index, proposed, own) -> damage.add("digest at " + index),
            Seeds.NONE);
    return new ReplicaFactory(rocks, new TransactionDecider(), new TransactionReader(), options);
  }

  private void put(String key, String value) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (true) {
      NodeRequest.Write write =
          new NodeRequest.Write(P1, epoch(), List.of(TestCluster.proposal(key, value)), 5_000);
      try {
        TestCluster.answer(cluster.node(cluster.awaitLeader(P1)).ask(write));
        return;
      } catch (RuntimeException e) {
        if (System.nanoTime() - deadline > 0) {
          throw e;
        }
      }
    }
  }

  /** The greatest that anybody has applied. */
  private long epoch() {
    return cluster.nodes().stream()
        .flatMap(node -> node.status().replicas().stream())
        .mapToLong(replica -> replica.epoch())
        .max()
        .orElse(TestCluster.EPOCH);
  }

  private @Nullable String read(NodeId node, ReadMode mode, long epoch, String key) {
    NodeRequest.ReadFrom get =
        new NodeRequest.ReadFrom(
            P1,
            epoch,
            mode,
            List.of(
                new Read.Get(
                    TestCluster.TABLE,
                    Item.of(Map.of("k", new AttributeValue.S(key))),
                    Projection.ALL)),
            5_000);
    return TestCluster.value(TestCluster.answer(cluster.node(node).ask(get)));
  }

  private MoveOperation begin(@Nullable NodeId add, @Nullable NodeId remove) {
    MoveOperation move = new MoveOperation(partition, add, remove, false);
    onRecord.set(move);
    return move;
  }

  private List<ClusterMap.Node> nodes() {
    List<ClusterMap.Node> nodes = new ArrayList<>();
    for (String id : List.of("n1", "n2", "n3", "n4")) {
      NodeId node = new NodeId(id);
      nodes.add(new ClusterMap.Node(node, cluster.raftAddress(node), "-", "-", "-"));
    }
    return nodes;
  }

  private void host(MoveOperation move) {
    NodeId add = move.add();
    if (add != null && !move.givenUp()) {
      TestCluster.answer(cluster.node(add).ask(new NodeRequest.HostListener(move, nodes())));
    }
  }

  private MoveStep advance(MoveOperation move) {
    NodeReply reply =
        TestCluster.answer(
            cluster.node(cluster.awaitLeader(P1)).ask(new NodeRequest.AdvanceMove(move, nodes())));
    return ((NodeReply.MoveAdvanced) reply).step();
  }

  /** As the reconciler does, until the move is at this step or past it. */
  private MoveStep drive(MoveOperation move, @Nullable MoveStep until) {
    AtomicReference<@Nullable MoveStep> last = new AtomicReference<>();
    await(
        "the move is at " + until,
        () -> {
          try {
            host(move);
            MoveStep step = advance(move);
            last.set(step);
            return step.isEnd() || step == until;
          } catch (RuntimeException e) {
            return false; // somebody is dead, or has just been elected
          }
        });
    return java.util.Objects.requireNonNull(last.get());
  }

  private void finished(MoveOperation move) {
    partition = move.after();
    members.clear();
    members.addAll(partition.replicas());
    onRecord.set(null);
  }

  private void assertAllThereOn(NodeId node) {
    await("caught up", () -> "v0".equals(read(node, ReadMode.EVENTUAL, epoch(), "k0")));
    for (int i = 0; i < ITEMS; i++) {
      String key = "k" + i;
      String value = "v" + i;
      await(key, () -> value.equals(read(node, ReadMode.STRONG_FROM_ANY, epoch(), key)));
    }
  }

  private void assertSound() {
    assertThat(cluster.faults()).isEmpty();
    assertThat(damage).isEmpty();
  }

  private NodeId other(NodeId than) {
    return members.stream().filter(n -> !n.equals(than)).findFirst().orElseThrow();
  }

  @Test
  void aReplicaMovesWhileWritesGoOnAndTheOldOneIsDeleted() {
    NodeId leaving = other(cluster.awaitLeader(P1));
    MoveOperation move = begin(N4, leaving);
    for (int i = 0; i < 20; i++) {
      put("during" + i, "x");
    }
    assertThat(drive(move, null)).isEqualTo(MoveStep.MOVED);
    finished(move);

    assertThat(cluster.replica(cluster.awaitLeader(P1), P1).epoch()).isEqualTo(partition.epoch());
    assertAllThereOn(N4);
    drop(leaving);
    assertThat(Files.exists(cluster.directory(leaving).resolve(P1.toString()))).isFalse();
    assertThat(cluster.node(leaving).hosted()).doesNotContain(P1);
    put("after", "x");
    assertSound();
  }

  /** Or Ratis would wait for itself for ever: it answers a change of members inside its lock. */
  @Test
  void theNextStepMayFollowOnTheThreadThatAnswersTheOneBefore() {
    NodeId leader = cluster.awaitLeader(P1);
    MoveOperation move = begin(N4, other(leader));
    host(move);
    CompletableFuture<MoveStep> end = chained(leader, move);
    await("the move has ended", end::isDone);
    assertThat(end.join()).isEqualTo(MoveStep.MOVED);
    finished(move);
    assertAllThereOn(N4);
    assertSound();
  }

  private CompletableFuture<MoveStep> chained(NodeId leader, MoveOperation move) {
    return cluster
        .node(leader)
        .ask(new NodeRequest.AdvanceMove(move, nodes()))
        .thenCompose(
            reply -> {
              MoveStep step = ((NodeReply.MoveAdvanced) reply).step();
              return step.isEnd() ? CompletableFuture.completedFuture(step) : chained(leader, move);
            });
  }

  private void drop(NodeId node) {
    TestCluster.answer(cluster.node(node).ask(new NodeRequest.DropReplica(P1, partition.epoch())));
  }

  @Test
  void aLeaderThatLeavesHandsOverFirst() {
    NodeId leaving = cluster.awaitLeader(P1);
    MoveOperation move = begin(N4, leaving);
    assertThat(drive(move, null)).isEqualTo(MoveStep.MOVED);
    finished(move);

    assertThat(cluster.awaitLeader(P1)).isNotEqualTo(leaving);
    put("after", "x");
    assertAllThereOn(N4);
    drop(leaving);
    assertSound();
  }

  /** Who is killed in the middle of a move. */
  enum Victim {
    LEADER,
    JOINING,
    LEAVING
  }

  @ParameterizedTest
  @EnumSource(Victim.class)
  void nothingAcknowledgedIsLostWhoeverDiesWhenever(Victim victim) throws IOException {
    for (MoveStep at : List.of(MoveStep.ADD_LISTENER, MoveStep.PROMOTE, MoveStep.REMOVE)) {
      NodeId joining =
          cluster.running().stream().filter(n -> !members.contains(n)).findFirst().orElseThrow();
      NodeId leaving = other(cluster.awaitLeader(P1));
      MoveOperation move = begin(joining, leaving);
      drive(move, at);
      NodeId dies =
          switch (victim) {
            case LEADER -> cluster.awaitLeader(P1);
            case JOINING -> joining;
            case LEAVING -> leaving;
          };
      cluster.kill(dies);
      put("killed-at-" + at, "x");
      cluster.start(dies);
      assertThat(drive(move, null)).isEqualTo(MoveStep.MOVED);
      finished(move);
      assertAllThereOn(joining);
      assertThat(read(joining, ReadMode.STRONG_FROM_ANY, epoch(), "killed-at-" + at))
          .isEqualTo("x");
      drop(leaving);
      await("it is empty", () -> !cluster.node(leaving).hosted().contains(P1));
    }
    assertSound();
  }

  /**
   * Its replica is replaced while it is away; it neither leads nor votes nor answers afterwards.
   */
  @Test
  void whoWasDeadWhenItWasReplacedDisturbsNobody() throws IOException {
    NodeId dead = other(cluster.awaitLeader(P1));
    cluster.kill(dead);
    MoveOperation move = begin(N4, dead);
    assertThat(drive(move, null)).isEqualTo(MoveStep.MOVED);
    finished(move);
    put("k0", "newer");
    long term = cluster.replica(cluster.awaitLeader(P1), P1).term();

    cluster.start(dead);
    await("it has found out", () -> isRefused(dead));
    assertThat(cluster.replica(cluster.awaitLeader(P1), P1).term()).isEqualTo(term);
    assertThat(cluster.node(dead).status().ready()).isTrue();
    drop(dead);
    assertThat(cluster.node(dead).hosted()).doesNotContain(P1);
    cluster.stop(dead);
    cluster.start(dead); // with the configuration that it was founded with
    assertThat(cluster.node(dead).hosted()).doesNotContain(P1);
    assertSound();
  }

  private boolean isRefused(NodeId node) {
    try {
      read(node, ReadMode.EVENTUAL, partition.epoch(), "k0");
      return false;
    } catch (StoreException.UnavailableException e) {
      return e.reason() == StoreException.Reason.NOT_HOSTED;
    }
  }

  @Test
  void whatIsNotOnRecordIsNotDone() {
    MoveOperation move = new MoveOperation(partition, N4, null, false);
    NodeId leader = cluster.awaitLeader(P1);

    assertThatThrownBy(() -> host(move)).hasMessageContaining("no such move on record");
    assertThatThrownBy(() -> advance(move)).hasMessageContaining("no such move on record");
    assertThatThrownBy(() -> drop(leader)).hasMessageContaining("a member of p1");
    assertThat(cluster.node(N4).hosted()).isEmpty();
    put("after", "x");
    assertSound();
  }

  /**
   * C1: what comes late must neither delete the replica of today nor bring back that of yesterday.
   */
  @Test
  void whoLeftAndComesBackIsFilledAnewAndALateDropDoesNothing() {
    NodeId leaving = other(cluster.awaitLeader(P1));
    MoveOperation away = begin(N4, leaving);
    drive(away, null);
    finished(away);
    long gone = partition.epoch();
    NodeId next = other(leaving).equals(N4) ? other(N4) : other(leaving);
    MoveOperation back = begin(leaving, next); // its old replica was never dropped
    drive(back, null);
    finished(back);

    assertAllThereOn(leaving);
    members.remove(leaving); // the meta group's answer, too, may have been on its way
    TestCluster.answer(cluster.node(leaving).ask(new NodeRequest.DropReplica(P1, gone)));
    assertThat(cluster.node(leaving).hosted()).contains(P1);
    members.add(leaving);
    put("after", "x");
    assertSound();
  }

  @Test
  void aMoveThatIsGivenUpLeavesTheGroupAsItWas() {
    NodeId leaving = other(cluster.awaitLeader(P1));
    MoveOperation move = begin(N4, leaving);
    drive(move, MoveStep.PROMOTE);
    MoveOperation givenUp = move.withGivenUp();
    onRecord.set(givenUp);
    assertThat(drive(givenUp, null)).isEqualTo(MoveStep.UNDONE);
    onRecord.set(null);

    assertThat(cluster.replica(cluster.awaitLeader(P1), P1).epoch()).isEqualTo(TestCluster.EPOCH);
    put("after", "x");
    assertSound();
  }

  /** Ratis would fill it for ever, and let nothing else happen to the group. */
  @Test
  void aMoveToANodeThatIsDeadCanBeGivenUp() {
    MoveOperation move = begin(N4, null);
    host(move);
    cluster.kill(N4);
    assertThat(advance(move)).isEqualTo(MoveStep.WAIT);
    assertThat(advance(move)).isEqualTo(MoveStep.WAIT);

    MoveOperation givenUp = move.withGivenUp();
    onRecord.set(givenUp);
    assertThat(drive(givenUp, null)).isEqualTo(MoveStep.UNDONE);
    assertThat(cluster.replica(cluster.awaitLeader(P1), P1).epoch()).isEqualTo(TestCluster.EPOCH);
    put("after", "x");
    assertSound();
  }

  @Test
  void aListenerThatIsRestartedBeforeTheGroupKnowsItIsAListenerAgain() throws IOException {
    MoveOperation move = begin(N4, null);
    host(move);
    cluster.kill(N4);
    cluster.start(N4);
    assertThat(cluster.node(N4).hosted()).containsExactly(P1);
    assertThat(drive(move, null)).isEqualTo(MoveStep.MOVED);
    finished(move);
    assertAllThereOn(N4);

    cluster.kill(N4);
    cluster.start(N4);
    assertAllThereOn(N4);
    assertSound();
  }
}
