package dev.holdfast.node.consensus;

/** A rule of replication.md that {@link LeaseSimulation} can leave out. */
enum LeaseRule {
  /** The lease counts from before the submission, not from the apply. */
  L1_TIME_BEFORE_SUBMISSION,
  /** The lease is no longer than D. */
  L1_LENGTH,
  /** The lease is shortened by what clocks may drift. */
  L1_DRIFT,
  /** The lease ends by the wall clock as well. */
  L1_WALL_CLOCK,
  /** A new leader waits. */
  L2_WAIT,
  /** Results of writes wait, too. */
  L2_RESULTS_WAIT,
  /** A read waits for what is committed, not for what is applied. */
  L3_COMMIT_INDEX,
  /** A leader inside its own wait does not relinquish. */
  L4_AFTER_OWN_WAIT,
  /** The lease is void before Relinquish is submitted. */
  L4_VOID_FIRST,
  /** Only an entry after Relinquish proves a lease again. */
  L4_LATER_ENTRIES_ONLY,
  /** No other entry lies between Relinquish and the successor's first. */
  L4_NOTHING_BETWEEN,
  /** A replica serves only in the term in which the leader named the index. */
  L5_TERM_UNCHANGED
}
