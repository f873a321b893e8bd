package dev.holdfast.client.routing;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.IndexEntries;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.rpc.ReadMode.Level;
import dev.holdfast.protocol.rpc.StoreException.InvalidRequestException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one router of the system (design section 2): finds the partition of a key in a cached map and
 * its leader in a cache of hints, and retries what may be retried within the time-out.
 *
 * <ul>
 *   <li>A write keeps its request id and the stamp it carries through all attempts (E2), so it is
 *       applied at most once; one that may have been applied never fails as unavailable (R11).
 *   <li>Strong reads and writes take one hop, to the leader; other reads go to the preferred node
 *       or in turn to every replica.
 *   <li>What is under way is bounded; beyond it callers are throttled (invariant 11).
 * </ul>
 *
 * <p>Thread-safe. Futures complete on threads of the links or of the world; whoever runs code of
 * strangers on them must hand over to an executor first.
 */
public final class Router implements ItemStore {
  /** A change of tables is about this large. */
  private static final int META_COMMAND_BYTES = 1024;

  private final Routes routes;
  private final Writes writes;
  private final Reads reads;
  private final Tables tables;
  private final MapKeeper maps;
  private final Admission admission;
  private final TransactionStore transactions;
  private final TransactionSteps steps;

  /**
   * Creates a router; it asks nobody until it is asked.
   *
   * @param seeds native addresses, {@code host:port}, of nodes to ask for the map; at least one
   */
  public Router(
      RouterOptions options,
      List<String> seeds,
      NodeLinks links,
      RouterWorld world,
      RouterListener listener) {
    this.routes = new Routes(world, options, listener, seeds);
    this.maps = new MapKeeper(routes, links);
    this.reads = new Reads(routes, maps, links);
    this.writes = new Writes(routes, maps, links);
    this.tables = new Tables(routes, reads);
    this.transactions = new NodeTransactions(routes, maps, tables, links);
    this.admission = new Admission(options.inFlightMax(), options.inFlightBytesMax());
    this.steps = new RoutedSteps(routes, maps, tables, reads, writes, admission, null);
  }

  /** The map as this router knows it; {@link ClusterMap#EMPTY} before the first question. */
  public ClusterMap map() {
    return routes.map();
  }

  /**
   * Transactions by way of the nodes, found by what this router knows; with limits of their own.
   */
  public TransactionStore transactions() {
    return transactions;
  }

  /** Steps of transactions, for those who take transactions through them. */
  public TransactionSteps steps() {
    return steps;
  }

  /** Takes a map pushed by whoever knows it; an older one is ignored. */
  public void learn(ClusterMap map) {
    routes.learn(map);
  }

  @Override
  public CompletableFuture<Optional<TableDescriptor>> table(String name) {
    return tables.table(name);
  }

  @Override
  public CompletableFuture<Optional<TableDescriptor>> refreshTable(String name) {
    return tables.refresh(name);
  }

  @Override
  public CompletableFuture<Result> write(
      TableDescriptor table, Command.ItemWrite command, WriteOptions options) {
    int bytes = WriteSize.bytes(command);
    return admission.admit(
        bytes,
        () -> {
          Bytes key = routingKey(table, command.keyOrItem());
          return writes.write(key, command, bytes, options);
        });
  }

  @Override
  public CompletableFuture<ReadResult> get(
      TableDescriptor table, Read.Get read, ReadOptions options) {
    return admission.admit(
        0,
        () -> {
          Bytes key = routingKey(table, read.key());
          return reads.read(key, read, options, deadline(options)).thenApply(Reads.Answer::result);
        });
  }

  @Override
  public CompletableFuture<ReadResult> query(
      TableDescriptor table, Read.Query read, ReadOptions options) {
    Function<Paging, Read> withPaging =
        paging ->
            new Read.Query(
                read.table(),
                read.index(),
                read.partitionKey(),
                read.sort(),
                paging,
                read.filter(),
                read.output());
    return admission.admit(
        0,
        () -> {
          Bytes prefix = KeyEncoding.collectionPrefix(table.id(), read.partitionKey());
          KeyRange range = new KeyRange(prefix, prefix.prefixEnd());
          return new RangeRead(reads, routes, range, read.paging(), withPaging, options)
              .from(startKey(table, read.paging()));
        });
  }

  @Override
  public CompletableFuture<ReadResult> scan(
      TableDescriptor table, Read.Scan read, ReadOptions options) {
    Function<Paging, Read> withPaging =
        paging ->
            new Read.Scan(
                read.table(), read.index(), read.range(), paging, read.filter(), read.output());
    return admission.admit(
        0,
        () ->
            new RangeRead(reads, routes, read.range(), read.paging(), withPaging, options)
                .from(startKey(table, read.paging())));
  }

  /**
   * Has the partition of a key take updates of an index, all of whose keys are there as far as is
   * known; rejected as {@code WrongPartition} where they are not, once a newer map is known.
   */
  public CompletableFuture<Result> updateIndex(
      Bytes key, Command.UpdateIndex updates, WriteOptions options) {
    int bytes = WriteSize.bytes(updates);
    return admission.admit(bytes, () -> writes.write(key, updates, bytes, options));
  }

  @Override
  public CompletableFuture<ReadResult> indexed(TableId table, TableId index, Duration timeout) {
    ReadOptions options = ReadOptions.of(Level.STRONG, timeout);
    return admission.admit(
        0,
        () -> new IndexedRead(reads, table, index, options, deadline(options)).run(routes.map()));
  }

  /** A record shows what was written: so it is for leaders to tell (replication.md L2). */
  @Override
  public CompletableFuture<ReadResult> segments(TableId table, Duration timeout) {
    ReadOptions options = ReadOptions.of(Level.STRONG, timeout);
    return admission.admit(
        0, () -> new SegmentsRead(reads, table, options, deadline(options)).run());
  }

  @Override
  public CompletableFuture<ReadResult> changes(Read.Changes read, Duration timeout) {
    ReadOptions options = ReadOptions.of(Level.STRONG, timeout);
    return admission.admit(
        0,
        () ->
            reads
                .read(read.start(), read, options, deadline(options))
                .thenApply(Reads.Answer::result));
  }

  @Override
  public CompletableFuture<Result> change(MetaCommand command, WriteOptions options) {
    return admission
        .admit(META_COMMAND_BYTES, () -> writes.write(null, command, META_COMMAND_BYTES, options))
        .thenApply(
            result -> {
              if (result instanceof Result.Table changed) {
                tables.learn(changed.table());
              }
              return result;
            });
  }

  @Override
  public CompletableFuture<ReadResult> read(MetaRead read, ReadOptions options) {
    return admission.admit(
        0, () -> reads.readMeta(read, options, deadline(options)).thenApply(Reads.Answer::result));
  }

  private long deadline(ReadOptions options) {
    return routes.world().nanoTime() + options.timeout().toNanos();
  }

  private static @Nullable Bytes startKey(TableDescriptor table, Paging paging) {
    Item start = paging.exclusiveStart();
    return start == null ? null : routingKey(table, start);
  }

  private static Bytes routingKey(TableDescriptor table, Item keyOrItem) {
    try {
      IndexEntries entries = table.entries().orElse(null);
      if (entries != null) {
        return entries.keyOf(keyOrItem);
      }
      return KeyEncoding.routingKey(table.id(), table.keySchema(), keyOrItem);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(String.valueOf(e.getMessage()));
    }
  }
}
