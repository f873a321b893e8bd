package dev.holdfast.protocol.rpc;

/**
 * What a node's clocks say at one moment, in microseconds since the epoch.
 *
 * @param systemMicros the clock of its machine, as somebody has set it
 * @param agreedMicros the time that it goes by (transactions.md R12)
 * @param astray whether it knows that this is not the time of the others: then it must not lead
 */
public record ClockReading(long systemMicros, long agreedMicros, boolean astray) {
  /** Of a node that does not say: one of an earlier build. */
  public static final ClockReading SILENT = new ClockReading(0, 0, false);
}
