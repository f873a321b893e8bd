package dev.holdfast.node.dynamodb.stream;

import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SegmentId;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a shard is called: {@code shardId-00000000000000000042-0000001f}, the number that the
 * opening of its segment took and the partition where that was. The names of a shard's children
 * come after its own.
 */
public final class ShardName {
  private static final Pattern NAME = Pattern.compile("shardId-([0-9]{20})-([0-9a-f]{8,16})");

  private ShardName() {}

  public static String of(SegmentId segment) {
    return String.format(
        Locale.ROOT, "shardId-%020d-%08x", segment.number(), segment.partition().value());
  }

  /** Empty for what names no shard. */
  public static Optional<SegmentId> parse(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      SegmentId segment =
          new SegmentId(
              new PartitionId(Long.parseUnsignedLong(matcher.group(2), 16)),
              Long.parseLong(matcher.group(1)));
      return Optional.of(segment);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // of digits, but no shard was ever called so
    }
  }
}
