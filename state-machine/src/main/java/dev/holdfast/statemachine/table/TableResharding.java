package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.codec.StateCodec;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.statemachine.expiry.ExpiryRows;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.replica.NumbersRow;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * How the rows of items part when a partition is split.
 *
 * <ul>
 *   <li>Rows of local indexes lie in the order of their collections, not of their items: so a
 *       collection of a table that has such indexes is not split.
 *   <li>Both sides keep the descriptors and tombstones of all tables (invariant 12).
 *   <li>The totals of a table go to the side that has its first keys, and the other begins with
 *       none: from then on each counts what changes with it, perhaps down to below zero, and the
 *       sum over the partitions of the table, which is what users are told, stays right without
 *       anybody counting.
 * </ul>
 */
public final class TableResharding {
  private final TableCatalog catalog;

  TableResharding(TableCatalog catalog) {
    this.catalog = catalog;
  }

  /** Why there must not be an edge before this key; empty if there may. */
  public Optional<String> objection(KeyValueReader state, Bytes key) {
    Bytes edge = edgeBefore(state, key);
    return edge.equals(key)
        ? Optional.empty()
        : Optional.of(
            "the key lies inside an item collection of a table with local indexes, which begins at "
                + edge.toHex());
  }

  /** The beginning of the collection that the key lies in, if it may not be split; else the key. */
  public Bytes edgeBefore(KeyValueReader state, Bytes key) {
    if (key.size() <= Long.BYTES) {
      return key; // between tables
    }
    TableDescriptor table = catalog.find(state, KeyEncoding.tableOf(key));
    if (table == null || table.localIndexes().isEmpty()) {
      return key;
    }
    try {
      int prefixSize = KeyEncoding.collectionPrefixSize(table.keySchema(), key);
      return prefixSize < key.size() ? key.slice(0, prefixSize) : key;
    } catch (IllegalArgumentException e) {
      return key; // it ends before a collection's prefix does, and all rows with it come after
    }
  }

  /** Deletes the items outside a range. */
  public List<Effect> trimmed(KeyRange kept) {
    List<Effect> effects = new ArrayList<>();
    for (KeyRange outside : kept.complement()) {
      effects.addAll(emptied(outside));
    }
    return effects;
  }

  /** Whether a row lies where its items lie: what {@link #emptied} deletes by the range. */
  public static boolean isPlaced(byte kind) {
    return kind == KeyLayout.ITEM || kind == KeyLayout.LOCAL_INDEX || kind == KeyLayout.COLLECTION;
  }

  /** Deletes all items of a range, and what goes with them; not the totals. */
  static List<Effect> emptied(KeyRange range) {
    return List.of(
        Effect.DeleteRange.ofKind(KeyLayout.ITEM, range),
        Effect.DeleteRange.ofKind(KeyLayout.LOCAL_INDEX, range),
        Effect.DeleteRange.ofKind(KeyLayout.COLLECTION, range));
  }

  /**
   * Brings together what two partitions know of tables: the later descriptor, or the tombstone, and
   * the totals of both.
   *
   * @param other its rows of tables, totals and backfills
   * @param dropped told of each table that is known on one side and was dropped on the other: what
   *     is left of it is deleted here (invariant 12)
   */
  public List<Effect> united(
      KeyValueReader state, KeyValueReader other, Consumer<TableId> dropped) {
    List<Effect> effects = new ArrayList<>();
    Set<TableId> gone = new TreeSet<>(Comparator.comparingLong(TableId::value));
    try (Cursor rows = ofKind(other, KeyLayout.TABLE)) {
      while (rows.next()) {
        Bytes theirs = rows.value();
        Bytes ours = state.get(rows.key());
        if (ours != null && ours.isEmpty() != theirs.isEmpty()) {
          gone.add(new TableId(KeyLayout.number(rows.key())));
          effects.add(new Effect.Put(rows.key(), TableCatalog.tombstone()));
        } else if (ours == null || isLater(theirs, ours)) {
          effects.add(new Effect.Put(rows.key(), theirs));
        }
      }
    }
    try (Cursor rows = ofKind(other, KeyLayout.TOTALS)) {
      while (rows.next()) {
        NumbersRow numbers = NumbersRow.of(rows.value());
        for (int slot = 0; slot < rows.value().size() / Long.BYTES; slot++) {
          effects.add(new Effect.Add(rows.key(), slot, numbers.get(slot)));
        }
      }
    }
    effects.addAll(Backfills.united(state, other));
    for (TableId table : gone) {
      effects.add(new Effect.Delete(TableTotals.key(table)));
      effects.addAll(emptied(KeyEncoding.tableRange(table)));
      effects.add(ExpiryRows.deleted(table));
      effects.add(Backfills.dropped(table));
      dropped.accept(table);
    }
    return effects;
  }

  private static boolean isLater(Bytes row, Bytes than) {
    return !row.isEmpty()
        && StateCodec.decodeTable(row).version() > StateCodec.decodeTable(than).version();
  }

  private static Cursor ofKind(KeyValueReader rows, byte kind) {
    return rows.cursor(KeyLayout.start(kind), KeyLayout.end(kind), Cursor.Direction.FORWARD);
  }

  /**
   * What the parent does at once: it gives away the totals of tables that begin on the other side.
   *
   * @param edge the first key of the child
   */
  public Effect narrowed(Bytes edge) {
    return Effect.DeleteRange.ofKind(KeyLayout.TOTALS, KeyRange.ALL.from(edge));
  }

  /**
   * What the child does: as {@link #trimmed}, and without the totals that stay with its parent.
   *
   * @param kept the child's
   */
  public List<Effect> inherited(KeyRange kept) {
    List<Effect> effects = trimmed(kept);
    effects.add(
        new Effect.DeleteRange(
            KeyLayout.start(KeyLayout.TOTALS),
            KeyLayout.key(KeyLayout.TOTALS, kept.startInclusive())));
    return effects;
  }
}
