package dev.holdfast.statemachine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.MergeCommand;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.MergeOperation;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.statemachine.replica.NumbersRow;
import dev.holdfast.statemachine.replica.ReplicaFactory;
import dev.holdfast.statemachine.replica.WindowLimits;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.MergeProgress;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateSnapshot;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueStore;
import dev.holdfast.statemachine.table.TableWorkload;
import dev.holdfast.statemachine.transaction.TransactionDecider;
import dev.holdfast.statemachine.transaction.TransactionReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Two partitions that become one, and what becomes of their rows (replication.md M). */
class MergeTest {
  private static final Bytes EDGE =
      KeyEncoding.collectionPrefix(TableWorkload.TABLE.id(), EncodedValue.ofString("p1"));
  private static final ClusterMap.Partition LEFT = partition(1, 4, new KeyRange(Bytes.EMPTY, EDGE));
  private static final ClusterMap.Partition RIGHT = partition(2, 9, new KeyRange(EDGE, null));
  private static final MergeOperation MERGE = new MergeOperation(3, LEFT, RIGHT);
  private static final long MINUTE = 60_000_000;

  private final Held whole = new Held(partition(1, 1, KeyRange.ALL));
  private final Held left = new Held(LEFT);
  private final Held right = new Held(RIGHT);
  private long stamp = 1_000;

  private static ClusterMap.Partition partition(long id, long epoch, KeyRange range) {
    return new ClusterMap.Partition(new PartitionId(id), epoch, range, List.of(new NodeId("n1")));
  }

  /** A replica, its store and its log. */
  private static final class Held {
    final ClusterMap.Partition first;
    final KeyValueStore store = Rows.store(new TreeMap<>());
    final ReplicatedStateMachine replica;
    final List<LogEntry> log = new ArrayList<>();

    Held(ClusterMap.Partition first) {
      this.first = first;
      this.replica =
          new ReplicaFactory(
                  directory -> store,
                  new TransactionDecider(),
                  new TransactionReader(),
                  Replicas.options(WindowLimits.DEFAULT))
              .open(first, Path.of("nowhere"));
    }

    Result apply(long stampMicros, RequestId id, boolean last, Command command) {
      LogEntry entry =
          new LogEntry(stampMicros, List.of(new Proposal(id, stampMicros - 1, last, command)));
      log.add(entry);
      return replica.apply(new ApplyContext(1, log.size()), entry).get(0);
    }

    Result apply(long stampMicros, Command command) {
      return apply(stampMicros, new RequestId(stampMicros, log.size()), false, command);
    }

    SortedMap<Bytes, Bytes> ofKind(byte kind) {
      return new TreeMap<>(Rows.of(store).subMap(KeyLayout.start(kind), KeyLayout.end(kind)));
    }

    /** Another replica that applies the same log. */
    Held replayed() {
      Held other = new Held(first);
      for (LogEntry entry : log) {
        other.log.add(entry);
        other.replica.apply(new ApplyContext(1, other.log.size()), entry);
      }
      return other;
    }
  }

  private void install() {
    for (Held each : List.of(whole, left, right)) {
      each.apply(++stamp, new Command.InstallTable(TableWorkload.TABLE));
    }
  }

  private void write(TableWorkload workload, long request) {
    Command.ItemWrite write = workload.write();
    Held side = LEFT.range().contains(routingKey(write)) ? left : right;
    stamp += 1_000;
    Result expected = whole.apply(stamp, new RequestId(7, request), false, write);
    assertThat(side.apply(stamp, new RequestId(7, request), false, write)).isEqualTo(expected);
  }

  private static Bytes routingKey(Command.ItemWrite write) {
    return KeyEncoding.routingKey(
        TableWorkload.TABLE.id(),
        TableWorkload.TABLE.keySchema(),
        write.keyOrItem().keyOf(TableWorkload.TABLE.keySchema()));
  }

  private Bytes freeze() {
    return ((Result.Frozen) right.apply(++stamp, new MergeCommand.Freeze(MERGE))).digest();
  }

  private void gather(Bytes digest) {
    assertThat(left.apply(++stamp, new MergeCommand.Gather(MERGE, digest)))
        .isEqualTo(new Result.Gathering());
  }

  private boolean take() {
    Bytes after = Objects.requireNonNull(left.replica.merge()).after();
    List<MergeCommand.Row> rows = right.replica.frozenRows(MERGE.id(), after, 4_000);
    if (!rows.isEmpty()) {
      left.apply(++stamp, new MergeCommand.Take(MERGE.id(), after, rows));
    }
    return !rows.isEmpty();
  }

  private void absorb() {
    while (take()) {
      // part after part
    }
    MergeProgress frozen = Objects.requireNonNull(right.replica.merge());
    Bytes after = Objects.requireNonNull(left.replica.merge()).after();
    left.apply(
        ++stamp,
        new MergeCommand.Absorb(MERGE.id(), after, frozen.stampMicros(), frozen.floorMicros()));
  }

  private void merge() {
    gather(freeze());
    absorb();
    assertThat(left.replica.partition()).isEqualTo(MERGE.merged());
  }

  @Test
  void itHoldsWhatOnePartitionWouldHold() {
    install();
    TableWorkload workload = new TableWorkload(new Random(1));
    for (int i = 0; i < 400; i++) {
      write(workload, i);
    }
    merge();
    for (byte kind :
        new byte[] {KeyLayout.ITEM, KeyLayout.LOCAL_INDEX, KeyLayout.COLLECTION, KeyLayout.TABLE}) {
      assertThat(left.ofKind(kind)).isEqualTo(whole.ofKind(kind));
    }
    assertThat(left.ofKind(KeyLayout.STAGED)).isEmpty();
    assertThat(numbers(left)).isEqualTo(numbers(whole));
    for (int i = 400; i < 500; i++) {
      Command.ItemWrite write = workload.write();
      stamp += 1_000;
      assertThat(left.apply(stamp, write)).isEqualTo(whole.apply(stamp, write));
    }
    assertThat(left.ofKind(KeyLayout.ITEM)).isEqualTo(whole.ofKind(KeyLayout.ITEM));
  }

  private static List<Long> numbers(Held held) {
    Bytes row = held.ofKind(KeyLayout.TOTALS).values().iterator().next();
    List<Long> numbers = new ArrayList<>();
    for (int slot = 0; slot < row.size() / Long.BYTES; slot++) {
      numbers.add(NumbersRow.of(row).get(slot));
    }
    return numbers;
  }

  /** Invariant 7: whichever side has applied them, and as long as it would have remembered. */
  @Test
  void requestsOfBothSidesAreRemembered() {
    install();
    TableWorkload workload = new TableWorkload(new Random(2));
    List<Command.ItemWrite> writes = new ArrayList<>();
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Command.ItemWrite write = workload.write();
      Held side = LEFT.range().contains(routingKey(write)) ? left : right;
      stamp += 1_000;
      writes.add(write);
      results.add(side.apply(stamp, new RequestId(7, i), true, write));
    }
    merge();
    Held restarted = left.replayed();
    for (int i = 0; i < 100; i++) {
      assertThat(left.apply(++stamp, new RequestId(7, i), true, writes.get(i)))
          .isEqualTo(results.get(i));
    }
    assertThat(restarted.replica.applied().index()).isEqualTo(left.log.size() - 100L);

    long later = stamp + 11 * MINUTE; // all are forgotten, and known to be
    Proposal old = new Proposal(new RequestId(7, 0), 2_000, false, writes.get(0));
    ApplyContext next = new ApplyContext(1, left.log.size() + 1L);
    assertThat(left.replica.apply(next, new LogEntry(later, List.of(old))).get(0))
        .isEqualTo(new Result.Rejected(new Rejection.Indeterminate()));
  }

  @Test
  void aFrozenPartitionChangesNoRowWhateverComes() {
    install();
    TableWorkload workload = new TableWorkload(new Random(3));
    for (int i = 0; i < 50; i++) {
      right.apply(++stamp, new RequestId(7, i), false, onRight(workload));
    }
    Bytes digest = freeze();
    List<MergeCommand.Row> before = right.replica.frozenRows(3, Bytes.EMPTY, Integer.MAX_VALUE);
    Result refused = new Result.Rejected(new Rejection.WrongPartition());
    long later = stamp + 20 * MINUTE; // so that every request id is due to be forgotten
    for (boolean last : new boolean[] {false, true}) {
      assertThat(right.apply(later, new RequestId(8, 1), last, onRight(workload)))
          .isEqualTo(refused);
    }
    assertThat(right.apply(later, new Command.InstallTable(TableWorkload.TABLE)))
        .isEqualTo(refused);
    assertThat(right.apply(later, new Command.RenewLease())).isEqualTo(new Result.Done());
    assertThat(right.apply(later, new MergeCommand.Freeze(MERGE)))
        .isEqualTo(new Result.Frozen(digest));
    assertThat(right.replica.frozenRows(3, Bytes.EMPTY, Integer.MAX_VALUE)).isEqualTo(before);
    try (StateSnapshot snapshot = right.replica.snapshot()) {
      assertThat(snapshot.epoch()).isEqualTo(StateSnapshot.NO_EPOCH);
    }
    right.apply(later, new MergeCommand.Unfreeze(MERGE));
    assertThat(right.replica.partition()).isEqualTo(MERGE.unfrozen());
    assertThat(right.apply(later, onRight(workload))).isNotEqualTo(refused);
    assertThat(right.apply(later, new MergeCommand.Freeze(MERGE)))
        .isInstanceOf(Result.Rejected.class);
  }

  private static Command.ItemWrite onRight(TableWorkload workload) {
    Command.ItemWrite write = workload.write();
    while (!RIGHT.range().contains(routingKey(write))) {
      write = workload.write();
    }
    return write;
  }

  @Test
  void whatWasTakenForAMergeThatIsCancelledIsGone() {
    install();
    TableWorkload workload = new TableWorkload(new Random(4));
    for (int i = 0; i < 100; i++) {
      write(workload, i);
    }
    SortedMap<Bytes, Bytes> before = left.ofKind(KeyLayout.ITEM);
    gather(freeze());
    take();
    take();
    MergeProgress taken = Objects.requireNonNull(left.replica.merge());
    assertThat(taken.takenBytes()).isPositive();
    List<MergeCommand.Row> rest = right.replica.frozenRows(3, taken.after(), 100);
    assertThat(left.apply(++stamp, new MergeCommand.Cancel(MERGE))).isEqualTo(new Result.Done());

    left.apply(++stamp, new MergeCommand.Take(3, taken.after(), rest)); // late
    left.apply(++stamp, new MergeCommand.Absorb(3, taken.after(), stamp, stamp));
    assertThat(left.ofKind(KeyLayout.ITEM)).isEqualTo(before);
    assertThat(left.ofKind(KeyLayout.STAGED)).isEmpty();
    assertThat(left.replica.partition()).isEqualTo(LEFT);
    assertThat(left.apply(++stamp, new MergeCommand.Gather(MERGE, Bytes.EMPTY)))
        .isInstanceOf(Result.Rejected.class);
  }

  /** Invariant 12: the right one did not hear of it. */
  @Test
  void ofATableThatWasDroppedMeanwhileNothingIsLeft() {
    install();
    TableWorkload workload = new TableWorkload(new Random(5));
    for (int i = 0; i < 100; i++) {
      write(workload, i);
    }
    gather(freeze());
    take();
    left.apply(++stamp, new Command.DropTable(TableWorkload.TABLE.id()));
    absorb();
    for (byte kind :
        new byte[] {
          KeyLayout.ITEM, KeyLayout.LOCAL_INDEX, KeyLayout.COLLECTION, KeyLayout.TOTALS
        }) {
      assertThat(left.ofKind(kind)).isEmpty();
    }
    assertThat(left.ofKind(KeyLayout.TABLE).values()).containsExactly(Bytes.EMPTY);
  }

  @Test
  void timeGoesOnFromTheLaterOfBoth() {
    install();
    long ahead = stamp + MINUTE;
    right.apply(ahead, new Command.RenewLease());
    Bytes digest = ((Result.Frozen) right.apply(ahead, new MergeCommand.Freeze(MERGE))).digest();
    gather(digest);
    absorb();
    assertThat(stamp).isLessThan(ahead);
    assertThat(left.replica.stampMicros()).isEqualTo(ahead);
    left.apply(++stamp, new Command.RenewLease());
    assertThat(left.replica.stampMicros()).isEqualTo(ahead);
  }

  /** Invariant 1. */
  @Test
  void replicasAgree() {
    install();
    TableWorkload workload = new TableWorkload(new Random(6));
    for (int i = 0; i < 100; i++) {
      write(workload, i);
    }
    merge();
    Held other = left.replayed();
    assertThat(other.replica.digest()).isEqualTo(left.replica.digest());
    assertThat(Rows.of(other.store)).isEqualTo(Rows.of(left.store));
  }
}
