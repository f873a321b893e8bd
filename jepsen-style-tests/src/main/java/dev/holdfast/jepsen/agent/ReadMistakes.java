package dev.holdfast.jepsen.agent;

import java.util.List;

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
        endlessConfirmation());
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
