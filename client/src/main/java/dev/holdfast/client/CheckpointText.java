package dev.holdfast.client;

import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.TableId;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32;

/**
 * Checkpoint tokens as text: a version byte, the table, the stream, the unfinished segments with
 * their positions, the finished ones, and a checksum of all that; numbers seven bits a byte, those
 * of positions counted from the segment's.
 */
final class CheckpointText {
  private static final String NOT_ONE = "not a checkpoint token";
  private static final byte VERSION = 1;

  /** Far beyond any table's segments. */
  private static final int TEXT_LENGTH_MAX = 1 << 20;

  private static final int BITS = 7;
  private static final int MORE = 1 << BITS;

  private CheckpointText() {}

  static String of(CheckpointToken token) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(VERSION);
    bytes.writeBytes(
        ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(token.table().value())
            .putLong(token.stream())
            .array());
    put(bytes, token.positions().size());
    token
        .positions()
        .forEach(
            (segment, position) -> {
              put(bytes, segment);
              boolean isOldest = position == ChangeFrontier.OLDEST;
              put(bytes, isOldest ? 0 : position - segment.number() + 1);
            });
    put(bytes, token.finished().size());
    token.finished().forEach(segment -> put(bytes, segment));
    int checksum = checksum(bytes.toByteArray(), bytes.size());
    bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(checksum).array());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
  }

  private static void put(ByteArrayOutputStream bytes, SegmentId segment) {
    put(bytes, segment.partition().value());
    put(bytes, segment.number());
  }

  private static void put(ByteArrayOutputStream bytes, long number) {
    long rest = number;
    while (Long.compareUnsigned(rest, MORE) >= 0) {
      bytes.write((int) (rest & (MORE - 1)) | MORE);
      rest >>>= BITS;
    }
    bytes.write((int) rest);
  }

  private static int checksum(byte[] bytes, int size) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, size);
    return (int) crc.getValue();
  }

  static CheckpointToken parse(String text) {
    if (text.isEmpty() || text.length() > TEXT_LENGTH_MAX) {
      throw new IllegalArgumentException(NOT_ONE);
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(NOT_ONE, e);
    }
    int size = bytes.length - Integer.BYTES;
    if (size < 1 || ByteBuffer.wrap(bytes).getInt(size) != checksum(bytes, size)) {
      throw new IllegalArgumentException(NOT_ONE + ", or it was changed");
    }
    if (bytes[0] != VERSION) {
      throw new IllegalArgumentException(
          "a checkpoint token of version " + bytes[0] + ", which this client does not know");
    }
    try {
      return decode(ByteBuffer.wrap(bytes, 1, size - 1));
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new IllegalArgumentException(NOT_ONE, e);
    }
  }

  private static CheckpointToken decode(ByteBuffer rest) {
    TableId table = new TableId(rest.getLong());
    long stream = rest.getLong();
    SortedMap<SegmentId, Long> positions = new TreeMap<>();
    for (long count = take(rest); count > 0; count--) {
      SegmentId segment = takeSegment(rest);
      long distance = take(rest);
      positions.put(
          segment,
          distance == 0
              ? ChangeFrontier.OLDEST
              : required(segment.number() + distance - 1, segment.number()));
    }
    SortedSet<SegmentId> finished = new TreeSet<>();
    for (long count = take(rest); count > 0; count--) {
      finished.add(takeSegment(rest));
    }
    if (rest.hasRemaining()) {
      throw new IllegalArgumentException("there is more");
    }
    return new CheckpointToken(table, stream, positions, finished);
  }

  private static SegmentId takeSegment(ByteBuffer rest) {
    return new SegmentId(new PartitionId(take(rest)), required(take(rest), 1));
  }

  private static long required(long number, long min) {
    if (number < min) {
      throw new IllegalArgumentException(number + " is less than " + min);
    }
    return number;
  }

  private static long take(ByteBuffer rest) {
    long number = 0;
    for (int shift = 0; ; shift += BITS) {
      byte next = rest.get();
      number |= (long) (next & (MORE - 1)) << shift;
      if ((next & MORE) == 0) {
        return number;
      }
    }
  }
}
