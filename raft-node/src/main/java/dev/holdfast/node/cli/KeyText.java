package dev.holdfast.node.cli;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyRange;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Routing keys as people read and write them: hexadecimal. */
final class KeyText {
  /** Table id and hash, and a little more. */
  private static final int CHARS_MAX = 40;

  /** Neighbours of one table, or of one item collection, differ in their last bytes only. */
  private static final int CHARS_AT_THE_END = 8;

  private KeyText() {}

  static Bytes parse(String hex) throws CommandFailure {
    try {
      return Bytes.wrap(HexFormat.of().parseHex(hex));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(
          "--key: '" + hex + "' is not hexadecimal: two of 0-9 and a-f for each byte");
    }
  }

  /** Shortened in the middle when it is long. */
  static String of(Bytes key) {
    String hex = key.toHex();
    return hex.length() <= CHARS_MAX
        ? hex
        : hex.substring(0, CHARS_MAX - CHARS_AT_THE_END)
            + "…"
            + hex.substring(hex.length() - CHARS_AT_THE_END);
  }

  static String from(KeyRange range) {
    return range.startInclusive().isEmpty() ? "start" : of(range.startInclusive());
  }

  static String to(KeyRange range) {
    Bytes end = range.endExclusive();
    return end == null ? "end" : of(end);
  }

  static String of(KeyRange range) {
    return from(range) + " .. " + to(range);
  }

  /** All of it, for machines; null for the beginning and the end of the keyspace. */
  static @Nullable String whole(@Nullable Bytes edge) {
    return edge == null || edge.isEmpty() ? null : edge.toHex();
  }
}
