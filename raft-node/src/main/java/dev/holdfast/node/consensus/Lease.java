package dev.holdfast.node.consensus;

import java.time.Duration;

/**
 * Whether a leader may speak (replication.md L1, L2, L4), as pure bookkeeping over an injected
 * clock. It knows nothing of Raft: its caller tells it what the log has proved.
 *
 * <ul>
 *   <li>It never says yes in a term it was not told to lead.
 *   <li>Terms only grow; what was known of an older term is forgotten.
 * </ul>
 *
 * <p>Thread-safe.
 */
final class Lease {
  /** An instant on both clocks. */
  record Moment(long monotonicNanos, long wallMicros) {}

  private static final long NOTHING_VOIDED = -1;
  private static final long UNTIL_RELINQUISH_APPLIED = Long.MAX_VALUE;

  private final ConsensusClock clock;
  private final long durationNanos;
  private final long leaseNanos;

  private long term;
  private long waitEndNanos;
  private boolean relinquishedBefore;
  private boolean proved;
  private Moment provedAt = new Moment(0, 0);
  private long voidIndex = NOTHING_VOIDED;

  /**
   * @param duration D
   * @param driftMax ρ: a leader counts D(1-ρ)/(1+ρ), so that a slow clock here and a fast one at
   *     the successor still agree
   */
  Lease(Duration duration, double driftMax, ConsensusClock clock) {
    this.clock = clock;
    this.durationNanos = duration.toNanos();
    this.leaseNanos = (long) (durationNanos * (1 - driftMax) / (1 + driftMax));
  }

  /** The instant to remember <em>before</em> an entry is submitted (L1). */
  Moment now() {
    return new Moment(clock.monotonicNanos(), clock.wallMicros());
  }

  /**
   * This node leads {@code newTerm} and its first entry of that term has been appended: the wait of
   * L2 begins now, unless it began before.
   *
   * @param relinquished whether the last state-machine entry before the term's first was a valid
   *     Relinquish (L4)
   * @return whether this was news
   */
  synchronized boolean lead(long newTerm, boolean relinquished) {
    if (newTerm <= term) {
      return false;
    }
    term = newTerm;
    waitEndNanos = clock.monotonicNanos() + (relinquished ? 0 : durationNanos);
    relinquishedBefore = relinquished;
    proved = false;
    voidIndex = NOTHING_VOIDED;
    return true;
  }

  /** Whether this lease has not been told of so late a term. */
  synchronized boolean isNews(long newTerm) {
    return newTerm > term;
  }

  /** Whether the leader of this term need not wait, because the one before it relinquished (L4). */
  synchronized boolean follows(long leaderTerm) {
    return leaderTerm == term && relinquishedBefore;
  }

  /** Nanoseconds until the wait of {@code leaderTerm} ends; 0 when over; all of D when unknown. */
  synchronized long waitNanos(long leaderTerm) {
    return leaderTerm == term && term > 0
        ? Math.max(0, waitEndNanos - clock.monotonicNanos())
        : Math.max(1, durationNanos);
  }

  /** Whether a leader of this term may answer anything derived from applied state (L2). */
  boolean mayAnswer(long leaderTerm) {
    return waitNanos(leaderTerm) == 0;
  }

  /**
   * An entry of {@code entryTerm} was applied and afterwards this node was seen to lead that very
   * term (L1).
   *
   * @param before taken before the entry was submitted
   */
  synchronized void prove(long entryTerm, long entryIndex, Moment before) {
    if (entryTerm != term || entryIndex <= voidIndex) {
      return;
    }
    if (!proved || before.monotonicNanos() - provedAt.monotonicNanos() > 0) {
      proved = true;
      provedAt = before;
    }
  }

  /** Nanoseconds for which the lease of this term is still in force; 0 when it is not. */
  synchronized long remainingNanos(long leaderTerm) {
    if (leaderTerm != term || !proved) {
      return 0;
    }
    long elapsed = clock.monotonicNanos() - provedAt.monotonicNanos();
    long wallElapsedMicros = clock.wallMicros() - provedAt.wallMicros();
    // Not all of D: a successor with a fast clock waits for less than D of real time.
    if (wallElapsedMicros < 0 || wallElapsedMicros > leaseNanos / 1000) {
      return 0; // suspended, or the wall clock was set: either way the lease is in doubt
    }
    return Math.max(0, leaseNanos - elapsed);
  }

  /**
   * Voids the lease before Relinquish is submitted (L4).
   *
   * @return false when this leader must not relinquish: it is still inside its own wait, or a
   *     Relinquish is under way, and giving the second one up would revive what the first has ended
   */
  synchronized boolean relinquish(long leaderTerm) {
    if (!mayAnswer(leaderTerm) || voidIndex == UNTIL_RELINQUISH_APPLIED) {
      return false;
    }
    proved = false;
    voidIndex = UNTIL_RELINQUISH_APPLIED;
    return true;
  }

  /** The Relinquish was applied: entries after it in the log may prove a lease again (L4). */
  synchronized void relinquished(long entryTerm, long entryIndex) {
    if (entryTerm == term) {
      voidIndex = entryIndex;
      proved = false;
    }
  }

  /** The Relinquish was certainly not appended. */
  synchronized void relinquishAbandoned(long leaderTerm) {
    if (leaderTerm == term && voidIndex == UNTIL_RELINQUISH_APPLIED) {
      voidIndex = NOTHING_VOIDED;
    }
  }
}
