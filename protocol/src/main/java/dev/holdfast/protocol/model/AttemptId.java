package dev.holdfast.protocol.model;

import java.util.HexFormat;

/**
 * Sixteen random bytes that name one execution of a transaction. Never derived from a client's
 * token or a request id: a transaction that is tried again is another attempt (transactions.md R1).
 */
public record AttemptId(long high, long low) implements Comparable<AttemptId> {
  @Override
  public int compareTo(AttemptId other) {
    int order = Long.compareUnsigned(high, other.high);
    return order != 0 ? order : Long.compareUnsigned(low, other.low);
  }

  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
  }
}
