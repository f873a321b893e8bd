package dev.holdfast.statemachine.change;

import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.List;

/**
 * Remembers how far the changes of a segment have reached the table's global indexes, and deletes
 * what nobody else wants to know.
 */
public final class ChangeDelivery {
  private ChangeDelivery() {}

  /** Moves on, never back; nothing where there is no such segment any more. */
  public static List<Effect> of(KeyValueReader state, TableId table, SegmentId id, long wanted) {
    ChangeSegment segment = ChangeRows.find(state, table, id);
    if (segment == null) {
      return List.of();
    }
    long through = Math.min(wanted, ChangeRows.last(state, table, segment));
    if (segment.deliveredThrough() >= through) {
      return List.of();
    }
    ChangeSegment delivered = segment.delivered(through);
    if (segment.stream() != 0) {
      return List.of(ChangeRows.put(table, delivered));
    }
    ChangeSegment trimmed = delivered.trimmed(through);
    return List.of(
        ChangeRows.trimmedRecords(table, segment, through),
        trimmed.isGone()
            ? new Effect.Delete(ChangeRows.segment(table, id))
            : ChangeRows.put(table, trimmed));
  }
}
