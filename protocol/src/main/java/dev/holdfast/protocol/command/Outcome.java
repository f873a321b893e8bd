package dev.holdfast.protocol.command;

/** What became of an attempt at a transaction. */
public enum Outcome {
  /** For ever. */
  COMMITTED,
  /** For ever. */
  ABORTED,
  /** Not yet, when the question was answered. */
  UNDECIDED
}
