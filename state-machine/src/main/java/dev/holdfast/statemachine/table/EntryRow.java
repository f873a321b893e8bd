package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.statemachine.storage.StorageException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The row of an entry of a global index, or of one that was taken out: a tombstone, without which
 * an older update that comes late would put it back (transactions.md R13).
 *
 * @param version number of the change that it follows from
 * @param stampMicros when the partition was told
 * @param entry null for a tombstone
 */
record EntryRow(long version, long stampMicros, @Nullable Item entry) {
  private static final int HEADER_BYTES = 2 * Long.BYTES;

  /** Version and time, then the entry; an entry is never empty, as it has its key. */
  Bytes encode() {
    int size = entry == null ? 0 : entry.bytes().size();
    ByteBuffer row = ByteBuffer.allocate(HEADER_BYTES + size).putLong(version).putLong(stampMicros);
    if (entry != null) {
      row.put(entry.bytes().asReadOnlyBuffer());
    }
    return Bytes.wrap(row.array());
  }

  static EntryRow decode(Bytes row) {
    if (row.size() < HEADER_BYTES) {
      throw new StorageException("the row of an index entry is damaged: " + row, null);
    }
    ByteBuffer header = row.asReadOnlyBuffer();
    return new EntryRow(
        header.getLong(),
        header.getLong(),
        row.size() == HEADER_BYTES ? null : new Item(row.slice(HEADER_BYTES)));
  }
}
