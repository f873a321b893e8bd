package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.codec.StateCodec;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The tables a partition knows, as rows of its state: a descriptor each, or a tombstone for one
 * that was dropped (invariant 12).
 *
 * <p>Keeps decoded descriptors together with the bytes they came from, so it is a function of the
 * state all the same. Used by any thread.
 */
final class TableCatalog {
  private static final int DECODED_COUNT_MAX = 4096;
  private static final Bytes TOMBSTONE = Bytes.EMPTY;

  private record Decoded(Bytes row, TableDescriptor table) {}

  private final ConcurrentHashMap<TableId, Decoded> decoded = new ConcurrentHashMap<>();

  static Bytes key(TableId table) {
    return KeyLayout.key(KeyLayout.TABLE, table.value());
  }

  static Bytes tombstone() {
    return TOMBSTONE;
  }

  /** Whether the table was dropped here; its id is never used again. */
  boolean isDropped(KeyValueReader state, TableId table) {
    Bytes row = state.get(key(table));
    return row != null && row.isEmpty();
  }

  /** The table as installed, or null when it is unknown or dropped. */
  @Nullable TableDescriptor find(KeyValueReader state, TableId table) {
    Bytes row = state.get(key(table));
    if (row == null || row.isEmpty()) {
      return null;
    }
    Decoded known = decoded.get(table);
    if (known != null && known.row().equals(row)) {
      return known.table();
    }
    TableDescriptor descriptor = StateCodec.decodeTable(row);
    if (decoded.size() >= DECODED_COUNT_MAX) {
      decoded.clear();
    }
    decoded.put(table, new Decoded(row, descriptor));
    return descriptor;
  }

  /** The table in exactly the version a request was validated against, or null (E1). */
  @Nullable TableDescriptor find(KeyValueReader state, TableRef ref) {
    TableDescriptor table = find(state, ref.id());
    return table != null && table.version() == ref.version() ? table : null;
  }
}
