package dev.holdfast.statemachine.transaction;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Outcome;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.replica.OverlaidReader;
import dev.holdfast.statemachine.replica.ReadContext;
import dev.holdfast.statemachine.replica.StateReader;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.spi.TransactionCounts;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import dev.holdfast.statemachine.table.TableReader;
import dev.holdfast.statemachine.transaction.IntentRow.Intent;
import dev.holdfast.statemachine.transaction.IntentRow.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;

/**
 * The reads of partitions that hold items, past the intents of transactions: what a committed
 * attempt has yet to carry out is shown as if it had, whether there is an item already or not, in
 * the table and in its local indexes (R8).
 */
public final class TransactionReader implements StateReader {
  private final TableReader tables = new TableReader();

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
    return tables.read(withCommitted(snapshot, context, read), context, read);
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

  @Override
  public List<Attempt> unknown(KeyValueReader snapshot, ReadContext context, Read read) {
    Map<AttemptId, Attempt> unknown = new LinkedHashMap<>();
    forEachChange(
        snapshot,
        read,
        (routingKey, intent) -> {
          if (context.outcomes().of(intent.attempt()) == null) {
            unknown.put(intent.attempt().id(), intent.attempt());
          }
        });
    return List.copyOf(unknown.values());
  }

  private KeyValueReader withCommitted(KeyValueReader snapshot, ReadContext context, Read read) {
    if (context.outcomes() == KnownOutcomes.NONE_CARED_FOR) {
      return snapshot;
    }
    List<Effect> effects = new ArrayList<>();
    forEachChange(
        snapshot,
        read,
        (routingKey, intent) -> {
          if (known(context, intent.attempt()) == Outcome.COMMITTED) {
            TableDescriptor table = tables.table(snapshot, intent.table());
            effects.addAll(Intents.carriedOut(snapshot, table, routingKey, intent));
          }
        });
    return effects.isEmpty() ? snapshot : new OverlaidReader(snapshot, effects);
  }

  /** A reader that forgets to ask must not read the past. */
  private static Outcome known(ReadContext context, Attempt attempt) {
    Outcome outcome = context.outcomes().of(attempt);
    if (outcome == null) {
      throw new IllegalStateException("nobody asked what became of " + attempt.id());
    }
    return outcome;
  }

  /** Walks the intents, in order of keys, that would change an item the read may show. */
  private void forEachChange(KeyValueReader snapshot, Read read, BiConsumer<Bytes, Intent> action) {
    KeyRange items = Counts.intents(snapshot) == 0 ? null : tables.items(snapshot, read);
    if (items == null) {
      return;
    }
    Bytes itemsEnd = items.endExclusive();
    Bytes start = IntentRow.key(items.startInclusive());
    Bytes end = itemsEnd == null ? KeyLayout.end(KeyLayout.INTENT) : IntentRow.key(itemsEnd);
    try (Cursor rows = snapshot.cursor(start, end, Cursor.Direction.FORWARD)) {
      while (rows.next()) {
        for (Intent intent : IntentRow.decode(rows.value()).intents()) {
          if (intent.kind() != Kind.CHECK) {
            action.accept(IntentRow.routingKey(rows.key()), intent);
          }
        }
      }
    }
  }
}
