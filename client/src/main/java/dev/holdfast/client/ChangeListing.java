package dev.holdfast.client;

import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.SegmentId;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a table as seen by one of its streams. Partitions were asked one after the other,
 * from the first key to the last, while they may have been split and merged: it shows every segment
 * that was there all the time.
 */
final class ChangeListing {
  private final SortedMap<SegmentId, ChangeSegment> all = new TreeMap<>();
  private final SortedMap<SegmentId, ChangeSegment> own = new TreeMap<>();
  private final boolean isEnabled;

  /**
   * @param stream label of the stream
   * @param isEnabled whether it is
   */
  ChangeListing(List<ChangeSegment> segments, long stream, boolean isEnabled) {
    this.isEnabled = isEnabled;
    for (ChangeSegment segment : segments) {
      all.put(segment.id(), segment);
      if (segment.stream() == stream) {
        own.put(segment.id(), segment);
      }
    }
  }

  /** Those of the stream. */
  SortedMap<SegmentId, ChangeSegment> own() {
    return own;
  }

  /** Whether a segment is of another stream of the table, or of none. */
  boolean isOfAnother(SegmentId segment) {
    return all.containsKey(segment) && !own.containsKey(segment);
  }

  /**
   * Whether no segment has been deleted: what descends from one that was, down to what is open now,
   * begins with a segment whose parent is missing.
   */
  boolean isWhole() {
    return isEnabled && all.values().stream().noneMatch(each -> isMissing(each.parent()));
  }

  /**
   * Whether a segment that was closed before the listing began had children that are deleted. A
   * split leaves two; one more index leaves one, of a later version of the table. The end of the
   * stream leaves none, or one of another stream; then nothing of the stream may seem to have come
   * after it.
   */
  boolean lacksChildrenOf(ChangeSegment parent) {
    if (parent.isOpen()) {
      return false;
    }
    List<ChangeSegment> children =
        all.values().stream().filter(each -> parent.id().equals(each.parent())).toList();
    if (children.isEmpty()) {
      return isEnabled || hasDescendantsOf(parent);
    }
    return children.stream().filter(each -> isBySplit(each, parent)).count() == 1;
  }

  private static boolean isBySplit(ChangeSegment child, ChangeSegment parent) {
    return child.stream() == parent.stream() && child.version() == parent.version();
  }

  private boolean hasDescendantsOf(ChangeSegment segment) {
    return own.values().stream()
        .filter(each -> isMissing(each.parent()))
        .filter(each -> each.openedMicros() >= segment.closedMicros())
        .anyMatch(each -> mayDescend(each, segment));
  }

  /** Those whose parents are not shown. */
  Set<SegmentId> withoutParents() {
    return own.values().stream()
        .filter(each -> isMissing(each.parent()))
        .map(ChangeSegment::id)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private boolean isMissing(@Nullable SegmentId parent) {
    return parent != null && !all.containsKey(parent);
  }

  /** Those that are closed. */
  Set<SegmentId> closed() {
    return own.values().stream()
        .filter(each -> !each.isOpen())
        .map(ChangeSegment::id)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Those before something that is deleted: they are older, and only still there because their
   * partition looks for what is old at another time.
   */
  Set<SegmentId> goingToBeDeleted() {
    Set<SegmentId> going = new TreeSet<>();
    for (ChangeSegment segment : own.values()) {
      if (lacksChildrenOf(segment)) {
        addWithAncestors(segment.id(), going);
      }
      if (segment.trimmedThrough() > segment.id().number()) {
        addWithAncestors(segment.parent(), going);
      }
    }
    return going;
  }

  private void addWithAncestors(@Nullable SegmentId first, Set<SegmentId> going) {
    SegmentId next = first;
    while (next != null) {
      ChangeSegment segment = own.get(next);
      if (segment == null || !going.add(next)) {
        return;
      }
      next = segment.parent();
    }
  }

  /** Whether a segment follows none of the stream that is here, but for those that are finished. */
  boolean isFirst(ChangeSegment segment, Set<SegmentId> finished) {
    SegmentId parent = segment.parent();
    return parent == null || !own.containsKey(parent) || finished.contains(parent);
  }

  /**
   * Whether a segment may go on, some splits later, with keys of another one: it has its keys
   * behind the other's first, and its number behind the other's last.
   */
  static boolean mayDescend(ChangeSegment later, ChangeSegment earlier) {
    return !earlier.isOpen()
        && earlier.start().compareTo(later.start()) <= 0
        && earlier.last() < later.id().number();
  }
}
