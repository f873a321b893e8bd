package dev.holdfast.statemachine.transaction;

import dev.holdfast.protocol.codec.StateCodec;
import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import dev.holdfast.statemachine.table.ItemLocks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The intents on one item: one that will change it, or any number that check it (R7). There may be
 * intents on a key without an item.
 */
record IntentRow(List<Intent> intents) {
  static final IntentRow EMPTY = new IntentRow(List.of());

  /** What becomes of the item when the attempt commits. */
  enum Kind {
    CHECK,
    PUT,
    DELETE
  }

  /**
   * One attempt's hold on the item.
   *
   * @param after of a PUT, the item as it will be
   */
  record Intent(Attempt attempt, TableId table, Kind kind, @Nullable Item after) {}

  IntentRow {
    intents = List.copyOf(intents);
  }

  static Bytes key(Bytes routingKey) {
    return KeyLayout.key(KeyLayout.INTENT, routingKey);
  }

  /** The routing key of a row's key. */
  static Bytes routingKey(Bytes key) {
    return key.slice(1, key.size());
  }

  static IntentRow of(KeyValueReader state, Bytes routingKey) {
    Bytes row = state.get(key(routingKey));
    return row == null ? EMPTY : decode(row);
  }

  /** Who keeps others from using the item so; of too many that check it, the first. */
  @Nullable Attempt holder(ItemLocks.Use use) {
    if (intents.size() >= TransactionLimits.HOLDER_COUNT_MAX) {
      return intents.get(0).attempt();
    }
    for (Intent intent : intents) {
      if (use == ItemLocks.Use.CHANGE || intent.kind() != Kind.CHECK) {
        return intent.attempt();
      }
    }
    return null;
  }

  /** The one that will change the item; null when all of them only check it. */
  @Nullable Intent change() {
    for (Intent intent : intents) {
      if (intent.kind() != Kind.CHECK) {
        return intent;
      }
    }
    return null;
  }

  Optional<Intent> of(AttemptId attempt) {
    return intents.stream().filter(intent -> intent.attempt().id().equals(attempt)).findFirst();
  }

  IntentRow with(Intent intent) {
    List<Intent> more = new ArrayList<>(intents);
    more.add(intent);
    return new IntentRow(more);
  }

  IntentRow without(AttemptId attempt) {
    return new IntentRow(
        intents.stream().filter(intent -> !intent.attempt().id().equals(attempt)).toList());
  }

  Bytes encode() {
    Fields.Writer row = new Fields.Writer().count(intents.size());
    for (Intent intent : intents) {
      row.bytes(StateCodec.encode(intent.attempt())).number(intent.table().value());
      row.name(intent.kind());
      Item after = intent.after();
      row.bytes(after == null ? Bytes.EMPTY : after.bytes());
    }
    return row.row();
  }

  /** How many intents a row holds; does not decode them. */
  static int count(Bytes row) {
    return Fields.read("a row of intents", row, Fields::count);
  }

  static IntentRow decode(Bytes row) {
    return Fields.read("a row of intents", row, IntentRow::read);
  }

  private static IntentRow read(Fields fields) {
    List<Intent> intents = new ArrayList<>();
    for (int left = fields.count(); left > 0; left--) {
      Attempt attempt = StateCodec.decodeAttempt(fields.bytes());
      TableId table = new TableId(fields.number());
      Kind kind = Kind.valueOf(fields.name());
      Bytes after = fields.bytes();
      intents.add(new Intent(attempt, table, kind, kind == Kind.PUT ? new Item(after) : null));
    }
    return new IntentRow(intents);
  }
}
