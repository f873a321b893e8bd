package dev.holdfast.benchmarks.load;

/** What one request does. */
public enum Operation {
  /** Replaces one item; answered when it is as durable as the system makes it. */
  PUT("put"),
  /** Reads one item, linearizable. */
  STRONG_GET("strong get"),
  /** Reads one item with the system's cheapest promise. */
  EVENTUAL_GET("eventual get");

  private final String title;

  Operation(String title) {
    this.title = title;
  }

  public String title() {
    return title;
  }
}
