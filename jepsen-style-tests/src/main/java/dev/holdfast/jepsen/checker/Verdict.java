package dev.holdfast.jepsen.checker;

import org.jspecify.annotations.Nullable;

/**
 * What a checker found.
 *
 * @param explanation in words, for a person; empty when the history is valid
 * @param anomaly the same to draw, where it is a cycle of transactions
 */
public record Verdict(Kind kind, String explanation, @Nullable Anomaly anomaly) {
  /** Three-valued: a search that was not finished proves nothing. */
  public enum Kind {
    VALID,
    INVALID,
    UNKNOWN
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

  public static Verdict unknown(String explanation) {
    return new Verdict(Kind.UNKNOWN, explanation, null);
  }
}
