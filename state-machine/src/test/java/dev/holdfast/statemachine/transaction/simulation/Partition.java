package dev.holdfast.statemachine.transaction.simulation;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.MergeCommand;
import dev.holdfast.protocol.command.OpenAttempt;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.MergeOperation;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.statemachine.Replicas;
import dev.holdfast.statemachine.Rows;
import dev.holdfast.statemachine.replica.ReplicaFactory;
import dev.holdfast.statemachine.replica.WindowLimits;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.spi.MergeProgress;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateSnapshot;
import dev.holdfast.statemachine.storage.KeyValueStore;
import dev.holdfast.statemachine.table.TableWorkload;
import dev.holdfast.statemachine.transaction.Held;
import dev.holdfast.statemachine.transaction.TransactionReader;
import dev.holdfast.statemachine.transaction.TransactionRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A real partition with a log, and a leader whose clock is off by as much as its node's is.
 *
 * <p>Invariant: the rows are those of the checkpoint and the entries of the log after it.
 */
final class Partition {
  static final int SKEW_MICROS_MAX = 400_000;
  private static final int TAKEN_BYTES = 200;
  private static final double LEADER_CHANGE_CHANCE = 0.02;
  private static final double CANCEL_CHANCE = 0.02;

  private record Applied(ApplyContext context, LogEntry entry, List<Result> results) {}

  private final World world;
  private final String name;
  private final Setting setting;
  private final List<Applied> log = new ArrayList<>();
  private SortedMap<Bytes, Bytes> checkpoint;
  private KeyValueStore store;
  private ReplicatedStateMachine replica;
  private KeyRange range;

  /** What the partition was when it was made; after that its rows tell. */
  private final KeyRange first;

  private boolean gone;
  private long index;
  private long skewMicros;
  private long stampMicros;

  private Partition(
      World world, String name, Setting setting, SortedMap<Bytes, Bytes> rows, KeyRange range) {
    this.world = world;
    this.name = name;
    this.setting = setting;
    this.range = range;
    this.first = range;
    this.checkpoint = rows;
    this.store = Rows.store(rows);
    this.replica = open();
    this.index = replica.applied().index();
    this.stampMicros = replica.stampMicros();
    this.skewMicros = world.random().nextInt(SKEW_MICROS_MAX);
  }

  /** An empty one that knows the table. */
  static Partition empty(World world, String name, Setting setting, KeyRange range) {
    Partition empty = new Partition(world, name, setting, new TreeMap<>(), range);
    empty.apply(new RequestId(0, 0), new Command.InstallTable(TableWorkload.TABLE));
    return empty;
  }

  private ReplicatedStateMachine open() {
    return new ReplicaFactory(
            directory -> store,
            setting.merges().around(setting.decider()),
            new TransactionReader(),
            Replicas.options(WindowLimits.DEFAULT))
        .open(Replicas.partition(first), Path.of("nowhere"));
  }

  @Override
  public String toString() {
    return name;
  }

  /** Whether another has absorbed it: there is nothing here any more. */
  boolean isGone() {
    return gone;
  }

  KeyRange range() {
    return range;
  }

  /**
   * Another replica goes on from what it had on disk and the log: it comes to the same rows by the
   * same answers (invariant 1). Its clock is another one.
   *
   * @return what is wrong; null when nothing is
   */
  @Nullable String changeLeader() {
    note(() -> name + " has a new leader");
    SortedMap<Bytes, Bytes> before = Rows.of(store);
    store = Rows.store(checkpoint);
    replica = open();
    skewMicros = world.random().nextInt(SKEW_MICROS_MAX);
    for (Applied earlier : log) {
      List<Result> results = replica.apply(earlier.context(), earlier.entry());
      if (!results.equals(earlier.results())) {
        return "%s answers %s, replayed %s".formatted(name, earlier.results(), results);
      }
    }
    log.clear();
    checkpoint = Rows.of(store);
    return checkpoint.equals(before) ? null : name + " has other rows after a replay";
  }

  private void become(KeyValueStore other, KeyRange otherRange) {
    range = otherRange;
    store = other;
    checkpoint = Rows.of(other);
    log.clear();
    replica = open();
    index = replica.applied().index();
    stampMicros = Math.max(stampMicros, replica.stampMicros());
  }

  /** Keeps the keys before this one. Returns a partition with the rest. */
  Partition split(Bytes at, String childName) {
    note(() -> "%s is split, %s begins".formatted(name, childName));
    KeyRange left = new KeyRange(range.startInclusive(), at);
    KeyRange right = new KeyRange(at, range.endExclusive());
    SortedMap<Bytes, Bytes> rows = Rows.of(half(right));
    Partition child = new Partition(world, childName, setting, rows, right);
    become(half(left), left);
    return child;
  }

  private KeyValueStore half(KeyRange half) {
    return setting.splits().half(store, Replicas.partition(half));
  }

  /**
   * Takes over its right neighbour by the steps of a merge, while leaders change.
   *
   * @param id of the merge
   * @return whether the other is gone; else the merge was cancelled in the middle
   */
  boolean absorb(Partition right, long id) {
    note(() -> "%s absorbs %s".formatted(name, right));
    MergeOperation operation =
        new MergeOperation(id, replica.partition(), right.replica.partition());
    Bytes digest = ((Result.Frozen) right.step(new MergeCommand.Freeze(operation))).digest();
    step(new MergeCommand.Gather(operation, digest));
    Bytes after = Bytes.EMPTY;
    while (true) {
      if (world.chance(LEADER_CHANGE_CHANCE)) {
        requireSame(changeLeader());
        requireSame(right.changeLeader());
      }
      if (world.chance(CANCEL_CHANCE)) {
        step(new MergeCommand.Cancel(operation));
        right.step(new MergeCommand.Unfreeze(operation));
        return false;
      }
      List<MergeCommand.Row> rows = right.replica.frozenRows(id, after, TAKEN_BYTES);
      if (rows.isEmpty()) {
        break;
      }
      List<MergeCommand.Row> kept =
          rows.stream().filter(row -> !setting.merges().lost().test(row.key())).toList();
      if (!kept.isEmpty()) {
        step(new MergeCommand.Take(id, takenUntil(), kept));
      }
      after = rows.get(rows.size() - 1).key();
    }
    MergeProgress frozen = Objects.requireNonNull(right.replica.merge());
    step(new MergeCommand.Absorb(id, takenUntil(), frozen.stampMicros(), frozen.floorMicros()));
    range = replica.partition().range();
    stampMicros = replica.stampMicros();
    right.gone = true;
    return true;
  }

  private Bytes takenUntil() {
    return Objects.requireNonNull(replica.merge()).after();
  }

  private Result step(MergeCommand command) {
    return apply(new RequestId(0, -command.merge()), command);
  }

  private static void requireSame(@Nullable String difference) {
    if (difference != null) {
      throw new AssertionError(difference);
    }
  }

  /** In an entry of its own, stamped now by this partition's clock. */
  Result apply(RequestId id, Command command) {
    if (gone) {
      return new Result.Rejected(new Rejection.WrongPartition());
    }
    stampMicros = nowMicros();
    Proposal proposal = new Proposal(id, Proposal.STAMP_UNKNOWN, false, command);
    ApplyContext context = new ApplyContext(1, ++index);
    LogEntry entry = new LogEntry(stampMicros, List.of(proposal));
    List<Result> results = replica.apply(context, entry);
    log.add(new Applied(context, entry, results));
    Result result = results.get(0);
    note(
        () ->
            "%s, stamp %.3f ms: %s -> %s"
                .formatted(name, stampMicros / 1000.0, Trace.name(command), Trace.name(result)));
    return result;
  }

  private void note(Supplier<String> what) {
    setting.trace().note(world.nowMicros(), what);
  }

  /** Attempts with intents here, as a resolver that walks the partition finds them. */
  List<Held> held() {
    return Held.in(store);
  }

  /** What a sweeper finds. */
  List<OpenAttempt> openAttempts() {
    try (StateSnapshot snapshot = snapshot()) {
      Read everything = new Read.OpenAttempts(Long.MAX_VALUE, Integer.MAX_VALUE);
      return ((ReadResult.Attempts) snapshot.read(everything, KnownOutcomes.NONE_CARED_FOR))
          .attempts();
    }
  }

  /** What is wrong with the counts that it keeps; null when nothing is. */
  @Nullable String miscounted() {
    var counted = TransactionRows.count(store);
    return replica.transactionCounts().equals(counted)
        ? null
        : "%s counts %s and holds %s".formatted(name, replica.transactionCounts(), counted);
  }

  StateSnapshot snapshot() {
    return replica.snapshot();
  }

  long nowMicros() {
    return Math.max(stampMicros, world.nowMicros() + skewMicros);
  }

  static Read.Observe observation(int item) {
    return new Read.Observe(read(item));
  }

  static Read.Get read(int item) {
    return new Read.Get(TableWorkload.REF, Lists.key(item), Projection.ALL);
  }
}
