package dev.holdfast.node.consensus;

/**
 * Decides how long the next entry waits for company. Callers who wait for their answers before they
 * send again come back together shortly after an entry was applied; the first of them must not
 * leave in an entry of its own, or all would split into groups that follow each other, each paying
 * for an entry. (PostgreSQL's {@code commit_delay} has the same purpose.)
 *
 * <ul>
 *   <li>Nothing waits unless several commands were just answered: a lone caller is never delayed.
 *   <li>The wait ends when as many wait as were outstanding, and after a share of the time that the
 *       last entry took.
 *   <li>When callers do not come back, the wait is left out for a growing number of entries.
 * </ul>
 *
 * <p>Not thread-safe: guarded by the queue's lock.
 */
final class Company {
  private static final int ENTRIES_LEFT_OUT_MAX = 64;

  /** Share of an entry's time, as a divisor. */
  private static final int SHARE = 2;

  private final long waitNanosMax;
  private int expectedCount;
  private int waitedSinceCount;
  private long untilNanos;
  private int entriesLeftOut;
  private int entriesToLeaveOut;

  /**
   * @param waitNanosMax zero for never waiting
   */
  Company(long waitNanosMax) {
    this.waitNanosMax = waitNanosMax;
  }

  /**
   * An entry has been applied and its callers will be answered now.
   *
   * @param answeredCount commands in it
   * @param waitingCount commands that wait already
   * @param tookNanos from its submission until now
   */
  void answered(int answeredCount, int waitingCount, long tookNanos, long nowNanos) {
    expectedCount = 0;
    if (answeredCount < 2 || waitNanosMax == 0) {
      return;
    }
    if (entriesLeftOut > 0) {
      entriesLeftOut--;
      return;
    }
    expectedCount = answeredCount + waitingCount;
    waitedSinceCount = waitingCount;
    untilNanos = nowNanos + Math.min(waitNanosMax, tookNanos / SHARE);
  }

  /** How long to wait on; zero for no longer. */
  long waitNanos(int waitingCount, long nowNanos) {
    return waitingCount >= expectedCount ? 0 : Math.max(0, untilNanos - nowNanos);
  }

  /** An entry leaves with this many. */
  void left(int leavingCount) {
    if (expectedCount == 0) {
      return;
    }
    boolean paid = leavingCount - waitedSinceCount >= (expectedCount - waitedSinceCount) / 2;
    entriesToLeaveOut =
        paid ? 0 : Math.min(ENTRIES_LEFT_OUT_MAX, Math.max(1, 2 * entriesToLeaveOut));
    entriesLeftOut = entriesToLeaveOut;
    expectedCount = 0;
  }
}
