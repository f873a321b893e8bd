package dev.holdfast.statemachine.expiry;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ExpiryEntry;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TimeToLive;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.storage.KeyLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where expiry rows lie: by table, then by second, then by what is left of the item's routing key;
 * they have no value. The row before them all, of the table alone, says what is to be done about
 * them yet ({@link ExpiryWork}).
 */
public final class ExpiryRows {
  private static final int WORK_KEY_BYTES = 1 + Long.BYTES;
  private static final int SECOND_END = WORK_KEY_BYTES + Long.BYTES;

  private ExpiryRows() {}

  static Bytes work(TableId table) {
    return KeyLayout.key(KeyLayout.EXPIRY, KeyEncoding.tablePrefix(table));
  }

  /** Where the rows of a table begin that expire at a second or later. */
  static Bytes from(TableId table, long second) {
    ByteBuffer key = ByteBuffer.allocate(SECOND_END);
    key.put(KeyLayout.EXPIRY).putLong(table.value()).putLong(second);
    return Bytes.wrap(key.array());
  }

  /** After all rows of a table. */
  static Bytes end(TableId table) {
    Bytes end = KeyEncoding.tableRange(table).endExclusive();
    return end == null ? KeyLayout.end(KeyLayout.EXPIRY) : KeyLayout.key(KeyLayout.EXPIRY, end);
  }

  /** The row that says so. */
  public static Bytes key(ExpiryEntry entry) {
    TableId table = KeyEncoding.tableOf(entry.key());
    return from(table, entry.second()).concat(entry.key().slice(Long.BYTES));
  }

  static boolean isWork(Bytes rowKey) {
    return rowKey.size() == WORK_KEY_BYTES;
  }

  static TableId tableOf(Bytes rowKey) {
    return new TableId(KeyLayout.number(rowKey));
  }

  /** What a row says that is not about work. */
  static ExpiryEntry entry(Bytes rowKey) {
    long second = rowKey.slice(WORK_KEY_BYTES, SECOND_END).asReadOnlyBuffer().getLong();
    Bytes key = rowKey.slice(1, WORK_KEY_BYTES).concat(rowKey.slice(SECOND_END));
    return new ExpiryEntry(second, key);
  }

  static Effect.Put put(ExpiryEntry entry) {
    return new Effect.Put(key(entry), Bytes.EMPTY);
  }

  /** Deletes all rows of a table, and the work with them. */
  public static Effect deleted(TableId table) {
    return Effect.DeleteRange.ofKind(KeyLayout.EXPIRY, KeyEncoding.tableRange(table));
  }

  /** What the change of an item changes. */
  public static List<Effect> changed(
      TableDescriptor table, Bytes routingKey, @Nullable Item before, @Nullable Item after) {
    TimeToLive timeToLive = table.expiry();
    if (timeToLive == null) {
      return List.of();
    }
    long was = timeToLive.expirySecond(before);
    long is = timeToLive.expirySecond(after);
    List<Effect> effects = new ArrayList<>();
    if (was != is && was != TimeToLive.NEVER) {
      effects.add(new Effect.Delete(key(new ExpiryEntry(was, routingKey))));
    }
    if (was != is && is != TimeToLive.NEVER) {
      effects.add(put(new ExpiryEntry(is, routingKey)));
    }
    return effects;
  }
}
