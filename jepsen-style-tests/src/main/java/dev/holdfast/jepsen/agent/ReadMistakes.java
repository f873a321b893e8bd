package dev.holdfast.jepsen.agent;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Mistakes in what a read may be answered with, and by whom. */
final class ReadMistakes {
  private static final String CONSENSUS = "dev.holdfast.node.consensus.";
  private static final long ANY_TERM = 0;
  private static final long AT_ONCE = 0;

  private ReadMistakes() {}

  static List<Mistake> all() {
    return List.of(
        strongFromAnyState(),
        strongFromAnyone(),
        endlessLease(),
        sessionIgnored(),
        endlessConfirmation(),
        slowClock());
  }

  private static Mistake strongFromAnyState() {
    return Mistake.of(
        "strong-from-any-state",
        "a read at STRONG_FROM_ANY is served from what the replica has, without asking the leader",
        "L5, invariant 4",
        new Graft(
            CONSENSUS + "ReplicaReads",
            "strongFromAny",
            1,
            Stroke.instead((reads, read) -> Inside.call(read[0], "serve", ANY_TERM))));
  }

  private static Mistake strongFromAnyone() {
    return Mistake.of(
        "two-leaders",
        "whoever is asked for a strong read grants it: no leadership, no lease, no wait",
        "L1, L2, invariant 4",
        new Graft(
            CONSENSUS + "StrongReads",
            "grant",
            2,
            Stroke.instead((reads, asked) -> Inside.call(asked[1], "granted", ANY_TERM, AT_ONCE))));
  }

  private static Mistake endlessLease() {
    return Mistake.of(
        "endless-lease",
        "a lease that was proved once is in force for the whole of the term",
        "L1, invariant 4",
        new Graft(
            CONSENSUS + "Lease",
            "remainingNanos",
            1,
            Stroke.instead(
                (lease, term) ->
                    Inside.field(lease, "term").equals(term[0])
                            && Inside.field(lease, "proved").equals(true)
                        ? Inside.field(lease, "leaseNanos")
                        : Long.valueOf(0))));
  }

  private static Mistake sessionIgnored() {
    return Mistake.of(
        "session-ignored",
        "a read of a session does not wait for what the session has seen",
        "L6",
        new Graft(
            CONSENSUS + "ReplicaReads",
            "session",
            1,
            Stroke.instead((reads, read) -> Inside.call(read[0], "serve", ANY_TERM))));
  }

  private static Mistake slowClock() {
    return Mistake.of(
        "slow-clock",
        "the clocks of the node n1 go at a fifth of their rate, far beyond the stated bound, and no"
            + " node compares clocks",
        "the bound of L1, R12",
        new Graft(
            CONSENSUS + "ConsensusClock$1",
            "monotonicNanos",
            0,
            new SlowClock(TimeUnit.SECONDS.toNanos(1))),
        new Graft(
            CONSENSUS + "ConsensusClock$1",
            "wallMicros",
            0,
            new SlowClock(TimeUnit.SECONDS.toMicros(1))),
        new Graft(CONSENSUS + "ClusterTime", "isAstray", 0, Stroke.instead((time, none) -> false)));
  }

  /** Goes slower from its first second on. */
  private static final class SlowClock implements Stroke {
    private static final int TIMES = 5;
    private static final long AFTER_SECONDS = 1;

    private final boolean isHere = LogMistakes.isNode("n1");
    private final long second;
    private final AtomicLong begun = new AtomicLong(Long.MIN_VALUE);

    SlowClock(long second) {
      this.second = second;
    }

    @Override
    public @Nullable Object after(
        @Nullable Object clock, @Nullable Object[] none, @Nullable Object shown) {
      long real = Objects.requireNonNull((Long) shown);
      begun.compareAndSet(Long.MIN_VALUE, real + AFTER_SECONDS * second);
      long since = real - begun.get();
      return isHere && since > 0 ? begun.get() + since / TIMES : real;
    }
  }

  private static Mistake endlessConfirmation() {
    return Mistake.of(
        "endless-confirmation",
        "a replica that was confirmed current once takes itself for current ever after",
        "L6",
        new Graft(
            CONSENSUS + "ReplicaReads$Confirmation",
            "sentNanos",
            0,
            Stroke.instead((confirmation, none) -> System.nanoTime())));
  }
}
