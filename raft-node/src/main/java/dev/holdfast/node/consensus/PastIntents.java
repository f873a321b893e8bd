package dev.holdfast.node.consensus;

import dev.holdfast.client.routing.Futures;
import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Outcome;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.spi.StateSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what became of the attempts whose intents a read meets, so that the read need not wait
 * for any of them (transactions.md R2, R3, R8).
 *
 * <ul>
 *   <li>The snapshot is taken before the homes are asked: an attempt that is undecided when it is
 *       asked after was so when the snapshot was taken, and its items are locked meanwhile.
 *   <li>One answer for each attempt, so that a page shows all of its writes or none.
 *   <li>A home without a record, past the deadline, says nothing by itself (R3): the read starts
 *       over from a later snapshot. Is the intent still there, the attempt is aborted.
 * </ul>
 *
 * <p>Belongs to one read; its steps follow each other.
 */
final class PastIntents {
  private static final int LOOKS_MAX = 5;

  /** Takes a snapshot that is fresh enough for the read; throws when there is none. */
  private final Supplier<StateSnapshot> snapshots;

  private final List<Read> reads;
  private final Transactions transactions;
  private final Duration timeout;
  private final Map<AttemptId, Outcome> known = new HashMap<>();
  private final Set<AttemptId> unrecorded = new HashSet<>();
  private int looks;

  PastIntents(
      Supplier<StateSnapshot> snapshots,
      List<Read> reads,
      Transactions transactions,
      Duration timeout) {
    this.snapshots = snapshots;
    this.reads = reads;
    this.transactions = transactions;
    this.timeout = timeout;
  }

  /** A snapshot, to be closed by whoever takes it, and all that must be known to read from it. */
  record Look(StateSnapshot snapshot, KnownOutcomes outcomes) {}

  /** Completes at once, on the calling thread, when no intent is met. */
  CompletableFuture<Look> look() {
    StateSnapshot snapshot = snapshots.get();
    try {
      List<Attempt> unknown = unknown(snapshot);
      if (unknown.isEmpty()) {
        return CompletableFuture.completedFuture(look(snapshot));
      }
      return Futures.judged(
          ask(unknown),
          (gone, failure) -> {
            if (gone != null && gone.isEmpty()) {
              return CompletableFuture.completedFuture(look(snapshot));
            }
            snapshot.close();
            return gone != null
                ? lookAgain(gone)
                : CompletableFuture.failedFuture(Objects.requireNonNull(failure));
          });
    } catch (RuntimeException e) {
      snapshot.close();
      throw e;
    }
  }

  /** Who knows of none has met none, and need not look for any once more. */
  private Look look(StateSnapshot snapshot) {
    return new Look(
        snapshot,
        known.isEmpty() ? KnownOutcomes.NONE_CARED_FOR : attempt -> known.get(attempt.id()));
  }

  private List<Attempt> unknown(StateSnapshot snapshot) {
    Map<AttemptId, Attempt> unknown = new LinkedHashMap<>();
    for (Read read : reads) {
      for (Attempt attempt : snapshot.unknown(read, this::settled)) {
        unknown.put(attempt.id(), attempt);
      }
    }
    return List.copyOf(unknown.values());
  }

  /** R3: the intent is still there, after its home had no record of a commit. */
  private @Nullable Outcome settled(Attempt attempt) {
    if (unrecorded.contains(attempt.id())) {
      known.put(attempt.id(), Outcome.ABORTED);
    }
    return known.get(attempt.id());
  }

  /** Asks after all of them at the same time; returns those whose homes know nothing any more. */
  private CompletableFuture<List<AttemptId>> ask(List<Attempt> attempts) {
    Map<AttemptId, CompletableFuture<Outcome>> answers = new LinkedHashMap<>();
    for (Attempt attempt : attempts) {
      answers.put(attempt.id(), transactions.outcome(attempt, timeout));
    }
    return CompletableFuture.allOf(answers.values().toArray(CompletableFuture[]::new))
        .thenApply(
            all -> {
              List<AttemptId> gone = new ArrayList<>();
              answers.forEach(
                  (id, answer) -> {
                    Outcome outcome = answer.join();
                    if (outcome == Outcome.UNRECORDED) {
                      gone.add(id);
                    } else {
                      known.put(id, outcome);
                    }
                  });
              return gone;
            });
  }

  private CompletableFuture<Look> lookAgain(List<AttemptId> gone) {
    if (++looks >= LOOKS_MAX) {
      return CompletableFuture.failedFuture(
          new IllegalStateException("intents come and go faster than they can be asked after"));
    }
    unrecorded.addAll(gone);
    known.values().removeIf(outcome -> outcome == Outcome.UNDECIDED); // of an older snapshot
    return look();
  }
}
