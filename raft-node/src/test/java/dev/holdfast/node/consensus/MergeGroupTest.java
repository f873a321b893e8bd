package dev.holdfast.node.consensus;

import static dev.holdfast.node.consensus.TestCluster.P1;
import static dev.holdfast.node.consensus.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MergeCommand;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.MergeOperation;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.ReadMode;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.InvalidRequestException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import dev.holdfast.statemachine.rocksdb.RocksEnvironment;
import dev.holdfast.statemachine.rocksdb.RocksOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two Raft groups that become one, with the real state under the real logs (replication.md M). */
class MergeGroupTest {
  private static final PartitionId P2 = new PartitionId(2);
  private static final KeySchema SCHEMA = new KeySchema(new KeyAttribute("k", ScalarType.S), null);
  private static final int ITEMS = 60;
  private static final String LARGE = "x".repeat(20_000); // so that it takes more than one part

  @TempDir Path directory;

  private final List<String> damage = new CopyOnWriteArrayList<>();

  private TestCluster started(Path at, RocksEnvironment rocks) throws IOException {
    return TestCluster.started(
        at,
        1,
        options -> options.digestInterval = Duration.ofMillis(50),
        new RealState(rocks, damage));
  }

  private static Bytes routingKey(String key) {
    return KeyEncoding.routingKey(
        TestCluster.TABLE.id(), SCHEMA, TestCluster.item(key, "").keyOf(SCHEMA));
  }

  /** Two partitions, each with about half of the items, and the merge of them. */
  private static MergeOperation filled(TestCluster cluster) {
    cluster.installTable(P1);
    for (int i = 0; i < ITEMS; i++) {
      cluster.put(P1, "k" + i, LARGE + i);
    }
    List<Bytes> keys =
        IntStream.range(0, ITEMS).mapToObj(i -> routingKey("k" + i)).sorted().toList();
    ClusterMap.Partition whole =
        new ClusterMap.Partition(P1, TestCluster.EPOCH, KeyRange.ALL, cluster.running());
    SplitOperation split = new SplitOperation(whole, keys.get(ITEMS / 2), P2);
    assertThat(propose(cluster, whole, new Command.Split(split))).isEqualTo(new Result.Done());
    await(
        "both sides served by all",
        () ->
            cluster.nodes().stream()
                .allMatch(n -> n.status().ready() && n.status().replicas().size() == 2));
    return new MergeOperation(3, split.left(), split.right());
  }

  /** Through whichever node leads, until it is answered. */
  private static Result propose(TestCluster cluster, ClusterMap.Partition to, Command command) {
    Proposal proposal = TestCluster.proposal(command);
    NodeRequest.Write write = new NodeRequest.Write(to.id(), to.epoch(), List.of(proposal), 10_000);
    while (true) {
      try {
        NodeReply reply = TestCluster.answer(cluster.node(cluster.awaitLeader(to.id())).ask(write));
        return ((NodeReply.Written) reply).results().get(0);
      } catch (UnavailableException e) {
        if (e.reason() == Reason.STALE_EPOCH) {
          throw e;
        }
        LockSupport.parkNanos(5_000_000);
      } catch (StoreException.IndeterminateException e) {
        LockSupport.parkNanos(5_000_000); // steps of merges may be sent again
      }
    }
  }

  private static Result until(
      TestCluster cluster, ClusterMap.Partition to, Command step, Class<? extends Result> wanted) {
    Result[] last = new Result[1];
    await(
        step.getClass().getSimpleName(),
        () -> {
          last[0] = propose(cluster, to, step);
          return wanted.isInstance(last[0]);
        });
    return last[0];
  }

  private static MergeCommand.Gather gather(TestCluster cluster, MergeOperation merge) {
    Result frozen =
        until(cluster, merge.right(), new MergeCommand.Freeze(merge), Result.Frozen.class);
    return new MergeCommand.Gather(merge, ((Result.Frozen) frozen).digest());
  }

  private static void merge(TestCluster cluster, MergeOperation merge) {
    until(cluster, merge.left(), gather(cluster, merge), Result.Done.class);
  }

  private static void retire(TestCluster cluster, MergeOperation merge) {
    for (NodeId node : cluster.running()) {
      await(
          "it has left " + node,
          () -> {
            TestCluster.answer(cluster.node(node).ask(new NodeRequest.RetireReplica(merge)));
            return !cluster.node(node).hosted().contains(merge.right().id());
          });
    }
  }

  private static String read(
      TestCluster cluster, ClusterMap.Partition from, ReadMode mode, NodeId node, String key) {
    NodeRequest.ReadFrom get =
        new NodeRequest.ReadFrom(
            from.id(),
            from.epoch(),
            mode,
            List.of(
                new Read.Get(
                    TestCluster.TABLE, TestCluster.item(key, "").keyOf(SCHEMA), Projection.ALL)),
            10_000);
    return String.valueOf(TestCluster.value(TestCluster.answer(cluster.node(node).ask(get))));
  }

  private static void assertHasAll(TestCluster cluster, ClusterMap.Partition merged) {
    for (int i = 0; i < ITEMS; i++) {
      String key = "k" + i;
      String value = LARGE + i;
      await(
          "a strong read of " + key,
          () -> read(cluster, merged, ReadMode.STRONG, cluster.awaitLeader(P1), key).equals(value));
    }
  }

  private static String onRight(MergeOperation merge) {
    return IntStream.range(0, ITEMS)
        .mapToObj(i -> "k" + i)
        .filter(key -> merge.right().range().contains(routingKey(key)))
        .findFirst()
        .orElseThrow();
  }

  private static void assertStale(Runnable request) {
    assertThatThrownBy(request::run)
        .isInstanceOfSatisfying(
            UnavailableException.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(Reason.STALE_EPOCH));
  }

  private void assertSound(TestCluster cluster) {
    assertThat(cluster.faults()).isEmpty();
    assertThat(damage).isEmpty();
  }

  @Test
  void theLeftOneHoldsAllAndTheRightOneIsGoneFromEveryNode() throws IOException {
    try (RocksEnvironment rocks = new RocksEnvironment(RocksOptions.DEFAULT);
        TestCluster cluster = started(directory, rocks)) {
      MergeOperation merge = filled(cluster);
      long begun = System.nanoTime();
      merge(cluster, merge);
      System.out.println("merged after " + (System.nanoTime() - begun) / 1_000_000 + " ms");
      assertHasAll(cluster, merge.merged());

      String key = onRight(merge);
      for (NodeId node : cluster.running()) { // also while its replicas are there
        assertStale(() -> read(cluster, merge.right(), ReadMode.STRONG, node(cluster), key));
        await(
            "every replica has what was taken",
            () -> read(cluster, merge.merged(), ReadMode.EVENTUAL, node, key).startsWith("x"));
      }
      retire(cluster, merge);
      assertThat(cluster.nodes()).allMatch(node -> node.hosted().equals(List.of(P1)));
      assertHasAll(cluster, merge.merged());
      assertSound(cluster);
    }
  }

  private static NodeId node(TestCluster cluster) {
    return cluster.awaitLeader(P2);
  }

  @Test
  void aMergeSurvivesTheDeathOfAllNodesWheneverTheyDie() throws IOException {
    for (long millis : new long[] {0, 60}) {
      Path at = directory.resolve("after" + millis);
      try (RocksEnvironment rocks = new RocksEnvironment(RocksOptions.DEFAULT);
          TestCluster cluster = started(at, rocks)) {
        MergeOperation merge = filled(cluster);
        until(cluster, merge.left(), gather(cluster, merge), Result.Gathering.class);
        LockSupport.parkNanos(millis * 1_000_000);
        cluster.running().forEach(cluster::kill);
        cluster.startAll();
        merge(cluster, merge);
        assertHasAll(cluster, merge.merged());
        retire(cluster, merge);
        cluster.running().forEach(cluster::kill);
        cluster.startAll();
        assertThat(cluster.nodes()).allMatch(node -> node.hosted().equals(List.of(P1)));
        assertHasAll(cluster, merge.merged());
        assertSound(cluster);
      }
    }
  }

  @Test
  void aNodeThatWasAwayTakesThePartsFromTheLogThoughTheRightOneIsGone() throws IOException {
    try (RocksEnvironment rocks = new RocksEnvironment(RocksOptions.DEFAULT);
        TestCluster cluster = started(directory, rocks)) {
      MergeOperation merge = filled(cluster);
      NodeId leader = cluster.awaitLeader(P1);
      NodeId away =
          cluster.running().stream().filter(n -> !n.equals(leader)).findFirst().orElseThrow();
      cluster.kill(away);
      merge(cluster, merge);
      retire(cluster, merge); // on the two that are there
      cluster.start(away);
      String key = onRight(merge);
      await(
          "it has taken all",
          () -> read(cluster, merge.merged(), ReadMode.EVENTUAL, away, key).startsWith("x"));
      retire(cluster, merge);
      await("it is ready", () -> cluster.node(away).status().ready());
      assertHasAll(cluster, merge.merged());
      assertSound(cluster);
    }
  }

  @Test
  void aMergeThatIsCancelledLeavesBothAsTheyWere() throws IOException {
    try (RocksEnvironment rocks = new RocksEnvironment(RocksOptions.DEFAULT);
        TestCluster cluster = started(directory, rocks)) {
      MergeOperation merge = filled(cluster);
      MergeCommand.Gather gather = gather(cluster, merge);
      String key = onRight(merge);
      assertStale(() -> read(cluster, merge.right(), ReadMode.STRONG, node(cluster), key));

      assertThat(propose(cluster, merge.left(), new MergeCommand.Cancel(merge)))
          .isEqualTo(new Result.Done());
      assertThat(propose(cluster, merge.right(), new MergeCommand.Unfreeze(merge)))
          .isEqualTo(new Result.Done());

      for (Command late : List.of(gather, new MergeCommand.Freeze(merge))) {
        ClusterMap.Partition to = late == gather ? merge.left() : merge.unfrozen();
        assertThat(propose(cluster, to, late))
            .isInstanceOfSatisfying(
                Result.Rejected.class,
                no -> assertThat(no.rejection()).isInstanceOf(Rejection.Invalid.class));
      }
      assertThat(read(cluster, merge.unfrozen(), ReadMode.STRONG, node(cluster), key))
          .startsWith("x");
      assertStale(() -> read(cluster, merge.right(), ReadMode.STRONG, node(cluster), key));

      MergeOperation again = new MergeOperation(4, merge.left(), merge.unfrozen());
      merge(cluster, again);
      assertHasAll(cluster, again.merged());
      assertSound(cluster);
    }
  }

  /** Whoever asks for it. */
  @Test
  void aMergeThatWasNotCancelledIsNotUndoneAndOneThatIsNotDoneRemovesNothing() throws IOException {
    try (RocksEnvironment rocks = new RocksEnvironment(RocksOptions.DEFAULT);
        TestCluster cluster = started(directory, rocks)) {
      MergeOperation merge = filled(cluster);
      NodeId any = cluster.running().get(0);
      assertThatThrownBy(
              () -> TestCluster.answer(cluster.node(any).ask(new NodeRequest.RetireReplica(merge))))
          .isInstanceOf(StoreException.class);
      assertThat(cluster.node(any).hosted()).contains(P2);

      merge(cluster, merge);
      assertThatThrownBy(() -> propose(cluster, merge.right(), new MergeCommand.Unfreeze(merge)))
          .isInstanceOf(InvalidRequestException.class);
      for (Command ofLeaders :
          List.of(
              new MergeCommand.Take(3, Bytes.EMPTY, List.of()),
              new MergeCommand.Absorb(3, Bytes.EMPTY, 0, 0))) {
        assertThatThrownBy(() -> propose(cluster, merge.left(), ofLeaders))
            .isInstanceOf(InvalidRequestException.class);
      }
      assertHasAll(cluster, merge.merged());
      assertSound(cluster);
    }
  }
}
