package dev.holdfast.statemachine.change;

import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.Followers;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.List;

/**
 * Deletes what nobody is to read any more. Who decides how far is outside: this only keeps a
 * segment's word that what is deleted is known to be deleted.
 */
public final class ChangeTrimming {
  private ChangeTrimming() {}

  /**
   * Records of a segment up to a number; a segment that is closed goes with its last record.
   *
   * @param followers of the table: what its indexes lack is not deleted
   */
  public static List<Effect> of(
      KeyValueReader state, TableId table, SegmentId id, long wanted, Followers followers) {
    ChangeSegment segment = ChangeRows.find(state, table, id);
    if (segment == null) {
      return List.of();
    }
    long last = ChangeRows.last(state, table, segment);
    boolean isIndexed = !followers.globalIndexesOf(segment).isEmpty();
    long end = isIndexed ? Math.min(segment.deliveredThrough(), last) : last;
    long through = Math.min(wanted, end);
    ChangeSegment trimmed = segment.trimmed(Math.max(segment.trimmedThrough(), through));
    if (through <= segment.trimmedThrough() && !trimmed.isGone()) {
      return List.of();
    }
    return List.of(
        ChangeRows.trimmedRecords(table, segment, trimmed.trimmedThrough()),
        trimmed.isGone()
            ? new Effect.Delete(ChangeRows.segment(table, id))
            : ChangeRows.put(table, trimmed));
  }
}
