package dev.holdfast.statemachine.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.MergeCommand;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeRecord;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.MergeOperation;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.statemachine.Replicas;
import dev.holdfast.statemachine.Rows;
import dev.holdfast.statemachine.memory.MemoryKeyValueStore;
import dev.holdfast.statemachine.replica.ReplicaFactory;
import dev.holdfast.statemachine.replica.ReplicaOptions;
import dev.holdfast.statemachine.replica.WindowLimits;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.spi.MergeProgress;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateMachineFactory;
import dev.holdfast.statemachine.spi.StateSnapshot;
import dev.holdfast.statemachine.storage.KeyValueStore;
import dev.holdfast.statemachine.transaction.TransactionDecider;
import dev.holdfast.statemachine.transaction.TransactionReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Partitions that together hold the keyspace, one replica each, and do what they are told. */
public final class LoggedPartitions {
  private final Path home;
  private final StateMachineFactory factory;
  private final SortedMap<PartitionId, ReplicatedStateMachine> replicas = new TreeMap<>();
  private final SortedMap<Path, KeyValueStore> stores = new TreeMap<>();
  private long nextId = 1;
  private long stampMicros = 1_000_000;

  public LoggedPartitions(Path home) {
    this.home = home;
    ReplicaOptions options =
        new ReplicaOptions(
            WindowLimits.DEFAULT,
            IllegalStateException::new,
            (partition, index, proposed, own) -> {},
            this::plant);
    this.factory =
        new ReplicaFactory(
            this::openStore, new TransactionDecider(), new TransactionReader(), options);
    open(Replicas.partition(KeyRange.ALL));
  }

  private KeyValueStore openStore(Path directory) {
    KeyValueStore store = MemoryKeyValueStore.open(directory);
    stores.put(directory, store);
    return store;
  }

  private void plant(PartitionId child, Consumer<Path> writer) {
    if (!Files.exists(directory(child))) {
      writer.accept(directory(child));
    }
  }

  private Path directory(PartitionId id) {
    return home.resolve(id + "-" + checkpoints.getOrDefault(id, 0));
  }

  private final SortedMap<PartitionId, Integer> checkpoints = new TreeMap<>();

  private void open(ClusterMap.Partition partition) {
    nextId = Math.max(nextId, partition.id().value() + 1);
    replicas.put(partition.id(), factory.open(partition, directory(partition.id())));
  }

  /** Replaces a replica by one that begins with its checkpoint. */
  public void restore(PartitionId id) {
    ReplicatedStateMachine before = replica(id);
    checkpoints.merge(id, 1, Integer::sum);
    before.checkpoint(directory(id));
    before.close();
    open(before.partition());
  }

  /** All that a partition holds now. */
  public SortedMap<Bytes, Bytes> rows(PartitionId id) {
    return Rows.of(Objects.requireNonNull(stores.get(directory(id))));
  }

  /** The next entries are that much later. */
  public void pass(long micros) {
    stampMicros += micros;
  }

  public List<PartitionId> ids() {
    return replicas.values().stream()
        .sorted(Comparator.comparing(replica -> replica.partition().range().startInclusive()))
        .map(replica -> replica.partition().id())
        .toList();
  }

  public ReplicatedStateMachine replica(PartitionId id) {
    return Objects.requireNonNull(replicas.get(id));
  }

  public PartitionId of(Bytes routingKey) {
    return replicas.values().stream()
        .map(ReplicatedStateMachine::partition)
        .filter(partition -> partition.range().contains(routingKey))
        .findFirst()
        .orElseThrow()
        .id();
  }

  public long now() {
    return stampMicros;
  }

  /** One entry with these commands. */
  public List<Result> apply(PartitionId id, List<? extends Command> commands) {
    stampMicros += 1_000;
    List<Proposal> proposals = new ArrayList<>();
    for (Command command : commands) {
      proposals.add(
          new Proposal(
              new RequestId(stampMicros, proposals.size()), stampMicros - 1, false, command));
    }
    ReplicatedStateMachine replica = replica(id);
    return replica.apply(
        new ApplyContext(1, replica.applied().index() + 1), new LogEntry(stampMicros, proposals));
  }

  public Result apply(PartitionId id, Command command) {
    return apply(id, List.of(command)).get(0);
  }

  public void toAll(Command command) {
    ids().forEach(id -> apply(id, command));
  }

  /** Splits at a key, unless the key begins a partition. */
  public void split(Bytes key) {
    ClusterMap.Partition parent = replica(of(key)).partition();
    if (parent.range().startInclusive().equals(key)) {
      return;
    }
    SplitOperation split = new SplitOperation(parent, key, new PartitionId(nextId));
    assertThat(apply(parent.id(), new Command.Split(split))).isEqualTo(new Result.Done());
    open(split.right());
    apply(parent.id(), new Command.Trim(split.left().epoch()));
  }

  /**
   * Merges a partition with its right neighbour.
   *
   * @param isCancelled whether it is given up when all rows are taken
   */
  public void merge(PartitionId leftId, PartitionId rightId, boolean isCancelled) {
    merge(leftId, rightId, isCancelled, () -> {});
  }

  /**
   * As {@link #merge(PartitionId, PartitionId, boolean)}.
   *
   * @param meanwhile done before every part of the rows is taken, and once after the last
   */
  public void merge(
      PartitionId leftId, PartitionId rightId, boolean isCancelled, Runnable meanwhile) {
    MergeOperation merge =
        new MergeOperation(
            1_000_000 + nextId++, replica(leftId).partition(), replica(rightId).partition());
    Bytes digest = ((Result.Frozen) apply(rightId, new MergeCommand.Freeze(merge))).digest();
    apply(leftId, new MergeCommand.Gather(merge, digest));
    while (true) {
      meanwhile.run();
      Bytes after = Objects.requireNonNull(replica(leftId).merge()).after();
      List<MergeCommand.Row> rows = replica(rightId).frozenRows(merge.id(), after, 500);
      if (rows.isEmpty()) {
        break;
      }
      apply(leftId, new MergeCommand.Take(merge.id(), after, rows));
    }
    if (isCancelled) {
      apply(leftId, new MergeCommand.Cancel(merge));
      apply(rightId, new MergeCommand.Unfreeze(merge));
      return;
    }
    MergeProgress frozen = Objects.requireNonNull(replica(rightId).merge());
    Bytes after = Objects.requireNonNull(replica(leftId).merge()).after();
    apply(
        leftId,
        new MergeCommand.Absorb(merge.id(), after, frozen.stampMicros(), frozen.floorMicros()));
    assertThat(replica(leftId).partition()).isEqualTo(merge.merged());
    Objects.requireNonNull(replicas.remove(rightId)).close();
  }

  public ReadResult read(PartitionId id, Read read) {
    try (StateSnapshot snapshot = replica(id).snapshot()) {
      return snapshot.read(read, KnownOutcomes.NONE_CARED_FOR);
    }
  }

  /** All segments of a table, by their ids. */
  SortedMap<SegmentId, ChangeSegment> segments(TableId table) {
    SortedMap<SegmentId, ChangeSegment> segments = new TreeMap<>();
    KeyRange range = KeyEncoding.tableRange(table);
    for (PartitionId id : ids()) {
      if (replica(id).partition().range().overlaps(range)) {
        ReadResult.Segments found = (ReadResult.Segments) read(id, new Read.Segments(table, range));
        for (ChangeSegment segment : found.segments()) {
          assertThat(segments.put(segment.id(), segment)).as("twice: %s", segment).isNull();
        }
      }
    }
    return segments;
  }

  /** The records of a segment, page by page, from where its first key lies. */
  List<ChangeRecord> records(TableId table, ChangeSegment segment) {
    List<ChangeRecord> records = new ArrayList<>();
    long after = 0;
    while (true) {
      Read.Changes read = new Read.Changes(table, segment.id(), segment.start(), after, 3, 1 << 20);
      ReadResult.Changes page = (ReadResult.Changes) read(of(segment.start()), read);
      assertThat(Optional.ofNullable(page.segment())).contains(segment);
      records.addAll(page.records());
      if (page.records().isEmpty()) {
        return records;
      }
      after = records.get(records.size() - 1).number();
      assertThat(after).isLessThanOrEqualTo(page.last());
    }
  }
}
