package dev.holdfast.jepsen.checker;

/** Why one transaction is before another, after Adya (1999). */
public enum Dependency {
  /** It wrote a version before the other's. */
  WW("ww"),
  /** The other saw its version. */
  WR("wr"),
  /** It did not yet see the other's version. */
  RW("rw"),
  /** It had ended before the other was called. */
  REAL_TIME("real time");

  private final String text;

  Dependency(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
