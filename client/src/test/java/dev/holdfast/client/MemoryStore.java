package dev.holdfast.client;

import dev.holdfast.client.routing.ItemStore;
import dev.holdfast.client.routing.ReadOptions;
import dev.holdfast.client.routing.Session;
import dev.holdfast.client.routing.TransactionStore;
import dev.holdfast.client.routing.WriteOptions;
import dev.holdfast.protocol.command.CancellationReason;
import dev.holdfast.protocol.command.ClientToken;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.command.Paging.Order;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.TransactionGet;
import dev.holdfast.protocol.command.TransactionRequest;
import dev.holdfast.protocol.command.WriteCost;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Operand;
import dev.holdfast.protocol.expression.Update.Action;
import dev.holdfast.protocol.expression.Update.SetValue;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Followers;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableStatus;
import dev.holdfast.protocol.model.TableStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory for trying the client out: tables are ready at once; of conditions it knows
 * whether an attribute exists, of updates the setting of literals and the adding of numbers.
 */
final class MemoryStore implements ItemStore, TransactionStore {
  final List<ReadOptions> reads = new ArrayList<>();
  final List<WriteOptions> writes = new ArrayList<>();
  final List<TransactionRequest> transactions = new ArrayList<>();

  /** Rejections that the next calls get instead of being served. */
  final Deque<Rejection> rejections = new ArrayDeque<>();

  private final TreeMap<String, TableDescriptor> tables = new TreeMap<>();
  private final TreeMap<Bytes, Item> items = new TreeMap<>();
  private final Set<ClientToken> tokens = new HashSet<>();
  private final TreeMap<TableId, ChangeLogModel> logs = new TreeMap<>();

  /** What the next reads of change logs fail with. */
  final Deque<RuntimeException> logFailures = new ArrayDeque<>();

  /** How often change logs were read. */
  int logReadCount;

  /** Of a table that was created with a stream. */
  ChangeLogModel log(String table) {
    return Objects.requireNonNull(logs.get(table(table).join().orElseThrow().id()));
  }

  /** Replaces what follows a table, as the meta group has it. */
  synchronized void follow(String name, Followers followers) {
    TableDescriptor table = Objects.requireNonNull(tables.get(name)).withFollowers(followers);
    tables.put(name, table);
    long label = followers.stream().map(TableStream::labelMillis).orElse(0L);
    ChangeLogModel log = log(name);
    log.starts().forEach(start -> log.follow(start, label));
  }

  @Override
  public synchronized CompletableFuture<Optional<TableDescriptor>> table(String name) {
    return CompletableFuture.completedFuture(Optional.ofNullable(tables.get(name)));
  }

  @Override
  public CompletableFuture<Optional<TableDescriptor>> refreshTable(String name) {
    return table(name);
  }

  @Override
  public synchronized CompletableFuture<Result> change(MetaCommand command, WriteOptions options) {
    if (command instanceof MetaCommand.CreateTable create) {
      TableDescriptor table = create.table().withStatus(TableStatus.ACTIVE);
      if (tables.putIfAbsent(table.name(), table) != null) {
        return done(new Result.Rejected(new Rejection.TableInUse("it exists")));
      }
      table.followers().stream().ifPresent(stream -> keepLog(table, stream));
      return done(new Result.Table(table));
    }
    String name = ((MetaCommand.DeleteTable) command).name();
    TableDescriptor table = tables.remove(name);
    return done(
        table == null
            ? new Result.Rejected(new Rejection.TableNotFound(name))
            : new Result.Table(table));
  }

  private void keepLog(TableDescriptor table, TableStream stream) {
    Bytes first = KeyEncoding.tablePrefix(table.id());
    ChangeLogModel log = new ChangeLogModel(first, stream.view());
    log.follow(first, stream.labelMillis());
    logs.put(table.id(), log);
  }

  @Override
  public synchronized CompletableFuture<ReadResult> read(MetaRead read, ReadOptions options) {
    return done(new ReadResult.TableNames(List.copyOf(tables.keySet()), false));
  }

  @Override
  public synchronized CompletableFuture<Result> write(
      TableDescriptor table, Command.ItemWrite command, WriteOptions options) {
    writes.add(options);
    Session session = options.session();
    if (session != null) {
      session.saw(new PartitionId(1), writes.size());
    }
    Rejection rejection = rejections.poll();
    if (rejection != null) {
      return done(new Result.Rejected(rejection));
    }
    Bytes key = KeyEncoding.routingKey(table.id(), table.keySchema(), command.keyOrItem());
    Item old = items.get(key);
    Condition condition = command.condition();
    if (condition != null && !holds(condition, old)) {
      Item shown = command.returnOnFailure() == ReturnOnFailure.ALL_OLD ? old : null;
      WriteCost cost = WriteCost.ofTable(1);
      return done(new Result.Rejected(new Rejection.ConditionFailed(shown, cost)));
    }
    Item returned = change(table, key, old, command);
    return done(new Result.Written(returned, WriteCost.ofTable(1)));
  }

  @Override
  public CompletableFuture<ReadResult> indexed(TableId table, TableId index, Duration timeout) {
    throw new UnsupportedOperationException("it has no indexes");
  }

  @Override
  public synchronized CompletableFuture<ReadResult> segments(TableId table, Duration timeout) {
    ChangeLogModel log = logs.get(table);
    RuntimeException failure = logFailures.poll();
    if (failure != null) {
      return CompletableFuture.failedFuture(failure);
    }
    List<ChangeSegment> all = log == null ? List.of() : log.segments();
    return done(new ReadResult.Segments(all, false));
  }

  @Override
  public synchronized CompletableFuture<ReadResult> changes(Read.Changes read, Duration timeout) {
    logReadCount++;
    RuntimeException failure = logFailures.poll();
    if (failure != null) {
      return CompletableFuture.failedFuture(failure);
    }
    return done(Objects.requireNonNull(logs.get(read.table())).changes(read));
  }

  @Override
  public synchronized CompletableFuture<Result> transact(
      TransactionRequest transaction, @Nullable Session session, Duration timeout) {
    transactions.add(transaction);
    if (session != null) {
      session.saw(new PartitionId(2), transactions.size());
    }
    Rejection rejection = rejections.poll();
    if (rejection != null) {
      return done(new Result.Rejected(rejection));
    }
    ClientToken token = transaction.token();
    if (token != null && !tokens.add(token)) {
      return done(new Result.TokenSpent());
    }
    List<CancellationReason> reasons = new ArrayList<>();
    List<WriteCost> costs = new ArrayList<>();
    for (TransactionRequest.Part part : transaction.parts()) {
      Item old = items.get(key(part));
      Condition condition = part.action().condition();
      boolean holds = condition == null || holds(condition, old);
      reasons.add(
          holds ? new CancellationReason.None() : new CancellationReason.ConditionFailed(old));
      costs.add(WriteCost.ofTable(1));
    }
    if (!reasons.stream().allMatch(CancellationReason.None.class::isInstance)) {
      return done(new Result.Rejected(new Rejection.Cancelled(reasons)));
    }
    for (TransactionRequest.Part part : transaction.parts()) {
      if (part.action() instanceof TransactionAction.Write write) {
        change(table(part), key(part), items.get(key(part)), write.write());
      }
    }
    return done(new Result.Transacted(costs));
  }

  private Bytes key(TransactionRequest.Part part) {
    TableDescriptor table = table(part);
    return KeyEncoding.routingKey(table.id(), table.keySchema(), part.action().keyOrItem());
  }

  private TableDescriptor table(TransactionRequest.Part part) {
    return Objects.requireNonNull(tables.get(part.tableName()));
  }

  @Override
  public synchronized CompletableFuture<ReadResult> getTogether(
      List<TransactionGet> gets, @Nullable Session session, Duration timeout) {
    if (session != null) {
      session.saw(new PartitionId(3), gets.size());
    }
    Rejection rejection = rejections.poll();
    if (rejection != null) {
      return done(new ReadResult.Refused(rejection));
    }
    List<ReadResult.Found> found = new ArrayList<>();
    for (TransactionGet get : gets) {
      TableDescriptor table = Objects.requireNonNull(tables.get(get.tableName()));
      Bytes key = KeyEncoding.routingKey(table.id(), table.keySchema(), get.get().key());
      found.add(new ReadResult.Found(items.get(key), 0));
    }
    return done(new ReadResult.Together(found));
  }

  private @Nullable Item change(
      TableDescriptor table, Bytes key, @Nullable Item old, Command.ItemWrite command) {
    @Nullable Item returned = change(key, old, command);
    Item now = items.get(key);
    ChangeLogModel log = logs.get(table.id());
    if (log != null && !Objects.equals(old, now)) {
      Item keyItem = command.keyOrItem().keyOf(table.keySchema());
      long number = log.write(key, keyItem, old, now);
      assert number >= 0;
    }
    return returned;
  }

  private @Nullable Item change(Bytes key, @Nullable Item old, Command.ItemWrite command) {
    if (command instanceof Command.Put put) {
      items.put(key, put.item());
      return put.returnValues() == ReturnValues.ALL_OLD ? old : null;
    } else if (command instanceof Command.Delete delete) {
      items.remove(key);
      return delete.returnValues() == ReturnValues.ALL_OLD ? old : null;
    }
    Command.Modify modify = (Command.Modify) command;
    Item changed = updated(old == null ? modify.key() : old, modify);
    items.put(key, changed);
    return modify.returnValues() == ReturnValues.ALL_NEW ? changed : null;
  }

  private static Item updated(Item before, Command.Modify modify) {
    SortedMap<String, EncodedValue> attributes = before.toEncodedMap();
    for (Action action : modify.update().actions()) {
      String name = action.path().attribute();
      if (action instanceof Action.Set set && set.value() instanceof SetValue.Literal literal) {
        attributes.put(name, literal.value());
      } else if (action instanceof Action.Add add) {
        EncodedValue present = attributes.getOrDefault(name, EncodedValue.ofNumber(0));
        attributes.put(name, EncodedValue.ofNumber(present.number().add(add.value().number())));
      } else if (action instanceof Action.Remove) {
        attributes.remove(name);
      } else {
        throw new UnsupportedOperationException(action.toString());
      }
    }
    return Item.ofEncoded(attributes);
  }

  private static boolean holds(Condition condition, @Nullable Item item) {
    if (condition instanceof Condition.NotExists absent) {
      return item == null || !item.has(absent.path().attribute());
    } else if (condition instanceof Condition.Exists present) {
      return item != null && item.has(present.path().attribute());
    } else if (condition instanceof Condition.And and) {
      return holds(and.left(), item) && holds(and.right(), item);
    } else if (condition instanceof Condition.Compare compare
        && compare.left() instanceof Operand.Attribute attribute
        && compare.right() instanceof Operand.Literal literal) {
      return item != null && literal.value().equals(item.attribute(attribute.path().attribute()));
    }
    throw new UnsupportedOperationException(condition.toString());
  }

  @Override
  public synchronized CompletableFuture<ReadResult> get(
      TableDescriptor table, Read.Get read, ReadOptions options) {
    reads.add(options);
    Rejection rejection = rejections.poll();
    if (rejection != null) {
      return done(new ReadResult.Refused(rejection));
    }
    Bytes key = KeyEncoding.routingKey(table.id(), table.keySchema(), read.key());
    return done(new ReadResult.Found(items.get(key), 0));
  }

  @Override
  public synchronized CompletableFuture<ReadResult> query(
      TableDescriptor table, Read.Query read, ReadOptions options) {
    Bytes prefix = KeyEncoding.collectionPrefix(table.id(), read.partitionKey());
    return page(table, new KeyRange(prefix, prefix.prefixEnd()), read.paging());
  }

  @Override
  public synchronized CompletableFuture<ReadResult> scan(
      TableDescriptor table, Read.Scan read, ReadOptions options) {
    return page(table, read.range(), read.paging());
  }

  private CompletableFuture<ReadResult> page(TableDescriptor table, KeyRange range, Paging paging) {
    boolean ascending = paging.order() == Order.ASCENDING;
    Item after = paging.exclusiveStart();
    Bytes start =
        after == null ? null : KeyEncoding.routingKey(table.id(), table.keySchema(), after);
    List<Item> page = new ArrayList<>();
    Item last = null;
    for (Bytes key : ascending ? items.navigableKeySet() : items.descendingKeySet()) {
      boolean passed =
          start == null || (ascending ? key.compareTo(start) > 0 : key.compareTo(start) < 0);
      if (range.contains(key) && passed) {
        Item item = Objects.requireNonNull(items.get(key));
        page.add(item);
        if (page.size() == paging.limit()) {
          last = item.keyOf(table.keySchema());
          break;
        }
      }
    }
    return done(new ReadResult.Page(page, page.size(), page.size(), 0, 0, 0, last, false));
  }

  private static <T> CompletableFuture<T> done(T value) {
    return CompletableFuture.completedFuture(value);
  }
}
