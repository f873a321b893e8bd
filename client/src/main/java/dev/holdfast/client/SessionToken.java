package dev.holdfast.client;

import dev.holdfast.protocol.model.PartitionId;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a session has seen, as text that can be carried to another process, for example in a cookie.
 *
 * <pre>{@code
 * String text = session.token().toString();
 * // elsewhere
 * HoldfastSession same = client.resumeSession(SessionToken.parse(text));
 * }</pre>
 */
public final class SessionToken {
  private static final String PREFIX = "h1";

  /** A token names each partition once; this many is far beyond any cluster's. */
  private static final int TEXT_LENGTH_MAX = 1 << 20;

  private final SortedMap<PartitionId, Long> positions;

  SessionToken(Map<PartitionId, Long> positions) {
    this.positions = Collections.unmodifiableSortedMap(new TreeMap<>(positions));
  }

  /** Reads what {@link #toString} wrote; fails with {@link IllegalArgumentException} on others. */
  public static SessionToken parse(String text) {
    if (text.length() > TEXT_LENGTH_MAX || !text.startsWith(PREFIX)) {
      throw new IllegalArgumentException("not a session token");
    }
    SortedMap<PartitionId, Long> positions = new TreeMap<>();
    String rest = text.substring(PREFIX.length());
    while (!rest.isEmpty()) {
      int next = rest.indexOf('~', 1);
      String entry = rest.substring(1, next < 0 ? rest.length() : next);
      int dot = entry.indexOf('.');
      if (rest.charAt(0) != '~' || dot < 1) {
        throw new IllegalArgumentException("not a session token");
      }
      positions.put(
          new PartitionId(Long.parseLong(entry.substring(0, dot), Character.MAX_RADIX)),
          Long.parseLong(entry.substring(dot + 1), Character.MAX_RADIX));
      rest = next < 0 ? "" : rest.substring(next);
    }
    return new SessionToken(positions);
  }

  SortedMap<PartitionId, Long> positions() {
    return positions;
  }

  /** Letters, digits, {@code ~} and {@code .}: safe in URLs and cookies. */
  @Override
  public String toString() {
    return positions.entrySet().stream()
        .map(
            seen ->
                "~"
                    + Long.toString(seen.getKey().value(), Character.MAX_RADIX)
                    + "."
                    + Long.toString(seen.getValue(), Character.MAX_RADIX))
        .collect(Collectors.joining("", PREFIX, ""));
  }
}
