package dev.holdfast.client;

import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeRecord;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.SegmentId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which segments of one stream are to be read, from where, and what a checkpoint says of them. Does
 * nothing itself: it is told what was listed, read and completed. Not thread-safe, and without
 * clock, randomness and IO.
 *
 * <ul>
 *   <li>Every segment that a listing shows is finished, being read, or waits for one of those it
 *       descends from: so none is read before the changes of its keys that come before it.
 *   <li>A position is behind what a listener has completed, and before all that it has not.
 *   <li>A segment is finished when it is closed, completed, and its children were looked for in a
 *       listing that began after that: until then a checkpoint names it.
 *   <li>Finished segments are remembered as long as listings show them, and no longer.
 *   <li>What was deleted before it was read is an error, unless that is wanted.
 * </ul>
 */
final class ChangeFrontier {
  /** The position before the oldest record that there is. */
  static final long OLDEST = 0;

  /** The position behind the last record that there is when it is looked at; in no checkpoint. */
  static final long LATEST = -1;

  /** What to do about changes that were deleted before they were read. */
  enum Trimmed {
    FAIL,
    SKIP
  }

  /** What became of a question for changes. */
  enum Outcome {
    /** Records, to be {@link #completed} when the listener has them. */
    RECORDS,
    /** Nothing new; ask again. */
    NOTHING,
    /** Nothing, and nothing will come: its children are to be looked for. */
    ENDED,
    /** There is no such segment, says its partition; a listing will tell. */
    MISSING
  }

  private enum Phase {
    /** Where it lies is not known, or not any more. */
    UNPLACED,
    IDLE,
    /** Asked for, or with the listener. */
    BUSY,
    /** Closed and completed; its children are to be looked for. */
    ENDED
  }

  /** One segment that is not finished. */
  private static final class Reading {
    private Phase phase;
    private long position;

    /** As it was last seen; null before that. */
    private @Nullable ChangeSegment segment;

    /** Number of the last record that is with the listener. */
    private long underWay;

    /** Whether the position is known to be one. */
    private boolean isChecked;

    /** Whether the listing under way was begun when the phase was what it is. */
    private boolean isJudged;

    private Reading(
        Phase phase, @Nullable ChangeSegment segment, long position, boolean isChecked) {
      this.phase = phase;
      this.segment = segment;
      this.position = position;
      this.isChecked = isChecked;
    }

    private Outcome settled() {
      boolean isAtEnd = !segment().isOpen() && position >= segment().last();
      become(isAtEnd ? Phase.ENDED : Phase.IDLE);
      return isAtEnd ? Outcome.ENDED : Outcome.NOTHING;
    }

    private ChangeSegment segment() {
      return Objects.requireNonNull(segment, "it was never seen");
    }

    private void become(Phase next) {
      phase = next;
      isJudged = false;
    }
  }

  private final StreamName stream;
  private final Trimmed trimmed;
  private final SortedMap<SegmentId, Reading> readings = new TreeMap<>();
  private final SortedSet<SegmentId> finished = new TreeSet<>();

  /** Where to begin when the first listing is there; null when it was, or a checkpoint says it. */
  private @Nullable Long beginning;

  /** Segments that the last listing showed without their parents, which may be deleted. */
  private Set<SegmentId> orphans = new TreeSet<>();

  private boolean isUnsure;
  private boolean isStreamOver;

  private ChangeFrontier(StreamName stream, Trimmed trimmed, @Nullable Long beginning) {
    this.stream = stream;
    this.trimmed = trimmed;
    this.beginning = beginning;
  }

  /**
   * @param position {@link #OLDEST} or {@link #LATEST}
   */
  static ChangeFrontier beginningAt(long position, StreamName stream, Trimmed trimmed) {
    return new ChangeFrontier(stream, trimmed, position);
  }

  /** From where another one had got to; the checkpoint must be of this stream. */
  static ChangeFrontier resumed(CheckpointToken from, StreamName stream, Trimmed trimmed) {
    ChangeFrontier frontier = new ChangeFrontier(stream, trimmed, null);
    from.positions()
        .forEach(
            (segment, position) ->
                frontier.readings.put(segment, new Reading(Phase.UNPLACED, null, position, false)));
    frontier.finished.addAll(from.finished());
    return frontier;
  }

  /** How far all is completed. */
  CheckpointToken checkpoint() {
    SortedMap<SegmentId, Long> positions = new TreeMap<>();
    readings.forEach((segment, reading) -> positions.put(segment, reading.position));
    return new CheckpointToken(stream.table(), stream.label(), positions, finished);
  }

  /** Whether something can only go on after a listing. */
  boolean needsListing() {
    return beginning != null
        || isUnsure
        || readings.values().stream()
            .anyMatch(each -> each.phase == Phase.UNPLACED || each.phase == Phase.ENDED);
  }

  /** Whether all positions that there were at the start are known to be such. */
  boolean isChecked() {
    return beginning == null && readings.values().stream().allMatch(each -> each.isChecked);
  }

  /** Whether the position of a segment is. */
  boolean isChecked(SegmentId segment) {
    return reading(segment).isChecked;
  }

  /** Whether everything of the stream was completed and nothing more will come. */
  boolean isAtEnd() {
    return isStreamOver && !isUnsure && readings.isEmpty();
  }

  /** To be called before a listing is asked for; one at a time. */
  void listingBegins() {
    readings
        .values()
        .forEach(each -> each.isJudged = each.phase == Phase.UNPLACED || each.phase == Phase.ENDED);
  }

  /**
   * Takes a listing of all segments of the table.
   *
   * @param isEnabled whether the stream was enabled when the listing was there
   * @return those that may be read now and could not before
   */
  List<SegmentId> listed(List<ChangeSegment> segments, boolean isEnabled) {
    ChangeListing listing = new ChangeListing(segments, stream.label(), isEnabled);
    isStreamOver = !isEnabled;
    List<SegmentId> ready = new ArrayList<>();
    if (isSure(listing)) {
      List.copyOf(readings.keySet()).forEach(segment -> judge(segment, listing, ready));
      finished.retainAll(listing.own().keySet());
      begin(listing, ready);
    }
    return ready;
  }

  private void judge(SegmentId segment, ChangeListing listing, List<SegmentId> ready) {
    Reading reading = reading(segment);
    ChangeSegment found = listing.own().get(segment);
    if (!reading.isJudged) {
      return;
    }
    if (reading.phase == Phase.ENDED) {
      if (listing.lacksChildrenOf(reading.segment())) {
        lost(stream.childrenDeleted(segment));
      }
      readings.remove(segment);
      finished.add(segment); // for as long as it is listed
    } else if (found == null) {
      if (reading.position != OLDEST || listing.isWhole()) {
        lost(listing.isWhole() ? stream.unknown(segment) : stream.gone(segment));
      }
      readings.remove(segment);
    } else {
      reading.segment = found;
      reading.become(Phase.IDLE);
      ready.add(segment);
    }
  }

  /** Goes on where that is wanted. */
  private void lost(HoldfastException error) {
    if (trimmed == Trimmed.FAIL || !(error instanceof HoldfastException.ChangesTrimmedException)) {
      throw error;
    }
  }

  /**
   * A segment may be shown without its parent although that is there: a partition that hears late
   * of the stream gets its segment from the neighbour that it is merged into, so that a listing may
   * be past the place of one and not yet at that of the other. The next listing shows both; what is
   * shown twice without a parent has none any more.
   */
  private boolean isSure(ChangeListing listing) {
    Set<SegmentId> before = orphans;
    orphans = listing.withoutParents();
    orphans.removeAll(readings.keySet());
    orphans.removeAll(finished);
    isUnsure = !before.containsAll(orphans);
    return !isUnsure;
  }

  private void begin(ChangeListing listing, List<SegmentId> ready) {
    Long from = beginning;
    beginning = null;
    if (from != null) {
      finished.addAll(from == LATEST ? listing.closed() : listing.goingToBeDeleted());
    }
    for (ChangeSegment segment : listing.own().values()) {
      SegmentId id = segment.id();
      if (readings.containsKey(id) || finished.contains(id)) {
        continue;
      }
      if (from != null ? listing.isFirst(segment, finished) : isDue(segment, listing)) {
        boolean isChecked = from == null || from != LATEST;
        readings.put(id, new Reading(Phase.IDLE, segment, position(id, from), isChecked));
        ready.add(id);
      }
    }
  }

  private long position(SegmentId id, @Nullable Long from) {
    if (from != null) {
      return from;
    }
    return trimmed == Trimmed.SKIP ? OLDEST : id.number();
  }

  /** Whether all that comes before a segment, and can still be read, is completed. */
  private boolean isDue(ChangeSegment segment, ChangeListing listing) {
    SegmentId parent = segment.parent();
    if (parent == null || finished.contains(parent) || listing.isOfAnother(parent)) {
      return true;
    }
    if (readings.containsKey(parent) || listing.own().containsKey(parent)) {
      return false;
    }
    // its parent is deleted; so is what was closed before that, or soon will be
    return listing.own().values().stream()
            .filter(each -> !finished.contains(each.id()))
            .noneMatch(each -> ChangeListing.mayDescend(segment, each))
        && listing.own().keySet().containsAll(readings.keySet());
  }

  /**
   * The question for what comes next of a segment that may be read; for the segment alone as long
   * as its position is to be checked.
   */
  Read.Changes question(SegmentId segment, int countMax, int bytesMax) {
    Reading reading = reading(segment);
    require(reading, Phase.IDLE);
    reading.become(Phase.BUSY);
    int limit = reading.isChecked ? countMax : 0;
    long after = Math.max(reading.position, OLDEST);
    Bytes start = reading.segment().start();
    return new Read.Changes(stream.table(), segment, start, after, limit, bytesMax);
  }

  /** There was no answer; the segment may be read again. */
  void unanswered(SegmentId segment) {
    Reading reading = reading(segment);
    require(reading, Phase.BUSY);
    reading.become(Phase.IDLE);
  }

  /** Takes the answer to a question. */
  Outcome answered(SegmentId id, ReadResult.Changes changes) {
    Reading reading = reading(id);
    require(reading, Phase.BUSY);
    ChangeSegment segment = changes.segment();
    if (segment == null) {
      reading.become(Phase.UNPLACED);
      return Outcome.MISSING;
    }
    check(reading, segment, changes.last());
    reading.segment = segment;
    List<ChangeRecord> records = changes.records();
    if (!reading.isChecked) {
      reading.isChecked = true;
      return reading.settled();
    } else if (records.isEmpty()) {
      reading.position = Math.max(reading.position, changes.last());
      return reading.settled();
    }
    reading.underWay = records.get(records.size() - 1).number();
    return Outcome.RECORDS;
  }

  private void check(Reading reading, ChangeSegment segment, long last) {
    if (reading.position == LATEST) {
      reading.position = last;
    } else if (reading.position > last) {
      throw stream.future(segment.id(), reading.position, last);
    } else if (reading.position != OLDEST && reading.position < segment.trimmedThrough()) {
      lost(stream.deleted(segment.id(), reading.position, segment.trimmedThrough()));
    }
  }

  /** The listener has completed the records of the last answer. */
  Outcome completed(SegmentId segment) {
    Reading reading = reading(segment);
    require(reading, Phase.BUSY);
    reading.position = reading.underWay;
    return reading.settled();
  }

  private Reading reading(SegmentId segment) {
    return Objects.requireNonNull(readings.get(segment), "it is not being read");
  }

  private static void require(Reading reading, Phase phase) {
    if (reading.phase != phase) {
      throw new IllegalStateException(reading.phase + ", not " + phase);
    }
  }
}
