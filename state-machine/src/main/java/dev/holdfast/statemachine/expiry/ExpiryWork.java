package dev.holdfast.statemachine.expiry;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import dev.holdfast.statemachine.storage.StorageException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done about the expiry rows of a table in a partition; no row when there is nothing.
 *
 * @param fillFrom items with this routing key or a later one may lack their row; null when none
 *     does
 * @param sweepFrom rows from this key on may be nobody's; empty for all, null when none is
 */
record ExpiryWork(@Nullable Bytes fillFrom, @Nullable Bytes sweepFrom) {
  static final ExpiryWork NONE = new ExpiryWork(null, null);

  private static final int FILLS = 1;
  private static final int SWEEPS = 2;

  static ExpiryWork of(KeyValueReader state, TableId table) {
    return decode(state.get(ExpiryRows.work(table)));
  }

  /** With all rows to be looked at. */
  ExpiryWork sweeping() {
    return new ExpiryWork(fillFrom, Bytes.EMPTY);
  }

  /** Of two neighbours that are merged. */
  ExpiryWork united(ExpiryWork other) {
    boolean sweeps = sweepFrom != null || other.sweepFrom != null;
    return new ExpiryWork(earlier(fillFrom, other.fillFrom), sweeps ? Bytes.EMPTY : null);
  }

  private static @Nullable Bytes earlier(@Nullable Bytes a, @Nullable Bytes b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.compareTo(b) <= 0 ? a : b;
  }

  /** The row, or that there is none. */
  Effect written(TableId table) {
    Bytes key = ExpiryRows.work(table);
    return equals(NONE) ? new Effect.Delete(key) : new Effect.Put(key, encode());
  }

  /** A byte of flags, then what they say is there, with its size before it. */
  private Bytes encode() {
    int size = 1 + size(fillFrom) + size(sweepFrom);
    ByteBuffer row = ByteBuffer.allocate(size);
    row.put((byte) ((fillFrom == null ? 0 : FILLS) | (sweepFrom == null ? 0 : SWEEPS)));
    put(row, fillFrom);
    put(row, sweepFrom);
    return Bytes.wrap(row.array());
  }

  private static int size(@Nullable Bytes key) {
    return key == null ? 0 : Integer.BYTES + key.size();
  }

  private static void put(ByteBuffer row, @Nullable Bytes key) {
    if (key != null) {
      row.putInt(key.size()).put(key.asReadOnlyBuffer());
    }
  }

  static ExpiryWork decode(@Nullable Bytes row) {
    if (row == null) {
      return NONE;
    }
    try {
      ByteBuffer rest = row.asReadOnlyBuffer();
      int flags = rest.get();
      Bytes fillFrom = (flags & FILLS) == 0 ? null : take(row, rest);
      Bytes sweepFrom = (flags & SWEEPS) == 0 ? null : take(row, rest);
      return new ExpiryWork(fillFrom, sweepFrom);
    } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new StorageException("a row of expiry work is damaged: " + row, e);
    }
  }

  private static Bytes take(Bytes row, ByteBuffer rest) {
    int size = rest.getInt();
    int from = rest.position();
    rest.position(from + size);
    return row.slice(from, from + size);
  }

  /**
   * Whether a partition that is being absorbed may bring rows of the table: they are put in their
   * places at once, which come after its descriptor, which is put aside.
   */
  static boolean isJoined(KeyValueReader state, TableId table) {
    Bytes descriptor = KeyLayout.key(KeyLayout.TABLE, table.value());
    return state.get(KeyLayout.key(KeyLayout.STAGED, descriptor)) != null;
  }

  /** Where filling goes on. */
  Bytes requireFillFrom() {
    return Objects.requireNonNull(fillFrom);
  }
}
