package dev.holdfast.statemachine.change;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.statemachine.storage.StorageException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the change log of one table in one partition has got to: one row, read and written with
 * every change.
 *
 * @param last the last number taken; a split leaves it to both sides and a merge takes the greater,
 *     so that the numbers of a key's changes grow wherever the key goes
 * @param open the open segments in order of their first keys; more than one where partitions were
 *     merged
 */
record ChangeHead(long last, List<Open> open) {
  static final ChangeHead NONE = new ChangeHead(0, List.of());

  /**
   * An open segment, as much of it as a change must know.
   *
   * @param stream as the segment's, and its version
   */
  record Open(SegmentId id, long stream, long version, Bytes start) {
    static Open of(ChangeSegment segment) {
      return new Open(segment.id(), segment.stream(), segment.version(), segment.start());
    }
  }

  ChangeHead {
    open = List.copyOf(open);
  }

  /** The segment that a change of this key belongs to; null when none begins at or before it. */
  @Nullable Open of(Bytes routingKey) {
    for (int i = open.size() - 1; i >= 0; i--) {
      if (open.get(i).start().compareTo(routingKey) <= 0) {
        return open.get(i);
      }
    }
    return null;
  }

  /** The open segment with this id; null when there is none. */
  @Nullable Open open(SegmentId id) {
    return open.stream().filter(each -> each.id().equals(id)).findFirst().orElse(null);
  }

  /** The first key of the open segment after this one; null when it is the last. */
  @Nullable Bytes startAfter(Open segment) {
    int index = open.indexOf(segment) + 1;
    return index < open.size() ? open.get(index).start() : null;
  }

  /** With one more number taken. */
  ChangeHead next() {
    return new ChangeHead(last + 1, open);
  }

  /** With one more open segment, whose number is {@code last}, and perhaps without one. */
  ChangeHead opened(Open segment, @Nullable Open instead) {
    List<Open> after = new ArrayList<>(open);
    after.remove(instead);
    after.add(segment);
    after.sort(Comparator.comparing(Open::start));
    return new ChangeHead(last, after);
  }

  /** Without an open segment. */
  ChangeHead closed(Open segment) {
    List<Open> after = new ArrayList<>(open);
    after.remove(segment);
    return new ChangeHead(last, after);
  }

  /** Of two neighbours that are merged. */
  ChangeHead united(ChangeHead other) {
    List<Open> both = new ArrayList<>(open);
    both.addAll(other.open);
    both.sort(Comparator.comparing(Open::start));
    return new ChangeHead(Math.max(last, other.last), both);
  }

  /** The row: the number, then each segment with the size of its start before it. */
  Bytes encode() {
    int size = Long.BYTES;
    for (Open each : open) {
      size += 4 * Long.BYTES + Integer.BYTES + each.start().size();
    }
    ByteBuffer row = ByteBuffer.allocate(size).putLong(last);
    for (Open each : open) {
      row.putLong(each.id().partition().value())
          .putLong(each.id().number())
          .putLong(each.stream())
          .putLong(each.version())
          .putInt(each.start().size())
          .put(each.start().asReadOnlyBuffer());
    }
    return Bytes.wrap(row.array());
  }

  static ChangeHead decode(@Nullable Bytes row) {
    if (row == null) {
      return NONE;
    }
    try {
      ByteBuffer rest = row.asReadOnlyBuffer();
      long last = rest.getLong();
      List<Open> open = new ArrayList<>(1);
      while (rest.hasRemaining()) {
        SegmentId id = new SegmentId(new PartitionId(rest.getLong()), rest.getLong());
        long stream = rest.getLong();
        long version = rest.getLong();
        int size = rest.getInt();
        int from = rest.position();
        rest.position(from + size);
        open.add(new Open(id, stream, version, row.slice(from, from + size)));
      }
      return new ChangeHead(last, open);
    } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new StorageException("the head of a change log is damaged: " + row, e);
    }
  }
}
