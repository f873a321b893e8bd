package dev.holdfast.statemachine.change;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.StreamView;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Begins and ends segments of one table's change log at one time. Lives for one command. */
final class Segments {
  private final KeyValueReader state;
  private final TableId table;
  private final long stampMicros;

  Segments(KeyValueReader state, TableId table, long stampMicros) {
    this.state = state;
    this.table = table;
    this.stampMicros = stampMicros;
  }

  /** One that begins after the number that its id has taken. */
  ChangeSegment opened(
      SegmentId id,
      @Nullable SegmentId parent,
      long stream,
      StreamView view,
      Bytes start,
      long version) {
    return new ChangeSegment(
        id, parent, stream, view, start, stampMicros, 0, 0, id.number(), id.number(), version);
  }

  /** One that goes on with a part of its parent's keys. */
  ChangeSegment succeeding(ChangeSegment parent, SegmentId id, Bytes start) {
    return opened(id, parent.id(), parent.stream(), parent.view(), start, parent.version());
  }

  /** Ends a segment after the last number taken. */
  List<Effect> closed(SegmentId id, long last) {
    ChangeSegment segment = ChangeRows.find(state, table, id);
    return segment == null || !segment.isOpen()
        ? List.of()
        : List.of(ChangeRows.put(table, segment.closedAt(last, stampMicros)));
  }
}
