package dev.holdfast.client;

import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeRecord;
import dev.holdfast.protocol.model.ChangeRecord.Kind;
import dev.holdfast.protocol.model.ChangeRecord.Origin;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.StreamView;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The change log of one table as decision 0037 describes it, in as few lines as possible: one
 * partition that splits and merges, hears of streams late, and deletes what is old.
 */
final class ChangeLogModel {
  /** A partition: what it has of the log beside segments and records. */
  private static final class Part {
    private final PartitionId id;
    private long last;
    private long stream;
    private long version;

    private Part(PartitionId id, long last, long stream, long version) {
      this.id = id;
      this.last = last;
      this.stream = stream;
      this.version = version;
    }
  }

  private final StreamView view;
  private final NavigableMap<Bytes, Part> parts = new TreeMap<>();
  private final SortedMap<SegmentId, ChangeSegment> segments = new TreeMap<>();
  private final SortedMap<SegmentId, NavigableMap<Long, ChangeRecord>> records = new TreeMap<>();
  private long nextPartition = 2;
  private long nowMicros = 1_000_000;

  ChangeLogModel(Bytes firstKey, StreamView view) {
    this.view = view;
    parts.put(firstKey, new Part(new PartitionId(1), 0, 0, 1));
  }

  long now() {
    return nowMicros;
  }

  /** First keys of the partitions. */
  List<Bytes> starts() {
    return List.copyOf(parts.keySet());
  }

  List<ChangeSegment> segments() {
    return List.copyOf(segments.values());
  }

  /** All records of a stream that are there, whichever order. */
  List<ChangeRecord> records(long stream) {
    List<ChangeRecord> all = new ArrayList<>();
    records.forEach(
        (segment, its) -> {
          if (Objects.requireNonNull(segments.get(segment)).stream() == stream) {
            all.addAll(its.values());
          }
        });
    return all;
  }

  /** One partition hears of the table's stream; 0 for none. */
  void follow(Bytes start, long stream) {
    Part part = Objects.requireNonNull(parts.get(start));
    if (part.stream >= stream && stream != 0) {
      return;
    }
    part.stream = stream;
    List<ChangeSegment> open = open(start);
    if (open.isEmpty() && stream != 0) {
      open(part, start, null, stream, part.version);
    }
    for (ChangeSegment segment : open) {
      close(segment, part.last);
      if (stream != 0) {
        open(part, segment.start(), segment.id(), stream, part.version);
      }
    }
  }

  /** One partition hears that the table has one more index. */
  void index(Bytes start, long version) {
    Part part = Objects.requireNonNull(parts.get(start));
    part.version = Math.max(part.version, version);
    for (ChangeSegment segment : open(start)) {
      if (segment.version() < part.version) {
        close(segment, part.last);
        open(part, segment.start(), segment.id(), part.stream, part.version);
      }
    }
  }

  private List<ChangeSegment> open(Bytes start) {
    return at(start, parts.higherKey(start)).stream().filter(ChangeSegment::isOpen).toList();
  }

  private List<ChangeSegment> at(Bytes from, @Nullable Bytes end) {
    return segments.values().stream()
        .filter(each -> each.start().compareTo(from) >= 0)
        .filter(each -> end == null || each.start().compareTo(end) < 0)
        .toList();
  }

  private SegmentId open(
      Part part, Bytes start, @Nullable SegmentId parent, long stream, long version) {
    SegmentId id = new SegmentId(part.id, ++part.last);
    segments.put(
        id,
        new ChangeSegment(
            id, parent, stream, view, start, nowMicros, 0, 0, id.number(), id.number(), version));
    records.put(id, new TreeMap<>());
    return id;
  }

  private void close(ChangeSegment segment, long last) {
    segments.put(segment.id(), segment.closedAt(last, nowMicros));
  }

  /** The number of the record in the stream; 0 when there is none. */
  long write(Bytes key, Item item, @Nullable Item before, @Nullable Item after) {
    nowMicros++;
    Bytes start = parts.floorKey(key);
    Part part = Objects.requireNonNull(parts.get(start));
    ChangeSegment segment = null;
    for (ChangeSegment each : open(start)) {
      boolean isNearer = segment == null || each.start().compareTo(segment.start()) > 0;
      if (each.start().compareTo(key) <= 0 && isNearer) {
        segment = each;
      }
    }
    if (segment == null || part.stream == 0) {
      return 0;
    }
    SegmentId id = segment.id();
    if (segment.stream() != part.stream || segment.version() < part.version) {
      close(segment, part.last);
      id = open(part, segment.start(), segment.id(), part.stream, part.version);
    }
    long number = ++part.last;
    Kind kind = before == null ? Kind.INSERT : after == null ? Kind.REMOVE : Kind.MODIFY;
    Objects.requireNonNull(records.get(id))
        .put(number, new ChangeRecord(number, kind, Origin.USER, nowMicros, item, before, after));
    return number;
  }

  void split(Bytes edge) {
    nowMicros++;
    if (parts.containsKey(edge) || parts.floorKey(edge) == null) {
      return;
    }
    Bytes start = parts.floorKey(edge);
    Part left = Objects.requireNonNull(parts.get(start));
    List<ChangeSegment> open = open(start);
    Bytes end = parts.higherKey(start);
    Part right = new Part(new PartitionId(nextPartition++), left.last, left.stream, left.version);
    parts.put(edge, right);
    for (ChangeSegment segment : open) {
      Bytes its = end;
      for (ChangeSegment other : open) {
        boolean isBehind = other.start().compareTo(segment.start()) > 0;
        if (isBehind && (its == null || other.start().compareTo(its) < 0)) {
          its = other.start();
        }
      }
      boolean isCut =
          segment.start().compareTo(edge) < 0 && (its == null || edge.compareTo(its) < 0);
      if (isCut) {
        close(segment, Math.min(left.last, right.last));
        open(left, segment.start(), segment.id(), segment.stream(), segment.version());
        open(right, edge, segment.id(), segment.stream(), segment.version());
      }
    }
  }

  /** Merges the partition that begins here into the one before. */
  void merge(Bytes start) {
    nowMicros++;
    if (parts.lowerKey(start) == null) {
      return;
    }
    Part left = Objects.requireNonNull(parts.get(parts.lowerKey(start)));
    Part right = Objects.requireNonNull(parts.remove(start));
    left.last = Math.max(left.last, right.last);
    left.stream = Math.max(left.stream, right.stream);
    left.version = Math.max(left.version, right.version);
  }

  /** One partition deletes what is old; a closed segment keeps its last record until it goes. */
  void trim(Bytes start, long oldMicros) {
    for (ChangeSegment segment : at(start, parts.higherKey(start))) {
      NavigableMap<Long, ChangeRecord> its = Objects.requireNonNull(records.get(segment.id()));
      if (!segment.isOpen() && segment.closedMicros() <= oldMicros) {
        segments.remove(segment.id());
        records.remove(segment.id());
        continue;
      }
      long through = segment.trimmedThrough();
      for (ChangeRecord record : List.copyOf(its.values())) {
        boolean isKept = !segment.isOpen() && record.number() == segment.last();
        if (record.timeMicros() <= oldMicros && !isKept) {
          its.remove(record.number());
          through = record.number();
        }
      }
      segments.put(segment.id(), segment.trimmed(through));
    }
  }

  /** Whether there is nothing more to list from a key on. */
  @Nullable Bytes endOfPartition(Bytes key) {
    return parts.higherKey(key);
  }

  /** What the partition of a key lists from that key on. */
  List<ChangeSegment> list(Bytes from) {
    return at(from, parts.higherKey(from));
  }

  /** The answer of the partition that has the segment's first key. */
  ReadResult.Changes changes(Read.Changes read) {
    ChangeSegment segment = segments.get(read.segment());
    if (segment == null) {
      return new ReadResult.Changes(null, List.of(), 0);
    }
    Part part = parts.floorEntry(read.start()).getValue();
    List<ChangeRecord> found =
        Objects.requireNonNull(records.get(segment.id()))
            .tailMap(read.after(), false)
            .values()
            .stream()
            .limit(read.limit())
            .toList();
    return new ReadResult.Changes(segment, found, segment.isOpen() ? part.last : segment.last());
  }
}
