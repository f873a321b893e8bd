package dev.holdfast.protocol.model;

import java.util.HexFormat;

/**
 * Sixteen bytes that name one intended write, the same for all its attempts; a partition applies a
 * request id at most once (invariant 7).
 */
public record RequestId(long high, long low) implements Comparable<RequestId> {
  @Override
  public int compareTo(RequestId other) {
    int order = Long.compareUnsigned(high, other.high);
    return order != 0 ? order : Long.compareUnsigned(low, other.low);
  }

  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
  }
}
