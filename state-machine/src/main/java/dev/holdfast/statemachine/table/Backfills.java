package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import dev.holdfast.statemachine.storage.StorageException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much of a partition has been entered into global indexes that were added to its tables: a row
 * for each index says which keys, as an interval (decision 0040).
 *
 * <ul>
 *   <li>What a row says stays true for ever, of whichever partition has those keys: so a split
 *       leaves it to both sides, and a merge joins two intervals that meet.
 *   <li>An index is filled here when the interval covers all that the partition has of the table.
 * </ul>
 */
final class Backfills {
  /** After every routing key that there may be. */
  private static final Bytes BEYOND = Bytes.fromHex("ff".repeat(64));

  private Backfills() {}

  /**
   * The keys that an index has.
   *
   * @param from inclusive
   * @param to exclusive
   */
  private record Filled(Bytes from, Bytes to) {
    Bytes encode() {
      return Bytes.wrap(
              ByteBuffer.allocate(Integer.BYTES + from.size())
                  .putInt(from.size())
                  .put(from.asReadOnlyBuffer())
                  .array())
          .concat(to);
    }

    static Filled decode(Bytes row) {
      try {
        int end = Integer.BYTES + row.asReadOnlyBuffer().getInt();
        return new Filled(row.slice(Integer.BYTES, end), row.slice(end));
      } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
        throw new StorageException("the row of a backfill is damaged: " + row, e);
      }
    }
  }

  private static Bytes key(TableId table, TableId index) {
    return KeyLayout.key(
        KeyLayout.BACKFILL, KeyEncoding.tablePrefix(table).concat(KeyEncoding.tablePrefix(index)));
  }

  /** Up to which key, from the first that is here, an index has everything. */
  private static Bytes position(
      KeyValueReader state, TableId table, TableId index, KeyRange range) {
    Bytes start = start(table, range);
    Bytes row = state.get(key(table, index));
    if (row == null) {
      return start;
    }
    Filled filled = Filled.decode(row);
    return filled.from().compareTo(start) <= 0 ? max(filled.to(), start) : start;
  }

  private static Bytes start(TableId table, KeyRange range) {
    return max(KeyEncoding.tablePrefix(table), range.startInclusive());
  }

  private static Bytes end(TableId table, KeyRange range) {
    KeyRange here = range.intersection(KeyEncoding.tableRange(table));
    Bytes end = here == null ? start(table, range) : here.endExclusive();
    return end == null ? BEYOND : end;
  }

  private static Bytes max(Bytes one, Bytes other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  /** The indexes of a table that lack something of a partition. */
  static List<ReadResult.Backfill> unfilled(
      KeyValueReader state, TableDescriptor table, KeyRange range) {
    List<ReadResult.Backfill> unfilled = new ArrayList<>();
    for (GlobalIndex index : table.followers().globalIndexes()) {
      if (index.status() != GlobalIndex.Status.ACTIVE) {
        Bytes position = position(state, table.id(), index.id(), range);
        if (position.compareTo(end(table.id(), range)) < 0) {
          unfilled.add(new ReadResult.Backfill(table, index.id(), position));
        }
      }
    }
    return unfilled;
  }

  /** The next items to be entered. */
  static ReadResult.Unfilled page(
      KeyValueReader snapshot, KeyRange range, long version, Bytes from, PageLimit limit) {
    List<Item> items = new ArrayList<>();
    Bytes end = end(limit.table(), range);
    long bytes = 0;
    try (Cursor rows =
        snapshot.cursor(
            KeyLayout.key(KeyLayout.ITEM, max(from, start(limit.table(), range))),
            KeyLayout.key(KeyLayout.ITEM, end),
            Cursor.Direction.FORWARD)) {
      while (rows.next()) {
        if (items.size() >= limit.count() || bytes >= limit.bytes()) {
          return new ReadResult.Unfilled(items, version, rows.key().slice(1));
        }
        Item item = new Item(rows.value());
        items.add(item);
        bytes += rows.value().size();
      }
    }
    return new ReadResult.Unfilled(items, version, end);
  }

  /** How much of a table one page holds. */
  record PageLimit(TableId table, int count, int bytes) {}

  /** Learns that an index has more. */
  static List<Effect> filled(KeyValueReader state, KeyRange range, Command.Backfilled command) {
    Bytes position = position(state, command.table(), command.index(), range);
    if (command.from().compareTo(position) > 0 || command.to().compareTo(position) <= 0) {
      return List.of();
    }
    Filled filled = new Filled(start(command.table(), range), command.to());
    return List.of(new Effect.Put(key(command.table(), command.index()), filled.encode()));
  }

  /** Forgets what no index of a table as it is now needs any more. */
  static List<Effect> forgotten(KeyValueReader state, TableDescriptor table) {
    List<Effect> effects = new ArrayList<>();
    try (Cursor rows = rows(state, table.id())) {
      while (rows.next()) {
        Bytes row = rows.key();
        boolean isNeeded =
            table.followers().globalIndexes().stream()
                .filter(index -> index.status() != GlobalIndex.Status.ACTIVE)
                .anyMatch(index -> key(table.id(), index.id()).equals(row));
        if (!isNeeded) {
          effects.add(new Effect.Delete(row));
        }
      }
    }
    return effects;
  }

  private static Cursor rows(KeyValueReader state, TableId table) {
    Bytes prefix = KeyEncoding.tablePrefix(table);
    return state.cursor(
        KeyLayout.key(KeyLayout.BACKFILL, prefix), endOf(prefix), Cursor.Direction.FORWARD);
  }

  private static Bytes endOf(Bytes prefix) {
    Bytes end = prefix.prefixEnd();
    return end == null ? KeyLayout.end(KeyLayout.BACKFILL) : KeyLayout.key(KeyLayout.BACKFILL, end);
  }

  /** Forgets all of a table that is dropped. */
  static Effect dropped(TableId table) {
    Bytes prefix = KeyEncoding.tablePrefix(table);
    return new Effect.DeleteRange(KeyLayout.key(KeyLayout.BACKFILL, prefix), endOf(prefix));
  }

  /**
   * Joins what is known of two neighbours.
   *
   * @param other the rows of the right one
   */
  static List<Effect> united(KeyValueReader state, KeyValueReader other) {
    List<Effect> effects = new ArrayList<>();
    try (Cursor rows =
        other.cursor(
            KeyLayout.start(KeyLayout.BACKFILL),
            KeyLayout.end(KeyLayout.BACKFILL),
            Cursor.Direction.FORWARD)) {
      while (rows.next()) {
        Filled right = Filled.decode(rows.value());
        Filled both = united(state.get(rows.key()), right);
        effects.add(new Effect.Put(rows.key(), both.encode()));
      }
    }
    return effects;
  }

  private static Filled united(@Nullable Bytes ours, Filled right) {
    if (ours == null) {
      return right;
    }
    Filled left = Filled.decode(ours);
    return left.to().compareTo(right.from()) >= 0
        ? new Filled(left.from(), max(left.to(), right.to()))
        : left;
  }
}
