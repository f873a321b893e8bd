package dev.holdfast.statemachine.model.lease;

/** A rule that the model breaks, to see that it matters; or bends, to see that it does not. */
enum LeaseFlaw {
  NONE,
  /** L1: the time is taken when the entry is applied, not before it is submitted. */
  TIME_TAKEN_AT_APPLY,
  /** L1: the leader counts all of D, as if clocks went alike. */
  NO_DRIFT_BOUND,
  /** L1: only the monotonic clock is looked at, which stands still in a suspension. */
  NO_WALL_CLOCK,
  /** L1 as it is worded: by the wall clock a lease lasts for all of D. */
  ALL_OF_D_BY_THE_WALL_CLOCK,
  /** L1: an entry of a former term of one's own proves a lease, too. */
  ENTRY_OF_ANOTHER_TERM_PROVES,
  /** L1, L4: the empty first entry of a term proves a lease. */
  FIRST_ENTRY_PROVES,
  /** L2: a new leader does not wait. */
  NO_WAIT,
  /** L2: results are told at once; only reads wait. */
  RESULTS_DURING_THE_WAIT,
  /** L2: the wait is counted from the candidacy, not from the term's first entry. */
  WAIT_FROM_THE_CANDIDACY,
  /** L3: a read looks at what is applied, not for all that is committed. */
  READ_WHAT_IS_APPLIED,
  /** L4: a leader relinquishes inside its own wait. */
  RELINQUISH_DURING_THE_WAIT,
  /** L4: the lease goes on while Relinquish is under way. */
  LEASE_KEPT_WHILE_RELINQUISHING,
  /** L4: an entry before Relinquish, applied after the lease was voided, proves it again. */
  EARLIER_ENTRY_REVIVES,
  /** L4: a second Relinquish is prepared while the first is under way, and given up. */
  TWO_AT_A_TIME,
  /** L4: there may be entries between Relinquish and the successor's first one. */
  RELINQUISH_NOT_LAST,
  /** L4: a Relinquish counts whatever term it names. */
  RELINQUISH_OF_ANOTHER_TERM,
  /** L5: a replica serves at an index that was named in a term which is not its own any more. */
  INDEX_OF_ANOTHER_TERM,
  /** L5: a leader names an index inside its wait. */
  INDEX_DURING_THE_WAIT,
  /** X1: a follower appends what a leader sends of whose term it knows that it is over. */
  APPEND_AFTER_VOTE,
  /** S4: the first leader of a child never waits. */
  CHILD_NEVER_WAITS,
  /** S4: nor does one that leads the parent inside its own wait. */
  PARENT_LEADER_DURING_ITS_WAIT,
  /** S4: nor does one that leads the parent without a lease. */
  PARENT_LEADER_WITHOUT_LEASE,
  /** S4: nor does one that leads the parent in a later term than the split's. */
  PARENT_LEADER_OF_A_LATER_TERM,
  /** S4: a child that has been led already is led without a wait. */
  CHILD_WITH_ENTRIES,
}
