package dev.holdfast.protocol.model;

/**
 * One stream of a table: from when it was enabled until it was disabled. A table has many of them
 * over time, at most one at a time.
 *
 * @param labelMillis wall-clock milliseconds since the epoch when it was enabled, as the meta group
 *     stamped it: tells the streams of a table apart, and is their label in DynamoDB's API
 * @param disabledAtMillis 0 while it is enabled
 */
public record TableStream(long labelMillis, StreamView view, long disabledAtMillis) {
  public TableStream {
    if (labelMillis <= 0) {
      throw new IllegalArgumentException("a stream without its time");
    }
  }

  public boolean isEnabled() {
    return disabledAtMillis == 0;
  }

  public TableStream disabledAt(long millis) {
    return new TableStream(labelMillis, view, millis);
  }
}
