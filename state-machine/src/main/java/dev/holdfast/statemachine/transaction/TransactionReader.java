package dev.holdfast.statemachine.transaction;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Outcome;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.replica.ReadContext;
import dev.holdfast.statemachine.replica.StateReader;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.spi.TransactionCounts;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import dev.holdfast.statemachine.table.TableReader;
import dev.holdfast.statemachine.transaction.IntentRow.Intent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The reads of partitions that hold items, past the intents of transactions: what a committed
 * attempt has yet to carry out is shown as if it had, whether there is an item already or not, in
 * the table and in its local indexes (R8).
 */
public final class TransactionReader implements StateReader {
  private static final int STRETCH_INTENTS_MAX = 64;

  private final TableReader tables = new TableReader();
  private final int stretchIntentsMax;

  public TransactionReader() {
    this(STRETCH_INTENTS_MAX);
  }

  /**
   * @param stretchIntentsMax how many intents a page looks at together, about
   */
  TransactionReader(int stretchIntentsMax) {
    this.stretchIntentsMax = stretchIntentsMax;
  }

  @Override
  public ReadResult read(KeyValueReader snapshot, ReadContext context, Read read) {
    if (read instanceof Read.AskOutcome ask) {
      return outcome(snapshot, context, ask.attempt());
    }
    if (read instanceof Read.Observe observe) {
      return observe(snapshot, context, observe.get());
    }
    if (read instanceof Read.OpenAttempts open) {
      return new ReadResult.Attempts(Ledger.open(snapshot, open));
    }
    if (read instanceof Read.Indexed indexed) {
      return indexed(snapshot, context, indexed);
    }
    return tables.read(withCommitted(snapshot, context, read), context, read);
  }

  /** What a committed attempt has yet to carry out has no record that an index could follow. */
  private ReadResult indexed(KeyValueReader snapshot, ReadContext context, Read.Indexed read) {
    ReadResult stored = tables.read(snapshot, context, read);
    if (!(stored instanceof ReadResult.Indexed positions)
        || context.outcomes() == KnownOutcomes.NONE_CARED_FOR) {
      return stored;
    }
    List<AttemptId> pending =
        IndexIntents.of(snapshot, held(context, read)).stream()
            .filter(attempt -> context.outcomes().of(attempt) == Outcome.COMMITTED)
            .map(Attempt::id)
            .toList();
    return new ReadResult.Indexed(positions.positions(), pending, positions.continues());
  }

  /** A partition that gathers another one's rows has intents that are not its own yet. */
  private static @Nullable KeyRange held(ReadContext context, Read.Indexed read) {
    KeyRange items = read.range().intersection(KeyEncoding.tableRange(read.table()));
    return items == null ? null : items.intersection(context.partition().range());
  }

  @Override
  public @Nullable KeyRange items(KeyValueReader snapshot, Read read) {
    return tables.items(snapshot, read instanceof Read.Observe observe ? observe.get() : read);
  }

  @Override
  public List<Bytes> keys(KeyValueReader snapshot, Command command) {
    return tables.keys(snapshot, command);
  }

  private static ReadResult outcome(KeyValueReader snapshot, ReadContext context, Attempt attempt) {
    return context.partition().range().contains(attempt.homeKey())
        ? new ReadResult.Settled(Ledger.outcome(snapshot, attempt, context.stampMicros()))
        : new ReadResult.Refused(new Rejection.WrongPartition());
  }

  /** R9: what is there, and what is about to come; who reads asks for the outcome himself. */
  private ReadResult observe(KeyValueReader snapshot, ReadContext context, Read.Get get) {
    ReadResult stored = tables.read(snapshot, context, get);
    if (!(stored instanceof ReadResult.Found now)) {
      return stored;
    }
    Bytes routingKey = Objects.requireNonNull(tables.items(snapshot, get)).startInclusive();
    long version = context.versions().of(routingKey);
    Intent intent =
        Counts.intents(snapshot) == 0 ? null : IntentRow.of(snapshot, routingKey).change();
    return intent == null
        ? new ReadResult.Observed(now, version, null, null)
        : new ReadResult.Observed(
            now, version, intent.attempt(), TableReader.found(intent.after(), get.projection()));
  }

  @Override
  public TransactionCounts transactionCounts(KeyValueReader snapshot) {
    return Counts.of(snapshot).toTransactionCounts();
  }

  /**
   * A read ends where its answer is full. As it is not known yet which intents take items away, all
   * of those not known count as if they did: then the read goes on at least as far as it ever will.
   */
  @Override
  public List<Attempt> unknown(KeyValueReader snapshot, ReadContext context, Read read) {
    if (read instanceof Read.Indexed indexed) {
      return IndexIntents.of(snapshot, held(context, indexed)).stream()
          .filter(attempt -> context.outcomes().of(attempt) == null)
          .toList();
    }
    TableDescriptor table = tableWithIntents(snapshot, read);
    if (table == null) {
      return List.of();
    }
    Map<AttemptId, Attempt> unknown = new LinkedHashMap<>();
    CarriedOutReader.Judge judge =
        (routingKey, intent) -> {
          Outcome outcome = context.outcomes().of(intent.attempt());
          if (outcome == null) {
            unknown.put(intent.attempt().id(), intent.attempt());
            return Intents.takenAway(snapshot, table, routingKey);
          }
          return effects(snapshot, routingKey, intent, outcome);
        };
    ReadResult unused = tables.read(reader(snapshot, table, judge), context, read);
    return List.copyOf(unknown.values());
  }

  private KeyValueReader withCommitted(KeyValueReader snapshot, ReadContext context, Read read) {
    TableDescriptor table =
        context.outcomes() == KnownOutcomes.NONE_CARED_FOR
            ? null
            : tableWithIntents(snapshot, read);
    if (table == null) {
      return snapshot;
    }
    CarriedOutReader.Judge judge =
        (routingKey, intent) -> {
          Outcome outcome = context.outcomes().of(intent.attempt());
          return outcome == null ? null : effects(snapshot, routingKey, intent, outcome);
        };
    return reader(snapshot, table, judge);
  }

  private CarriedOutReader reader(
      KeyValueReader snapshot, TableDescriptor table, CarriedOutReader.Judge judge) {
    return new CarriedOutReader(snapshot, table, judge, stretchIntentsMax);
  }

  private List<Effect> effects(
      KeyValueReader snapshot, Bytes routingKey, Intent intent, Outcome outcome) {
    return outcome == Outcome.COMMITTED
        ? Intents.carriedOut(snapshot, tables.table(snapshot, intent.table()), routingKey, intent)
        : List.of();
  }

  /** Null when no intent can matter to the read, as most of the time. */
  private @Nullable TableDescriptor tableWithIntents(KeyValueReader snapshot, Read read) {
    KeyRange items = Counts.intents(snapshot) == 0 ? null : tables.items(snapshot, read);
    if (items == null) {
      return null;
    }
    Bytes itemsEnd = items.endExclusive();
    Bytes start = IntentRow.key(items.startInclusive());
    Bytes end = itemsEnd == null ? KeyLayout.end(KeyLayout.INTENT) : IntentRow.key(itemsEnd);
    try (Cursor rows = snapshot.cursor(start, end, Cursor.Direction.FORWARD)) {
      return rows.next() ? tables.table(snapshot, tableOf(read)) : null;
    }
  }

  private static TableId tableOf(Read read) {
    if (read instanceof Read.Get get) {
      return get.table().id();
    }
    return read instanceof Read.Query query ? query.table().id() : ((Read.Scan) read).table().id();
  }
}
