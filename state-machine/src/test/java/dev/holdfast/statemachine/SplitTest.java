package dev.holdfast.statemachine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.statemachine.replica.ReplicaFactory;
import dev.holdfast.statemachine.replica.ReplicaOptions;
import dev.holdfast.statemachine.replica.Seeds;
import dev.holdfast.statemachine.replica.WindowLimits;
import dev.holdfast.statemachine.rocksdb.RocksEnvironment;
import dev.holdfast.statemachine.rocksdb.RocksOptions;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateMachineFactory;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueStore;
import dev.holdfast.statemachine.table.TableWorkload;
import dev.holdfast.statemachine.transaction.TransactionDecider;
import dev.holdfast.statemachine.transaction.TransactionReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A partition that is split, on RocksDB (replication.md S1, S2, S5, S7). */
@NullUnmarked // set up before each test
class SplitTest {
  private static final Bytes KEY =
      KeyEncoding.collectionPrefix(TableWorkload.TABLE.id(), EncodedValue.ofString("p1"));
  private static final ClusterMap.Partition WHOLE = Replicas.partition(KeyRange.ALL);
  private static final SplitOperation SPLIT = new SplitOperation(WHOLE, KEY, new PartitionId(2));
  private static final WindowLimits WINDOW = WindowLimits.DEFAULT;

  private static RocksEnvironment environment;

  @TempDir private Path directory;

  @BeforeAll
  static void openEnvironment() {
    environment = new RocksEnvironment(RocksOptions.DEFAULT);
  }

  @AfterAll
  static void closeEnvironment() {
    environment.close();
  }

  /** One node's replicas of parent and child, each in a directory of its own. */
  private static final class Node implements Seeds {
    private final Path home;
    private final List<KeyValueStore> stores = new ArrayList<>();
    private final StateMachineFactory factory;
    private int planted;

    Node(Path home) {
      this(home, WINDOW);
    }

    Node(Path home, WindowLimits window) {
      this.home = home;
      ReplicaOptions options =
          new ReplicaOptions(
              window, IllegalStateException::new, (partition, index, proposed, own) -> {}, this);
      this.factory =
          new ReplicaFactory(
              path -> {
                KeyValueStore store = environment.open(path);
                stores.add(store);
                return store;
              },
              new TransactionDecider(),
              new TransactionReader(),
              options);
    }

    ReplicatedStateMachine open(ClusterMap.Partition partition) {
      return factory.open(partition, home.resolve(partition.id().toString()));
    }

    /** As a crash would: whatever is not flushed is lost. */
    void crash() {
      stores.forEach(KeyValueStore::abandon);
      stores.clear();
    }

    @Override
    public void plant(PartitionId child, Consumer<Path> writer) {
      Path path = home.resolve(child.toString());
      if (!Files.exists(path)) {
        writer.accept(path);
        planted++;
      }
    }

    SortedMap<Bytes, Bytes> rows(ReplicatedStateMachine replica, String name) {
      Path copy = home.resolve(name);
      replica.checkpoint(copy);
      try (KeyValueStore store = environment.open(copy)) {
        return Rows.of(store);
      }
    }
  }

  private static List<LogEntry> log(int count, long seed) {
    TableWorkload workload = new TableWorkload(new Random(seed));
    List<LogEntry> log = new ArrayList<>();
    log.add(entry(1, 0, new Command.InstallTable(TableWorkload.TABLE)));
    for (int i = 1; i < count; i++) {
      log.add(entry(1_000L * i, i, workload.write()));
    }
    return log;
  }

  private static LogEntry entry(long stampMicros, long request, Command command) {
    return new LogEntry(
        stampMicros,
        List.of(new Proposal(new RequestId(7, request), Long.MAX_VALUE, false, command)));
  }

  private static Result apply(ReplicatedStateMachine replica, long stampMicros, Command command) {
    ApplyContext next = new ApplyContext(1, replica.applied().index() + 1);
    return replica.apply(next, entry(stampMicros, -stampMicros, command)).get(0);
  }

  private static void applyAll(ReplicatedStateMachine replica, List<LogEntry> log) {
    for (int i = 0; i < log.size(); i++) {
      if (i + 1 > replica.applied().index()) {
        replica.apply(new ApplyContext(1, i + 1L), log.get(i));
      }
    }
  }

  private static SortedMap<Bytes, Bytes> ofKind(SortedMap<Bytes, Bytes> rows, byte kind) {
    return rows.subMap(KeyLayout.start(kind), KeyLayout.end(kind));
  }

  @Test
  void eachSideHasItsOwnItemsAndIndexRowsAndTogetherTheyHaveAll() {
    Node node = new Node(directory);
    ReplicatedStateMachine parent = node.open(WHOLE);
    applyAll(parent, log(300, 1));
    SortedMap<Bytes, Bytes> before = node.rows(parent, "before");

    assertThat(apply(parent, 400_000, new Command.Split(SPLIT))).isEqualTo(new Result.Done());
    assertThat(parent.partition()).isEqualTo(SPLIT.left());
    assertThat(parent.givenAway()).isEqualTo(SPLIT.child());
    ReplicatedStateMachine child = node.open(SPLIT.right());
    assertThat(child.partition()).isEqualTo(SPLIT.right());
    assertThat(child.applied()).isEqualTo(new ApplyContext(1, 1));
    assertThat(child.stampMicros()).isEqualTo(400_000);
    apply(parent, 400_001, new Command.Trim(SPLIT.left().epoch()));
    assertThat(parent.givenAway()).isNull();

    SortedMap<Bytes, Bytes> left = node.rows(parent, "left");
    SortedMap<Bytes, Bytes> right = node.rows(child, "right");
    for (byte kind : new byte[] {KeyLayout.ITEM, KeyLayout.LOCAL_INDEX, KeyLayout.COLLECTION}) {
      SortedMap<Bytes, Bytes> both = new TreeMap<>(ofKind(left, kind));
      both.putAll(ofKind(right, kind));
      assertThat(both).isEqualTo(ofKind(before, kind));
      assertThat(ofKind(left, kind).lastKey()).isLessThan(KeyLayout.key(kind, KEY));
      assertThat(ofKind(right, kind).firstKey()).isGreaterThanOrEqualTo(KeyLayout.key(kind, KEY));
    }
    node.crash();
  }

  /** Invariant 7, E2: whichever side a retry comes to, and also after a restart. */
  @Test
  void bothSidesRememberRequestsAndGoOnRemembering() {
    Node node = new Node(directory);
    ReplicatedStateMachine parent = node.open(WHOLE);
    List<LogEntry> log = log(50, 2);
    List<List<Result>> results = new ArrayList<>();
    for (int i = 0; i < log.size(); i++) {
      results.add(parent.apply(new ApplyContext(1, i + 1L), log.get(i)));
    }
    apply(parent, 100_000, new Command.Split(SPLIT));
    ReplicatedStateMachine child = node.open(SPLIT.right());
    TableWorkload workload = new TableWorkload(new Random(3));
    Command.ItemWrite onRight = workload.write();
    while (!SPLIT.right().range().contains(routingKey(onRight))) {
      onRight = workload.write();
    }
    LogEntry later = entry(100_002, 4711, onRight);
    List<Result> first = child.apply(new ApplyContext(1, 2), later);

    child.close();
    ReplicatedStateMachine again = node.open(SPLIT.right());
    assertThat(again.apply(new ApplyContext(1, 3), later)).isEqualTo(first);
    for (int i = 1; i < log.size(); i++) {
      assertThat(again.apply(new ApplyContext(1, 10L + i), log.get(i))).isEqualTo(results.get(i));
      assertThat(parent.apply(new ApplyContext(1, 100L + i), log.get(i))).isEqualTo(results.get(i));
    }
    node.crash();
  }

  /**
   * Invariant 1: the child has its parent's window from memory where it is born, and from its rows
   * where it was restarted meanwhile. The split's own entry evicts requests from the parent's.
   */
  @Test
  void aChildThatHasInheritedItsWindowDoesAsOneThatHasReadIt() {
    for (long seed = 1; seed <= 20; seed++) {
      Random random = new Random(seed);
      WindowLimits limits =
          new WindowLimits(
              Duration.ofMillis(1 + random.nextInt(60)), 5 + random.nextInt(40), 9_000);
      List<LogEntry> log = log(60, seed);
      long splitAt = 60_000 + random.nextInt(9) * 4_000L;
      Path home = directory.resolve("seed" + seed);
      Node born = new Node(home.resolve("born"), limits);
      Node restarted = new Node(home.resolve("restarted"), limits);
      for (Node node : List.of(born, restarted)) {
        ReplicatedStateMachine parent = node.open(WHOLE);
        applyAll(parent, log);
        apply(parent, splitAt, new Command.Split(SPLIT));
      }
      restarted.crash();
      ReplicatedStateMachine inherited = born.open(SPLIT.right());
      ReplicatedStateMachine read = new Node(home.resolve("restarted"), limits).open(SPLIT.right());
      List<LogEntry> later = new ArrayList<>(log.subList(1, 60)); // retries
      later.addAll(log(60, seed + 100).subList(1, 60)); // the same ids, for the most part
      later.add(entry(200_000, -3, new Command.InstallTable(TableWorkload.TABLE)));
      for (int i = 0; i < later.size(); i++) {
        ApplyContext at = new ApplyContext(1, 2L + i);
        assertThat(inherited.apply(at, later.get(i)))
            .as("seed %d entry %d", seed, i)
            .isEqualTo(read.apply(at, later.get(i)));
        assertThat(inherited.digest()).as("seed %d entry %d", seed, i).isEqualTo(read.digest());
      }
      born.crash();
    }
  }

  private static Bytes routingKey(Command.ItemWrite write) {
    return KeyEncoding.routingKey(
        TableWorkload.TABLE.id(), TableWorkload.SCHEMA, write.keyOrItem());
  }

  /** Invariant 1, S2: what a crash loses is replayed, and the child is not made a second time. */
  @Test
  void aSplitThatIsReplayedGivesTheSameParentAndLeavesTheChildAlone() {
    List<LogEntry> log = new ArrayList<>(log(100, 4));
    log.add(entry(200_000, -1, new Command.Split(SPLIT)));
    log.addAll(log(40, 5).subList(1, 40));
    Node calm = new Node(directory.resolve("calm"));
    ReplicatedStateMachine undisturbed = calm.open(WHOLE);
    applyAll(undisturbed, log);
    Bytes childDigest = calm.open(SPLIT.right()).digest();

    Node node = new Node(directory.resolve("battered"));
    applyAll(node.open(WHOLE), log.subList(0, 101));
    node.crash();
    ReplicatedStateMachine replayed = node.open(WHOLE);
    assertThat(replayed.applied().index()).isLessThan(101);
    applyAll(replayed, log);

    assertThat(replayed.digest()).isEqualTo(undisturbed.digest());
    assertThat(node.planted).isEqualTo(1);
    node.open(SPLIT.right());
    node.crash();
    ReplicatedStateMachine child = node.open(SPLIT.right());
    assertThat(child.digest()).isEqualTo(childDigest);
    node.crash();
    calm.crash();
  }

  @Test
  void aSplitIsDoneOnceAndRefusedWhereItCannotBe() {
    Node node = new Node(directory);
    ReplicatedStateMachine parent = node.open(WHOLE);
    applyAll(parent, log(100, 6));
    Bytes inside =
        ofKind(node.rows(parent, "rows"), KeyLayout.ITEM).keySet().stream()
            .map(key -> key.slice(1))
            .filter(key -> key.compareTo(KEY) > 0)
            .findFirst()
            .orElseThrow();

    assertThat(apply(parent, 200_000, splitAt(WHOLE, inside, 2)))
        .isEqualTo(
            invalid(
                "the key lies inside an item collection of a table with local indexes, which begins at "
                    + KEY.toHex()));
    assertThat(apply(parent, 200_001, splitAt(older(), KEY, 2))).isEqualTo(elsewhere());
    assertThat(parent.partition()).isEqualTo(WHOLE);

    assertThat(apply(parent, 200_002, new Command.Split(SPLIT))).isEqualTo(new Result.Done());
    assertThat(apply(parent, 200_003, new Command.Split(SPLIT))).isEqualTo(new Result.Done());
    assertThat(apply(parent, 200_004, splitAt(SPLIT.left(), Bytes.fromHex("01"), 3)))
        .as("not before the last one is finished")
        .isEqualTo(elsewhere());
    apply(parent, 200_005, new Command.Trim(WHOLE.epoch()));
    assertThat(parent.givenAway()).as("a trim of another epoch").isNotNull();
    apply(parent, 200_006, new Command.Trim(SPLIT.left().epoch()));
    assertThat(apply(parent, 200_007, splitAt(SPLIT.left(), Bytes.fromHex("01"), 3)))
        .isEqualTo(new Result.Done());
    assertThat(node.planted).isEqualTo(2);
    node.crash();
  }

  @Test
  void whatIsNotInTheRangeAnyMoreIsRefused() {
    Node node = new Node(directory);
    ReplicatedStateMachine parent = node.open(WHOLE);
    applyAll(parent, log(10, 7));
    apply(parent, 200_000, new Command.Split(SPLIT));
    ReplicatedStateMachine child = node.open(SPLIT.right());
    TableWorkload workload = new TableWorkload(new Random(8));
    for (int i = 1; i <= 50; i++) {
      Command.ItemWrite write = workload.write();
      boolean onLeft = SPLIT.left().range().contains(routingKey(write));
      Result atParent = apply(parent, 200_000 + i, write);
      Result atChild = apply(child, 200_000 + i, write);
      assertThat(atParent.equals(elsewhere())).isEqualTo(!onLeft);
      assertThat(atChild.equals(elsewhere())).isEqualTo(onLeft);
    }
    node.crash();
  }

  private static Command.Split splitAt(ClusterMap.Partition parent, Bytes key, long child) {
    return new Command.Split(new SplitOperation(parent, key, new PartitionId(child)));
  }

  private static ClusterMap.Partition older() {
    return new ClusterMap.Partition(WHOLE.id(), 0, WHOLE.range(), WHOLE.replicas());
  }

  private static Result invalid(String why) {
    return new Result.Rejected(new Rejection.Invalid(why));
  }

  private static Result elsewhere() {
    return new Result.Rejected(new Rejection.WrongPartition());
  }
}
