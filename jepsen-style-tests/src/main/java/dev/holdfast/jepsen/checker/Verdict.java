package dev.holdfast.jepsen.checker;

/**
 * What a checker found.
 *
 * @param explanation in words, for a person; empty when the history is valid
 */
public record Verdict(Kind kind, String explanation) {
  /** Three-valued: a search that was not finished proves nothing. */
  public enum Kind {
    VALID,
    INVALID,
    UNKNOWN
  }

  public static Verdict valid() {
    return new Verdict(Kind.VALID, "");
  }

  public static Verdict invalid(String explanation) {
    return new Verdict(Kind.INVALID, explanation);
  }

  public static Verdict unknown(String explanation) {
    return new Verdict(Kind.UNKNOWN, explanation);
  }
}
