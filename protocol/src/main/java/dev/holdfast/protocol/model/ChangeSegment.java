package dev.holdfast.protocol.model;

import org.jspecify.annotations.Nullable;

/**
 * A part of a table's change log: all changes of a range of keys from its opening until it is
 * closed, which a split inside the range does, and the end of a stream (decision 0037). A shard of
 * DynamoDB Streams is such a segment.
 *
 * <ul>
 *   <li>At any time the open segments of a table divide its keys among them, so that a change is in
 *       exactly one.
 *   <li>A segment lies in the partition that holds {@code start}, the first key of its range.
 *   <li>Records have numbers greater than {@code id.number()}, and up to {@code last} once it is
 *       closed; those of a key are in commit order, also from a segment to those that follow it.
 * </ul>
 *
 * @param parent whose range this one's was a part of until it was closed; null for the first ones
 * @param stream label of the stream that the records belong to; 0 for none
 * @param view of that stream
 * @param last number of the last record, or of what was before it when there is none; 0 while open
 * @param closedMicros stamp of its end; 0 while open
 * @param trimmedThrough number up to which records are deleted; at least {@code id.number()}
 * @param deliveredThrough number up to which the table's global indexes have everything, if it has
 *     any; at least {@code id.number()}
 * @param version of the table when it was opened, or the first one of those before it was: it is
 *     for the indexes that the table had by then
 */
public record ChangeSegment(
    SegmentId id,
    @Nullable SegmentId parent,
    long stream,
    StreamView view,
    Bytes start,
    long openedMicros,
    long last,
    long closedMicros,
    long trimmedThrough,
    long deliveredThrough,
    long version) {
  public boolean isOpen() {
    return last == 0;
  }

  /** With no record after this number. */
  public ChangeSegment closedAt(long lastNumber, long stampMicros) {
    return new ChangeSegment(
        id,
        parent,
        stream,
        view,
        start,
        openedMicros,
        lastNumber,
        stampMicros,
        trimmedThrough,
        deliveredThrough,
        version);
  }

  /** Without the records up to this number. */
  public ChangeSegment trimmed(long through) {
    return new ChangeSegment(
        id,
        parent,
        stream,
        view,
        start,
        openedMicros,
        last,
        closedMicros,
        through,
        deliveredThrough,
        version);
  }

  /** With the indexes up to date as far as this. */
  public ChangeSegment delivered(long through) {
    return new ChangeSegment(
        id,
        parent,
        stream,
        view,
        start,
        openedMicros,
        last,
        closedMicros,
        trimmedThrough,
        Math.max(deliveredThrough, through),
        version);
  }

  /** Whether an index goes by it; one that was added later begins with what is after it. */
  public boolean isFor(GlobalIndex index) {
    return version >= index.since();
  }

  /** Whether it is closed and every record of it was deleted. */
  public boolean isGone() {
    return !isOpen() && trimmedThrough >= last;
  }
}
