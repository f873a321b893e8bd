package dev.holdfast.statemachine.change;

import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.ArrayList;
import java.util.List;

/**
 * Remembers how far the changes of a segment have reached the table's global indexes, and deletes
 * what nobody else wants to know.
 */
public final class ChangeDelivery {
  private ChangeDelivery() {}

  /**
   * Takes all that there is for delivered: the first global index of a table begins with what the
   * items are now.
   */
  public static List<Effect> skipped(KeyValueReader state, TableDescriptor table) {
    List<Effect> effects = new ArrayList<>();
    for (ChangeSegment segment : ChangeRows.segments(state, table.id())) {
      long last = ChangeRows.last(state, table.id(), segment);
      effects.add(ChangeRows.put(table.id(), segment.delivered(last)));
    }
    return effects;
  }

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
