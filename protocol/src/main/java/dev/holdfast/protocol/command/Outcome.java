package dev.holdfast.protocol.command;

/** What became of an attempt at a transaction. */
public enum Outcome {
  /** For ever. */
  COMMITTED,
  /** For ever. */
  ABORTED,
  /** Not yet, when the question was answered. */
  UNDECIDED,
  /**
   * The deadline has passed and there is no record: it can never commit, unless it did and the
   * record was trimmed, which happens only after all its intents are gone. Whoever has seen an
   * intent looks again: if it is still there the attempt is aborted for ever, otherwise start over
   * (R3). A coordinator that has sent its decision must not take this for a no (R4).
   */
  UNRECORDED
}
