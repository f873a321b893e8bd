package dev.holdfast.node.consensus;

/**
 * How often a replica is looked after: one on which nothing has happened for a while, and for which
 * nobody waits, rarely. A node with many idle partitions would spend more time on that than on
 * anything else. One thread.
 */
final class Pace {
  private static final int QUIET_TICKS = 40;
  private static final int RARE = 8;

  private long lastIndex = -1;
  private int quietTicks;

  /**
   * Whether this tick counts.
   *
   * @param appliedIndex whatever happens changes it
   * @param isWaitedFor whether something has a deadline
   */
  boolean isDue(long appliedIndex, boolean isWaitedFor) {
    if (isWaitedFor || appliedIndex != lastIndex) {
      lastIndex = appliedIndex;
      quietTicks = 0;
      return true;
    }
    quietTicks++;
    return quietTicks < QUIET_TICKS || quietTicks % RARE == 0;
  }
}
