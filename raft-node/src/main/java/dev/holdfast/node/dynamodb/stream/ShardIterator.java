package dev.holdfast.node.dynamodb.stream;

import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SegmentId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * A place in a shard, from which records are read. Its text is opaque to users: the ARN of the
 * stream, and what only we read.
 *
 * @param after number of the record before the place
 * @param start whether records before the place were seen, or given up
 * @param issuedMillis wall-clock milliseconds; it can be used for {@value #VALID_MILLIS} ms
 */
public record ShardIterator(
    StreamArn stream, SegmentId segment, long after, Start start, long issuedMillis) {
  /** Fifteen minutes. Source: AWS API reference, "GetShardIterator". */
  public static final long VALID_MILLIS = 15 * 60 * 1000L;

  /** What it means that records after the place are not there any more. */
  public enum Start {
    /** Nothing: it is the oldest record that is asked for, whichever that is. */
    HORIZON((byte) 0),
    /** The reader has come too late. */
    PLACE((byte) 1);

    private final byte code;

    Start(byte code) {
      this.code = code;
    }

    private static Start of(byte code) {
      return switch (code) {
        case 0 -> HORIZON;
        case 1 -> PLACE;
        default -> throw new IllegalArgumentException("no start: " + code);
      };
    }
  }

  private static final String SEPARATOR = "|1|";
  private static final int SIZE = 1 + 4 * Long.BYTES + Integer.BYTES;

  public boolean isExpiredAt(long nowMillis) {
    return nowMillis - issuedMillis > VALID_MILLIS;
  }

  /** The same shard later on. */
  public ShardIterator at(long newAfter, long nowMillis) {
    return new ShardIterator(stream, segment, newAfter, Start.PLACE, nowMillis);
  }

  /**
   * @param tableArn of the stream's table
   */
  public String text(String tableArn) {
    String arn = stream.of(tableArn);
    ByteBuffer bytes = ByteBuffer.allocate(SIZE);
    bytes
        .put(start.code)
        .putLong(segment.partition().value())
        .putLong(segment.number())
        .putLong(after)
        .putLong(issuedMillis)
        .putInt(checksum(arn, bytes));
    return arn + SEPARATOR + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /** Empty for what is no iterator, or was changed. */
  public static Optional<ShardIterator> parse(String text) {
    int separator = text.indexOf(SEPARATOR);
    if (separator < 0) {
      return Optional.empty();
    }
    String arn = text.substring(0, separator);
    try {
      ByteBuffer bytes =
          ByteBuffer.wrap(
              Base64.getUrlDecoder().decode(text.substring(separator + SEPARATOR.length())));
      return bytes.remaining() == SIZE
          ? StreamArn.parse(arn).flatMap(stream -> decode(stream, arn, bytes))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<ShardIterator> decode(StreamArn stream, String arn, ByteBuffer bytes) {
    byte start = bytes.get();
    SegmentId segment = new SegmentId(new PartitionId(bytes.getLong()), bytes.getLong());
    long after = bytes.getLong();
    long issuedMillis = bytes.getLong();
    int expected = checksum(arn, bytes);
    return bytes.getInt() == expected
        ? Optional.of(new ShardIterator(stream, segment, after, Start.of(start), issuedMillis))
        : Optional.empty();
  }

  /** Of what stands before the buffer's position. */
  private static int checksum(String arn, ByteBuffer bytes) {
    CRC32 crc = new CRC32();
    crc.update(arn.getBytes(StandardCharsets.UTF_8));
    crc.update(bytes.duplicate().flip());
    return (int) crc.getValue();
  }
}
