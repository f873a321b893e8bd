package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.ExpiryEntry;
import dev.holdfast.protocol.model.IndexEntries;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.statemachine.change.ChangeReader;
import dev.holdfast.statemachine.evaluation.ProjectionEvaluator;
import dev.holdfast.statemachine.expiry.ExpiryReader;
import dev.holdfast.statemachine.replica.ReadContext;
import dev.holdfast.statemachine.replica.StateReader;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The reads of partitions that hold items. A whole item is handed back as the bytes stored; nothing
 * is decoded for it.
 */
public final class TableReader implements StateReader {
  /** Of one answer, whatever was asked for; the last item may go beyond the bytes. */
  private static final int UNFILLED_COUNT_MAX = 1_000;

  private static final int UNFILLED_BYTES_MAX = 1 << 20;

  private final TableCatalog catalog = new TableCatalog();

  @Override
  public ReadResult read(KeyValueReader snapshot, ReadContext context, Read read) {
    ClusterMap.Partition partition = context.partition();
    if (read instanceof Read.Get get) {
      return get(snapshot, partition, get);
    }
    if (read instanceof Read.Query query) {
      return query(snapshot, partition, query);
    }
    if (read instanceof Read.Scan scan) {
      return scan(snapshot, partition, scan);
    }
    if (read instanceof Read.Undelivered) {
      return undelivered(snapshot, partition.range());
    }
    if (read instanceof Read.Segments segments) {
      return ChangeReader.segments(snapshot, partition, segments);
    }
    if (read instanceof Read.Changes changes) {
      return ChangeReader.changes(snapshot, partition, changes);
    }
    if (read instanceof Read.Indexed indexed) {
      return indexed(snapshot, partition, indexed);
    }
    if (read instanceof Read.Unfilled unfilled) {
      return unfilled(snapshot, partition, unfilled);
    }
    if (read instanceof Read.ChangeLogs) {
      return ChangeReader.logs(snapshot);
    }
    if (read instanceof Read.Expired expired) {
      return ExpiryReader.read(
          snapshot, partition, table -> catalog.find(snapshot, table), expired);
    }
    if (read instanceof MetaRead
        || read instanceof Read.AskOutcome
        || read instanceof Read.Observe
        || read instanceof Read.OpenAttempts) {
      return refuse(new Rejection.Invalid("this partition holds items, not the cluster's"));
    }
    throw new IllegalStateException("unknown kind of read " + read);
  }

  private ReadResult undelivered(KeyValueReader snapshot, KeyRange range) {
    List<TableDescriptor> followed =
        ChangeReader.tables(snapshot).stream()
            .map(table -> catalog.find(snapshot, table))
            .filter(table -> table != null && !table.followers().globalIndexes().isEmpty())
            .map(Objects::requireNonNull)
            .toList();
    return new ReadResult.Undelivered(
        followed.stream()
            .flatMap(table -> ChangeReader.undelivered(snapshot, table).stream())
            .toList(),
        followed.stream()
            .flatMap(table -> Backfills.unfilled(snapshot, table, range).stream())
            .toList(),
        !followed.isEmpty());
  }

  private ReadResult indexed(
      KeyValueReader snapshot, ClusterMap.Partition partition, Read.Indexed read) {
    KeyRange held = read.range().intersection(partition.range());
    if (held == null) {
      return refuse(new Rejection.WrongPartition());
    }
    TableDescriptor table = catalog.find(snapshot, read.table());
    return table == null
        ? refuse(new Rejection.StaleTable(read.table()))
        : ChangeReader.indexed(snapshot, table, read, held);
  }

  private static ReadResult unfilled(
      KeyValueReader snapshot, ClusterMap.Partition partition, Read.Unfilled read) {
    return partition.range().contains(read.from())
        ? Backfills.page(
            snapshot,
            partition.range(),
            ChangeReader.last(snapshot, read.table()),
            read.from(),
            new Backfills.PageLimit(
                read.table(),
                Math.min(read.limit(), UNFILLED_COUNT_MAX),
                Math.min(read.bytesMax(), UNFILLED_BYTES_MAX)))
        : refuse(new Rejection.WrongPartition());
  }

  /**
   * The routing keys of the items that a read may show; null when it shows none or is refused. An
   * index is read by the keys of its table: the items of a collection lie beside each other in
   * both.
   */
  @Override
  public @Nullable KeyRange items(KeyValueReader snapshot, Read read) {
    if (read instanceof Read.Get get) {
      TableDescriptor table = catalog.find(snapshot, get.table());
      try {
        return table == null
            ? null
            : KeyRange.ofKey(KeyEncoding.routingKey(table.id(), table.keySchema(), get.key()));
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
    if (read instanceof Read.Query query) {
      Bytes prefix = KeyEncoding.collectionPrefix(query.table().id(), query.partitionKey());
      return new KeyRange(prefix, prefix.prefixEnd());
    }
    return read instanceof Read.Scan scan && !(scan.output() instanceof Read.Output.Totals)
        ? scan.range().intersection(KeyEncoding.tableRange(scan.table().id()))
        : null;
  }

  @Override
  public List<Bytes> keys(KeyValueReader snapshot, Command command) {
    if (command instanceof Command.ItemWrite write) {
      return key(snapshot, write.table(), write.keyOrItem()).map(List::of).orElse(List.of());
    }
    if (command instanceof Command.UpdateIndex update) {
      return update.updates().stream().map(Command.EntryUpdate::key).toList();
    }
    if (command instanceof Command.Expire expire) {
      return expire.entries().stream().map(ExpiryEntry::key).toList();
    }
    return command instanceof TransactionCommand step
        ? step.actions().stream()
            .flatMap(action -> key(snapshot, action.table(), action.keyOrItem()).stream())
            .toList()
        : List.of();
  }

  private Optional<Bytes> key(KeyValueReader snapshot, TableRef ref, Item keyOrItem) {
    TableDescriptor table = catalog.find(snapshot, ref.id());
    try {
      return table == null
          ? Optional.empty()
          : Optional.of(KeyEncoding.routingKey(table.id(), table.keySchema(), keyOrItem));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The table as installed; null when it is unknown or dropped. */
  public @Nullable TableDescriptor table(KeyValueReader snapshot, TableId table) {
    return catalog.find(snapshot, table);
  }

  private ReadResult get(KeyValueReader snapshot, ClusterMap.Partition partition, Read.Get get) {
    TableDescriptor table = catalog.find(snapshot, get.table());
    if (table == null || table.entries().isPresent()) { // an index has no items to get
      return stale(get.table());
    }
    Bytes routingKey;
    try {
      routingKey = KeyEncoding.routingKey(table.id(), table.keySchema(), get.key());
    } catch (IllegalArgumentException e) {
      return refuse(new Rejection.Invalid("The provided key element does not match the schema"));
    }
    if (!partition.range().contains(routingKey)) {
      return refuse(new Rejection.WrongPartition());
    }
    Bytes row = snapshot.get(KeyLayout.key(KeyLayout.ITEM, routingKey));
    return found(row == null ? null : new Item(row), get.projection());
  }

  /** An item as a read of it returns it. */
  public static ReadResult.Found found(@Nullable Item item, Projection projection) {
    return item == null
        ? new ReadResult.Found(null, 0)
        : new ReadResult.Found(ProjectionEvaluator.project(item, projection), item.sizeBytes());
  }

  private ReadResult query(
      KeyValueReader snapshot, ClusterMap.Partition partition, Read.Query query) {
    TableDescriptor table = catalog.find(snapshot, query.table());
    if (table == null) {
      return stale(query.table());
    }
    try {
      RowSource rows = source(snapshot, table, query.index());
      RowInterval all = rows.collection(query.partitionKey());
      RowInterval wanted = rows.sortBounds(query.partitionKey(), query.sort());
      if (!all.overlaps(rows.held(partition.range()))) {
        return refuse(new Rejection.WrongPartition());
      }
      return new PageReader(rows, partition.range(), query.paging())
          .read(wanted, query.filter(), query.output());
    } catch (InvalidReadException e) {
      return refuse(new Rejection.Invalid(String.valueOf(e.getMessage())));
    }
  }

  private ReadResult scan(KeyValueReader snapshot, ClusterMap.Partition partition, Read.Scan scan) {
    TableDescriptor table = catalog.find(snapshot, scan.table());
    if (table == null) {
      return stale(scan.table());
    }
    try {
      RowSource rows = source(snapshot, table, scan.index());
      RowInterval wanted = rows.part(scan.range());
      if (!wanted.overlaps(rows.held(partition.range()))) {
        return refuse(new Rejection.WrongPartition());
      }
      if (scan.output() instanceof Read.Output.Totals) {
        boolean continues = wanted.end().compareTo(rows.held(partition.range()).end()) > 0;
        return totals(snapshot, table, scan, continues);
      }
      return new PageReader(rows, partition.range(), scan.paging())
          .read(wanted, scan.filter(), scan.output());
    } catch (InvalidReadException e) {
      return refuse(new Rejection.Invalid(String.valueOf(e.getMessage())));
    }
  }

  private static ReadResult totals(
      KeyValueReader snapshot, TableDescriptor table, Read.Scan scan, boolean continues) {
    LocalIndex index = scan.index() == null ? null : index(table, scan.index());
    TableTotals totals = TableTotals.of(snapshot, table, index);
    int count = (int) Math.min(Integer.MAX_VALUE, totals.itemCount());
    return new ReadResult.Page(
        List.of(), count, 0, totals.itemBytes(), totals.itemBytes(), 0, null, continues);
  }

  private static RowSource source(
      KeyValueReader snapshot, TableDescriptor table, @Nullable String indexName) {
    Optional<IndexEntries> entries = table.entries();
    if (entries.isPresent()) {
      return new EntryRows(snapshot, table, entries.get());
    }
    if (indexName == null) {
      return new TableRows(snapshot, table);
    }
    return new IndexRows(snapshot, new IndexView(table, index(table, indexName)));
  }

  private static LocalIndex index(TableDescriptor table, String name) {
    return table
        .localIndex(name)
        .orElseThrow(
            () -> new InvalidReadException("The table does not have the specified index: " + name));
  }

  private static ReadResult stale(TableRef table) {
    return refuse(new Rejection.StaleTable(table.id()));
  }

  private static ReadResult refuse(Rejection rejection) {
    return new ReadResult.Refused(rejection);
  }
}
