package dev.holdfast.node.consensus;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The term of the last entry applied here, and who waits for a later one. It is the proof, on a
 * replica that does not lead, that a new leader commits. Thread-safe.
 */
final class AppliedTerm {
  private record Waiter(long term, CompletableFuture<Void> passed) {}

  private final List<Waiter> waiters = new ArrayList<>();
  private long applied;

  /**
   * Completes once an entry of a later term was applied, on the thread that applied it: a dependent
   * stage must not hold it up.
   */
  synchronized CompletableFuture<Void> after(long term) {
    if (applied > term) {
      return CompletableFuture.completedFuture(null);
    }
    waiters.removeIf(waiter -> waiter.passed().isDone()); // who gave up
    CompletableFuture<Void> passed = new CompletableFuture<>();
    waiters.add(new Waiter(term, passed));
    return passed;
  }

  /** Told by the apply thread, in log order. */
  void applied(long term) {
    List<Waiter> due = new ArrayList<>();
    synchronized (this) {
      if (term <= applied) {
        return;
      }
      applied = term;
      for (Waiter waiter : waiters) {
        if (waiter.term() < term) {
          due.add(waiter);
        }
      }
      waiters.removeAll(due);
    }
    due.forEach(waiter -> waiter.passed().complete(null));
  }
}
