package dev.holdfast.jepsen.checker;

import org.jspecify.annotations.Nullable;

/**
 * What a checker found.
 *
 * @param explanation in words, for a person; empty when the history is valid
 * @param anomaly the same to draw, where it is a cycle of transactions
 */
public record Verdict(Kind kind, String explanation, @Nullable Anomaly anomaly) {
  /** What may be said of a history. */
  public enum Kind {
    VALID,
    INVALID,
    /** The search was not finished, which proves nothing. */
    UNKNOWN,
    /** Nothing of what should be judged succeeded. */
    UNTESTED
  }

  public static Verdict valid() {
    return new Verdict(Kind.VALID, "", null);
  }

  public static Verdict invalid(String explanation) {
    return new Verdict(Kind.INVALID, explanation, null);
  }

  public static Verdict invalid(Anomaly anomaly) {
    return new Verdict(Kind.INVALID, anomaly.inWords(), anomaly);
  }

  public static Verdict untested(String explanation) {
    return new Verdict(Kind.UNTESTED, explanation, null);
  }

  public static Verdict unknown(String explanation) {
    return new Verdict(Kind.UNKNOWN, explanation, null);
  }
}
