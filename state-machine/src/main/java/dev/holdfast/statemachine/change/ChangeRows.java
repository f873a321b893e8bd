package dev.holdfast.statemachine.change;

import dev.holdfast.protocol.codec.StateCodec;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the rows of change logs lie: by table, then by segment, then by number. */
final class ChangeRows {
  private ChangeRows() {}

  static Bytes head(TableId table) {
    return KeyLayout.key(KeyLayout.CHANGE_HEAD, table.value());
  }

  /** The table whose head a row is. */
  static TableId tableOfHead(Bytes rowKey) {
    return new TableId(KeyLayout.number(rowKey));
  }

  static Bytes segment(TableId table, SegmentId segment) {
    return KeyLayout.key(KeyLayout.CHANGE_SEGMENT, prefix(table, segment));
  }

  static Bytes record(TableId table, SegmentId segment, long number) {
    return KeyLayout.key(KeyLayout.CHANGE, prefix(table, segment).concat(ofLong(number)));
  }

  /** The number of a record by its row's key. */
  static long numberOf(Bytes rowKey) {
    return rowKey.slice(rowKey.size() - Long.BYTES).asReadOnlyBuffer().getLong();
  }

  private static Bytes prefix(TableId table, SegmentId segment) {
    return Bytes.wrap(
        ByteBuffer.allocate(3 * Long.BYTES)
            .putLong(table.value())
            .putLong(segment.partition().value())
            .putLong(segment.number())
            .array());
  }

  private static Bytes ofLong(long number) {
    return Bytes.wrap(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
  }

  static @Nullable ChangeSegment find(KeyValueReader state, TableId table, SegmentId segment) {
    Bytes row = state.get(segment(table, segment));
    return row == null ? null : StateCodec.decodeSegment(row);
  }

  /** All segments of a table, in order of their ids. */
  static List<ChangeSegment> segments(KeyValueReader state, TableId table) {
    Bytes tablePrefix = KeyEncoding.tablePrefix(table);
    List<ChangeSegment> segments = new ArrayList<>();
    try (Cursor rows =
        state.cursor(
            KeyLayout.key(KeyLayout.CHANGE_SEGMENT, tablePrefix),
            end(KeyLayout.CHANGE_SEGMENT, tablePrefix),
            Cursor.Direction.FORWARD)) {
      while (rows.next()) {
        segments.add(StateCodec.decodeSegment(rows.value()));
      }
    }
    return segments;
  }

  static Effect put(TableId table, ChangeSegment segment) {
    return new Effect.Put(segment(table, segment.id()), StateCodec.encode(segment));
  }

  /** Deletes all records of a segment. */
  static Effect deletedRecords(TableId table, SegmentId segment) {
    return new Effect.DeleteRange(record(table, segment, 0), endOfRecords(table, segment));
  }

  /** Deletes the records up to a number that are not deleted yet. */
  static Effect trimmedRecords(TableId table, ChangeSegment segment, long through) {
    return new Effect.DeleteRange(
        record(table, segment.id(), segment.trimmedThrough() + 1),
        record(table, segment.id(), through + 1));
  }

  /** The number of the last record that a segment has, or had. */
  static long last(KeyValueReader state, TableId table, ChangeSegment segment) {
    return segment.isOpen() ? ChangeHead.decode(state.get(head(table))).last() : segment.last();
  }

  /** The key after the last record that a segment may have. */
  static Bytes endOfRecords(TableId table, SegmentId segment) {
    return end(KeyLayout.CHANGE, prefix(table, segment));
  }

  /** Deletes all that there is of a table. */
  static List<Effect> deleted(TableId table) {
    Bytes tablePrefix = KeyEncoding.tablePrefix(table);
    return List.of(
        new Effect.Delete(head(table)),
        deletedAll(KeyLayout.CHANGE_SEGMENT, tablePrefix),
        deletedAll(KeyLayout.CHANGE, tablePrefix));
  }

  private static Effect deletedAll(byte kind, Bytes prefix) {
    return new Effect.DeleteRange(KeyLayout.key(kind, prefix), end(kind, prefix));
  }

  private static Bytes end(byte kind, Bytes prefix) {
    Bytes end = prefix.prefixEnd();
    return end == null ? KeyLayout.end(kind) : KeyLayout.key(kind, end);
  }
}
