package dev.holdfast.client;

import dev.holdfast.client.HoldfastException.ChangesTrimmedException;
import dev.holdfast.client.HoldfastException.InvalidRequestException;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.TableId;

/**
 * Which stream of which table, and what is said of it when it cannot be read on.
 *
 * @param label tells the streams of a table apart
 */
record StreamName(String tableName, TableId table, long label) {
  /** A position behind the last record: of a cluster that has been set back since. */
  InvalidRequestException future(SegmentId segment, long position, long last) {
    return new InvalidRequestException(
        "the checkpoint is from the future: it has change "
            + position
            + " of shard "
            + segment
            + " of table '"
            + tableName
            + "', whose last is "
            + last);
  }

  /** A segment that is not there though nothing has been deleted. */
  InvalidRequestException unknown(SegmentId segment) {
    return new InvalidRequestException(
        "the checkpoint is from the future: table '" + tableName + "' has no shard " + segment);
  }

  /** Records of a segment. */
  ChangesTrimmedException deleted(SegmentId segment, long position, long through) {
    return trimmed(
        "changes "
            + (position + 1)
            + " to "
            + through
            + " of shard "
            + segment
            + " of table '"
            + tableName
            + "'");
  }

  /** A segment as a whole. */
  ChangesTrimmedException gone(SegmentId segment) {
    return trimmed("shard " + segment + " of table '" + tableName + "'");
  }

  /** Those that went on where a segment ended. */
  ChangesTrimmedException childrenDeleted(SegmentId segment) {
    return trimmed("what follows shard " + segment + " of table '" + tableName + "'");
  }

  private static ChangesTrimmedException trimmed(String what) {
    return new ChangesTrimmedException(
        what
            + " was deleted before it was read: changes are kept for a day;"
            + " skippingTrimmed() goes on with the oldest that are left");
  }
}
