package dev.holdfast.protocol.rpc;

/**
 * How fresh a read must be (design section 6).
 *
 * @param appliedIndexMin for {@code SESSION} and, per replication.md L6, {@code STRONG}: what the
 *     replica must have applied; for {@code EVENTUAL} what it had better have applied, which is
 *     waited for a moment only; 0 for no bound
 * @param stalenessMillisMax for {@code BOUNDED}; otherwise 0
 */
public record ReadMode(Level level, long appliedIndexMin, long stalenessMillisMax) {
  public static final ReadMode STRONG = new ReadMode(Level.STRONG, 0, 0);
  public static final ReadMode STRONG_FROM_ANY = new ReadMode(Level.STRONG_FROM_ANY, 0, 0);
  public static final ReadMode EVENTUAL = new ReadMode(Level.EVENTUAL, 0, 0);

  /** The five levels; what each promises is in the table of design section 6. */
  public enum Level {
    /** By the leader, under its lease. Linearizable. */
    STRONG,
    /** By any replica, at the index the leader names. Linearizable. */
    STRONG_FROM_ANY,
    /** By any replica that has applied what the session has seen. */
    SESSION,
    /** By any replica that was confirmed current within a bound. */
    BOUNDED,
    /** By the replica at hand. */
    EVENTUAL
  }

  public static ReadMode session(long appliedIndexMin) {
    return new ReadMode(Level.SESSION, appliedIndexMin, 0);
  }

  public static ReadMode bounded(long stalenessMillisMax) {
    return new ReadMode(Level.BOUNDED, 0, stalenessMillisMax);
  }

  /** Whether only the leader may serve it. */
  public boolean needsLeader() {
    return level == Level.STRONG;
  }
}
