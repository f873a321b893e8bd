package dev.holdfast.protocol.model;

import java.util.HexFormat;

/** Eight random bytes that name a table for ever; never reused, so a re-created table is new. */
public record TableId(long value) implements Comparable<TableId> {
  /** Unsigned, the order of the keyspace. */
  @Override
  public int compareTo(TableId other) {
    return Long.compareUnsigned(value, other.value);
  }

  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(value);
  }
}
