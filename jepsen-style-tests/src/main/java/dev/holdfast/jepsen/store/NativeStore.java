package dev.holdfast.jepsen.store;

import static dev.holdfast.client.Expressions.attribute;
import static dev.holdfast.jepsen.store.Names.GROUP;
import static dev.holdfast.jepsen.store.Names.KEY;
import static dev.holdfast.jepsen.store.Names.NUMBERS;
import static dev.holdfast.jepsen.store.Names.SORT;
import static dev.holdfast.jepsen.store.Names.VALUE;

import dev.holdfast.client.Condition;
import dev.holdfast.client.Document;
import dev.holdfast.client.Expressions;
import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.HoldfastException;
import dev.holdfast.client.HoldfastException.ConditionFailedException;
import dev.holdfast.client.HoldfastException.IndeterminateException;
import dev.holdfast.client.HoldfastException.TableInUseException;
import dev.holdfast.client.HoldfastException.TableNotFoundException;
import dev.holdfast.client.HoldfastException.TransactionCancelledException;
import dev.holdfast.client.HoldfastSession;
import dev.holdfast.client.Key;
import dev.holdfast.client.Query;
import dev.holdfast.client.ReadLevel;
import dev.holdfast.client.Scan;
import dev.holdfast.client.SessionToken;
import dev.holdfast.client.SyncTable;
import dev.holdfast.client.TableSpec;
import dev.holdfast.client.Transaction;
import dev.holdfast.client.TransactionalGets;
import dev.holdfast.client.Update;
import dev.holdfast.protocol.model.ScalarType;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Through the native client, which it shares with others. */
public final class NativeStore implements Store {
  private static final ReadLevel BOUNDED =
      ReadLevel.bounded(Duration.ofMillis(STALENESS_MILLIS_MAX));

  private final HoldfastClient client;
  private final @Nullable HoldfastSession session;

  /** The client cannot make what follows a table. */
  private final List<URI> nodes;

  private @Nullable SdkFollowedTables followed;

  private NativeStore(HoldfastClient client, @Nullable HoldfastSession session, List<URI> nodes) {
    this.client = client;
    this.session = session;
    this.nodes = List.copyOf(nodes);
  }

  /**
   * Nothing that it has seen binds it.
   *
   * @param nodes where they serve the DynamoDB API
   */
  public NativeStore(HoldfastClient client, List<URI> nodes) {
    this(client, null, nodes);
  }

  /**
   * One that sees again what it has seen.
   *
   * @param token of a session that goes on; empty for a new one
   * @param nodes where they serve the DynamoDB API
   */
  public static NativeStore inSession(HoldfastClient client, String token, List<URI> nodes) {
    return new NativeStore(
        client,
        token.isEmpty() ? client.startSession() : client.resumeSession(SessionToken.parse(token)),
        nodes);
  }

  private SyncTable table(String name) {
    return session == null ? client.sync().table(name) : client.sync().table(session, name);
  }

  @Override
  public void createTable(String table, Shape shape) {
    TableSpec spec = TableSpec.named(table).partitionKey(KEY, ScalarType.S);
    client.sync().createTable(shape == Shape.SINGLE ? spec : spec.sortKey(SORT, ScalarType.N));
  }

  @Override
  public void deleteTable(String table) {
    try {
      client.sync().deleteTable(table);
    } catch (TableNotFoundException | TableInUseException e) {
      throw new NoEffectException(e); // before anything was done
    }
  }

  @Override
  public Content get(Cell cell, Level level) {
    ReadLevel asked =
        switch (level) {
          case STRONG -> ReadLevel.STRONG;
          case STRONG_FROM_ANY -> ReadLevel.STRONG_FROM_ANY;
          case SESSION -> ReadLevel.SESSION;
          case BOUNDED -> BOUNDED;
          case EVENTUAL -> ReadLevel.EVENTUAL;
        };
    return answered(() -> content(table(cell.table()).with(asked).get(key(cell))));
  }

  @Override
  public Answer change(Change change) {
    SyncTable table = table(change.cell().table());
    return answered(
        () -> {
          try {
            return changed(table, change);
          } catch (ConditionFailedException e) {
            return new Answer(false, content(e.item()));
          }
        });
  }

  private static Answer changed(SyncTable table, Change change) {
    Expectation expectation = change.expectation();
    if (change instanceof Change.Put put) {
      Document item = item(put);
      if (expectation instanceof Expectation.None) {
        table.put(item);
      } else {
        table.put(item, condition(expectation));
      }
      return new Answer(true, Content.NONE);
    }
    Key key = key(change.cell());
    if (change instanceof Change.Delete) {
      if (expectation instanceof Expectation.None) {
        table.delete(key);
      } else {
        table.delete(key, condition(expectation));
      }
      return new Answer(true, Content.NONE);
    }
    Update update = update(change);
    Content after =
        content(
            Optional.of(
                expectation instanceof Expectation.None
                    ? table.update(key, update)
                    : table.update(key, update, condition(expectation))));
    return new Answer(true, change instanceof Change.Append ? withoutLast(after) : Content.NONE);
  }

  /** What it was before one number was appended. */
  private static Content withoutLast(Content after) {
    List<Long> numbers = after.numbers();
    return new Content(after.value(), numbers.subList(0, numbers.size() - 1));
  }

  private static Update update(Change change) {
    if (change instanceof Change.Add add) {
      return Expressions.add(VALUE, add.delta());
    }
    if (change instanceof Change.Append append) {
      return Expressions.update(
          "SET #n = list_append(if_not_exists(#n, :none), :one)",
          Map.of("#n", NUMBERS, ":none", List.of(), ":one", List.of(append.number())));
    }
    throw new IllegalArgumentException("not alone: " + change);
  }

  @Override
  public Map<Cell, Content> getTogether(Collection<Cell> cells) {
    TransactionalGets gets =
        session == null ? client.transactionalGets() : session.transactionalGets();
    for (Cell cell : cells) {
      gets = gets.get(cell.table(), key(cell));
    }
    TransactionalGets all = gets;
    List<Optional<Document>> found = answered(() -> client.sync().read(all));
    Map<Cell, Content> contents = new HashMap<>();
    int place = 0;
    for (Cell cell : cells) {
      contents.put(cell, content(found.get(place++)));
    }
    return contents;
  }

  @Override
  public boolean changeTogether(List<Change> changes) {
    Transaction transaction = session == null ? client.transaction() : session.transaction();
    for (Change change : changes) {
      transaction = with(transaction, change);
    }
    Transaction all = transaction;
    return answered(
        () -> {
          try {
            client.sync().commit(all);
            return true;
          } catch (TransactionCancelledException e) {
            if (e.reasons().stream().anyMatch(NativeStore::isCondition)) {
              return false;
            }
            throw e;
          }
        });
  }

  private static boolean isCondition(TransactionCancelledException.Reason reason) {
    return reason.kind() == TransactionCancelledException.Kind.CONDITION_FAILED;
  }

  private static Transaction with(Transaction transaction, Change change) {
    String table = change.cell().table();
    Key key = key(change.cell());
    boolean free = change.expectation() instanceof Expectation.None;
    if (change instanceof Change.Check) {
      return transaction.check(table, key, condition(change.expectation()));
    }
    if (change instanceof Change.Put put) {
      return free
          ? transaction.put(table, item(put))
          : transaction.put(table, item(put), condition(change.expectation()));
    }
    if (change instanceof Change.Delete) {
      return free
          ? transaction.delete(table, key)
          : transaction.delete(table, key, condition(change.expectation()));
    }
    return free
        ? transaction.update(table, key, update(change))
        : transaction.update(table, key, update(change), condition(change.expectation()));
  }

  @Override
  public Page scan(String table, int limit, @Nullable Cell after) {
    Scan scan = Scan.all().pageSize(limit);
    Scan from = after == null ? scan : scan.startAfter(keyDocument(after));
    return answered(
        () -> page(table, client.table(table).with(ReadLevel.STRONG).scan(from).next().join()));
  }

  @Override
  public Page query(String table, String key, int limit, @Nullable Cell after) {
    Query query = Query.of(key).pageSize(limit);
    Query from = after == null ? query : query.startAfter(keyDocument(after));
    return answered(
        () -> page(table, client.table(table).with(ReadLevel.STRONG).query(from).next().join()));
  }

  @Override
  public FollowedTables followed() {
    if (followed == null) {
      followed = new SdkFollowedTables(nodes, 0);
    }
    return followed;
  }

  @Override
  public String sessionToken() {
    return session == null ? "" : session.token().toString();
  }

  private static Page page(String table, dev.holdfast.client.Page<Document> found) {
    return new Page(
        found.items().stream().map(item -> cell(table, item)).toList(),
        found.lastKey().map(key -> cell(table, key)).orElse(null));
  }

  private static Cell cell(String table, Document item) {
    Long sort = item.has(SORT) ? item.longValue(SORT) : null;
    return new Cell(table, item.string(KEY), sort);
  }

  private static Document keyDocument(Cell cell) {
    return document(cell).build();
  }

  private static Document item(Change.Put put) {
    Document.Builder item = document(put.cell()).set(VALUE, put.value());
    String group = put.group();
    return (group == null ? item : item.set(GROUP, group)).build();
  }

  private static Document.Builder document(Cell cell) {
    Document.Builder document = Document.builder().set(KEY, cell.key());
    return cell.sort() == null ? document : document.set(SORT, cell.sort());
  }

  private static Key key(Cell cell) {
    Long sort = cell.sort();
    return sort == null ? Key.of(cell.key()) : Key.of(cell.key(), sort);
  }

  private static Content content(Optional<Document> found) {
    if (found.isEmpty()) {
      return Content.NONE;
    }
    Document item = found.get();
    List<Long> numbers = new ArrayList<>();
    if (item.has(NUMBERS)) {
      item.list(NUMBERS)
          .forEach(number -> numbers.add(((Number) Objects.requireNonNull(number)).longValue()));
    }
    return new Content(item.has(VALUE) ? item.longValue(VALUE) : null, numbers);
  }

  private static Condition condition(Expectation expectation) {
    if (expectation instanceof Expectation.Absent) {
      return attribute(KEY).notExists();
    }
    if (expectation instanceof Expectation.Value value) {
      return attribute(VALUE).eq(value.value());
    }
    if (expectation instanceof Expectation.AtLeast bound) {
      return attribute(VALUE).ge(bound.minimum());
    }
    if (expectation instanceof Expectation.Numbers list) {
      return list.numbers().isEmpty()
          ? attribute(NUMBERS).notExists()
          : attribute(NUMBERS).eq(list.numbers());
    }
    throw new IllegalArgumentException("expects nothing: " + expectation);
  }

  /** Says of every failure whether it may have had an effect. */
  private static <T> T answered(Supplier<T> call) {
    try {
      return call.get();
    } catch (CompletionException e) {
      throw e.getCause() instanceof HoldfastException failure ? classed(failure) : e;
    } catch (HoldfastException e) {
      throw classed(e);
    }
  }

  /** A request that no store would take is a mistake of ours, which must end the run. */
  private static RuntimeException classed(HoldfastException failure) {
    if (failure instanceof HoldfastException.InvalidRequestException) {
      throw new AssertionError(failure);
    }
    return failure instanceof IndeterminateException ? failure : new NoEffectException(failure);
  }

  @Override
  public void close() {
    if (followed != null) {
      followed.close();
    }
  }
}
