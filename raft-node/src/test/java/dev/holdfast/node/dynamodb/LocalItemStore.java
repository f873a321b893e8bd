package dev.holdfast.node.dynamodb;

import dev.holdfast.client.routing.ItemStore;
import dev.holdfast.client.routing.ReadOptions;
import dev.holdfast.client.routing.Session;
import dev.holdfast.client.routing.TransactionStore;
import dev.holdfast.client.routing.WriteOptions;
import dev.holdfast.node.index.RecordUpdates;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.command.TransactionGet;
import dev.holdfast.protocol.command.TransactionRequest;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeRecord;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.IndexEntries;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableStatus;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.statemachine.PartitionStateMachines;
import dev.holdfast.statemachine.replica.ReplicaOptions;
import dev.holdfast.statemachine.replica.Seeds;
import dev.holdfast.statemachine.replica.WindowLimits;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateSnapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A store of one in-memory replica, without consensus; tables are ACTIVE at once. */
final class LocalItemStore implements ItemStore, TransactionStore, AutoCloseable {
  private final AtomicInteger indexWaits = new AtomicInteger();

  /** Somewhat later than any stamp here. */
  private static final long EXPIRY_SECONDS = 1_010;

  private final ReplicatedStateMachine replica;
  private final LocalMetaGroup meta = new LocalMetaGroup();
  private final List<WriteOptions> writes = new ArrayList<>();
  private long index;
  private long nextInternalId;
  private @Nullable RuntimeException failure;
  private boolean fillsIndexes = true;
  private int staleCount;
  private int failingLookupCount;
  private @Nullable Rejection rejection;
  private final List<TransactionRequest> transactions = new ArrayList<>();

  /** How often somebody has waited for a global index. */
  int indexWaitCount() {
    return indexWaits.get();
  }

  LocalItemStore(Path directory) {
    ReplicaOptions options =
        new ReplicaOptions(
            WindowLimits.DEFAULT,
            (message, cause) -> new IllegalStateException(message, cause),
            (partition, at, proposed, own) -> {
              throw new IllegalStateException("digests differ at " + at);
            },
            Seeds.NONE);
    ClusterMap.Partition partition =
        new ClusterMap.Partition(new PartitionId(1), 1, KeyRange.ALL, List.of(new NodeId("n1")));
    this.replica = PartitionStateMachines.inMemory(options).open(partition, directory);
  }

  /** The options of all item writes so far. */
  synchronized List<WriteOptions> writes() {
    return List.copyOf(writes);
  }

  /** The next look-ups of tables find no leader. */
  synchronized void failLookups(int count) {
    failingLookupCount = count;
  }

  /** Makes every call of item operations fail, or succeed again with null. */
  synchronized void failWith(@Nullable RuntimeException newFailure) {
    failure = newFailure;
  }

  /** Makes the next writes find their table stale. */
  synchronized void beStale(int times) {
    staleCount = times;
  }

  /** Makes the next write or transaction, or read of several items, be rejected. */
  synchronized void rejectWith(Rejection next) {
    rejection = next;
  }

  /** All transactions so far. */
  synchronized List<TransactionRequest> transactions() {
    return List.copyOf(transactions);
  }

  private @Nullable Rejection nextRejection(TableId table) {
    @Nullable Rejection next = rejection;
    rejection = null;
    if (staleCount > 0) {
      staleCount--;
      return new Rejection.StaleTable(table);
    }
    return next;
  }

  @Override
  public synchronized CompletableFuture<Result> transact(
      TransactionRequest transaction, @Nullable Session session, Duration timeout) {
    if (failure != null) {
      return CompletableFuture.failedFuture(failure);
    }
    transactions.add(transaction);
    List<TransactionAction> actions =
        transaction.parts().stream().map(TransactionRequest.Part::action).toList();
    Rejection rejected = nextRejection(actions.get(0).table().id());
    if (rejected != null) {
      return CompletableFuture.completedFuture(new Result.Rejected(rejected));
    }
    Result result =
        apply(transaction.id(), new TransactionCommand.Transact(transaction.token(), actions));
    deliver();
    return CompletableFuture.completedFuture(result);
  }

  @Override
  public synchronized CompletableFuture<ReadResult> getTogether(
      List<TransactionGet> gets, @Nullable Session session, Duration timeout) {
    Rejection rejected = nextRejection(gets.get(0).get().table().id());
    if (rejected != null) {
      return CompletableFuture.completedFuture(new ReadResult.Refused(rejected));
    }
    List<ReadResult.Found> found = new ArrayList<>();
    gets.forEach(get -> found.add((ReadResult.Found) readItems(get.get()).join()));
    return CompletableFuture.completedFuture(new ReadResult.Together(found));
  }

  private Result apply(RequestId id, Command command) {
    index++;
    Proposal proposal = new Proposal(id, Proposal.STAMP_UNKNOWN, false, command);
    LogEntry entry = new LogEntry(1_000_000_000L + index, List.of(proposal));
    return replica.apply(new ApplyContext(1, index), entry).get(0);
  }

  private void applyInternal(Command command) {
    nextInternalId++;
    Result unused = apply(new RequestId(0, nextInternalId), command);
  }

  @Override
  public synchronized CompletableFuture<Optional<TableDescriptor>> table(String name) {
    if (failingLookupCount > 0) {
      failingLookupCount--;
      return CompletableFuture.failedFuture(
          new StoreException.UnavailableException(
              StoreException.Reason.NOT_READY, "no leader of the meta group"));
    }
    ReadResult.Table found = (ReadResult.Table) meta.read(new MetaRead.GetTable(name));
    return CompletableFuture.completedFuture(Optional.ofNullable(found.table()));
  }

  @Override
  public CompletableFuture<Optional<TableDescriptor>> refreshTable(String name) {
    return table(name);
  }

  @Override
  public synchronized CompletableFuture<Result> write(
      TableDescriptor table, Command.ItemWrite command, WriteOptions options) {
    if (failure != null) {
      return CompletableFuture.failedFuture(failure);
    }
    writes.add(options);
    Rejection rejected = nextRejection(table.id());
    if (rejected != null) {
      return CompletableFuture.completedFuture(new Result.Rejected(rejected));
    }
    Result result = apply(options.requestId(), command);
    deliver();
    return CompletableFuture.completedFuture(result);
  }

  /** Brings all changes to the global indexes, before anybody is told of them. */
  private void deliver() {
    ReadResult.Undelivered undelivered = (ReadResult.Undelivered) ask(new Read.Undelivered());
    for (ReadResult.Backlog backlog : undelivered.backlogs()) {
      ChangeSegment segment = backlog.segment();
      Read.Changes read =
          new Read.Changes(
              backlog.table().id(),
              segment.id(),
              segment.start(),
              segment.deliveredThrough(),
              Integer.MAX_VALUE,
              Integer.MAX_VALUE);
      List<ChangeRecord> records = ((ReadResult.Changes) ask(read)).records();
      for (GlobalIndex index : backlog.table().followers().globalIndexesOf(segment)) {
        RecordUpdates updates = new RecordUpdates(backlog.table(), index);
        records.forEach(updates::add);
        applyInternal(new Command.UpdateIndex(index.id(), Long.MAX_VALUE, updates.updates()));
      }
      applyInternal(new Command.Delivered(backlog.table().id(), segment.id(), backlog.last()));
    }
  }

  private ReadResult ask(Read read) {
    try (StateSnapshot snapshot = replica.snapshot()) {
      return snapshot.read(read, KnownOutcomes.NONE_CARED_FOR);
    }
  }

  private synchronized CompletableFuture<ReadResult> readItems(Read read) {
    if (failure != null) {
      return CompletableFuture.failedFuture(failure);
    }
    return CompletableFuture.completedFuture(ask(read));
  }

  @Override
  public CompletableFuture<ReadResult> get(
      TableDescriptor table, Read.Get read, ReadOptions options) {
    return readItems(read);
  }

  @Override
  public CompletableFuture<ReadResult> query(
      TableDescriptor table, Read.Query read, ReadOptions options) {
    return readItems(read);
  }

  @Override
  public CompletableFuture<ReadResult> scan(
      TableDescriptor table, Read.Scan read, ReadOptions options) {
    return readItems(read);
  }

  @Override
  public CompletableFuture<ReadResult> indexed(TableId table, TableId index, Duration timeout) {
    indexWaits.incrementAndGet();
    return readItems(new Read.Indexed(table, index, KeyEncoding.tableRange(table)));
  }

  @Override
  public CompletableFuture<ReadResult> segments(TableId table, Duration timeout) {
    return readItems(new Read.Segments(table, KeyEncoding.tableRange(table)));
  }

  @Override
  public CompletableFuture<ReadResult> changes(Read.Changes read, Duration timeout) {
    return readItems(read);
  }

  /** What a leader does when records are old. */
  synchronized void trim(TableId table, SegmentId segment, long through) {
    applyInternal(new Command.TrimChanges(table, segment, through));
  }

  @Override
  public synchronized CompletableFuture<Result> change(MetaCommand command, WriteOptions options) {
    Result result = meta.apply(command);
    if (result instanceof Result.Table changed) {
      settle(changed.table());
    }
    return CompletableFuture.completedFuture(result);
  }

  /** What the reconciler would do, at once. */
  private void settle(TableDescriptor table) {
    switch (table.status()) {
      case CREATING, UPDATING -> {
        for (GlobalIndex index : table.followers().globalIndexes()) {
          applyInternal(
              index.status() == GlobalIndex.Status.DELETING
                  ? new Command.DropTable(index.id())
                  : new Command.InstallTable(table.ofIndex(index)));
        }
        TableDescriptor known =
            table.status() == TableStatus.CREATING
                ? table.withCompleteIndexes()
                : table.withKnownIndexes();
        applyInternal(new Command.InstallTable(known.withStatus(TableStatus.ACTIVE)));
        markReady(table);
        if (fillsIndexes) {
          fillIndexes();
        }
      }
      case DELETING -> {
        for (GlobalIndex index : table.followers().globalIndexes()) {
          applyInternal(new Command.DropTable(index.id()));
        }
        applyInternal(new Command.DropTable(table.id()));
        Result unused = meta.apply(new MetaCommand.ForgetTable(table.id()));
      }
      case ACTIVE -> {
        if (table.isUnsettled()) {
          settleTimeToLive(table);
        }
      }
    }
  }

  private void settleTimeToLive(TableDescriptor table) {
    applyInternal(new Command.InstallTable(table));
    applyInternal(new Command.TendExpiry(table.id(), 1_000, 1 << 20));
    Result unused = meta.apply(new MetaCommand.SettleTimeToLive(table.id(), table.version()));
  }

  /** What a leader does when items have expired, by a clock that is ahead of the stamps. */
  synchronized void expire() {
    Read.Expired read = new Read.Expired(EXPIRY_SECONDS, Bytes.EMPTY, 1_000);
    ReadResult.Expired found = (ReadResult.Expired) ask(read);
    applyInternal(new Command.Expire(found.entries()));
  }

  /** From now on indexes that are added stay as they are until {@link #fillIndexes}. */
  synchronized void holdBackfills() {
    fillsIndexes = false;
  }

  /** What the leader and the reconciler do about indexes that lack items. */
  synchronized void fillIndexes() {
    ReadResult.Undelivered undelivered = (ReadResult.Undelivered) ask(new Read.Undelivered());
    for (ReadResult.Backfill backfill : undelivered.backfills()) {
      TableDescriptor table = backfill.table();
      ReadResult.Unfilled page =
          (ReadResult.Unfilled)
              ask(new Read.Unfilled(table.id(), backfill.from(), 1_000, Integer.MAX_VALUE));
      for (GlobalIndex index : table.followers().globalIndexes()) {
        IndexEntries entries = new IndexEntries(index, table.keySchema());
        if (index.id().equals(backfill.index())) {
          applyInternal(
              new Command.UpdateIndex(
                  index.id(),
                  Long.MAX_VALUE,
                  page.items().stream()
                      .filter(entries::has)
                      .map(
                          item ->
                              new Command.EntryUpdate(
                                  entries.keyOf(item), page.version(), entries.entry(item)))
                      .toList()));
        }
      }
      applyInternal(
          new Command.Backfilled(table.id(), backfill.index(), backfill.from(), page.next()));
      Result unused = meta.apply(new MetaCommand.MarkIndexesFilled(table.id(), table.version()));
    }
  }

  private void markReady(TableDescriptor table) {
    Result unused =
        meta.apply(
            new MetaCommand.MarkTableReady(table.id(), table.warmth().segments(), table.version()));
  }

  @Override
  public synchronized CompletableFuture<ReadResult> read(MetaRead read, ReadOptions options) {
    return CompletableFuture.completedFuture(meta.read(read));
  }

  @Override
  public void close() {
    replica.close();
  }
}
