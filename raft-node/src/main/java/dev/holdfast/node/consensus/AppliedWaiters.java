package dev.holdfast.node.consensus;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;

/** What waits for an index to be applied, at most {@value #WAITERS_MAX} at a time. Thread-safe. */
final class AppliedWaiters {
  static final int WAITERS_MAX = 20_000;

  /** What to do when the index is applied, or when it is too late. */
  interface Waiter {
    void applied();

    void tooLate();
  }

  private record Entry(long index, long deadlineNanos, Waiter waiter) {}

  private final Executor executor;
  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(Comparator.comparingLong(Entry::index));
  private volatile long appliedIndex;
  private volatile long nextIndex = Long.MAX_VALUE;

  /** The executor runs what had to wait; the apply thread must not. */
  AppliedWaiters(Executor executor) {
    this.executor = executor;
  }

  long appliedIndex() {
    return appliedIndex;
  }

  /** Whether somebody waits. */
  boolean isWaitedFor() {
    return nextIndex != Long.MAX_VALUE;
  }

  /** Runs the waiter now, on this thread, when the index is applied already. */
  void await(long index, long deadlineNanos, Waiter waiter) {
    if (appliedIndex >= index) {
      waiter.applied();
      return;
    }
    boolean full;
    synchronized (this) {
      full = entries.size() >= WAITERS_MAX;
      if (!full) {
        entries.add(new Entry(index, deadlineNanos, waiter));
        nextIndex = Math.min(nextIndex, index);
      }
    }
    if (full) {
      waiter.tooLate();
    } else if (appliedIndex >= index) {
      run(take(appliedIndex));
    }
  }

  /** Told by the apply thread, in order. */
  void applied(long index) {
    if (index > appliedIndex) { // as the log is replayed, entries of Ratis's own may be older
      appliedIndex = index;
    }
    if (nextIndex <= index) {
      run(take(index));
    }
  }

  private synchronized List<Entry> take(long index) {
    List<Entry> due = new ArrayList<>();
    for (Entry head = entries.peek();
        head != null && head.index() <= index;
        head = entries.peek()) {
      due.add(entries.remove());
    }
    refresh();
    return due;
  }

  private void refresh() {
    Entry head = entries.peek();
    nextIndex = head == null ? Long.MAX_VALUE : head.index();
  }

  private void run(List<Entry> due) {
    for (Entry entry : due) {
      executor.execute(entry.waiter()::applied);
    }
  }

  /** Gives up on those past their deadline. */
  void expire(long nowNanos) {
    List<Entry> late = new ArrayList<>();
    synchronized (this) {
      for (Entry entry : entries) {
        if (nowNanos - entry.deadlineNanos() >= 0) {
          late.add(entry);
        }
      }
      entries.removeAll(late);
      refresh();
    }
    late.forEach(entry -> entry.waiter().tooLate());
  }

  /** Gives up on all. */
  void failAll() {
    List<Entry> all;
    synchronized (this) {
      all = List.copyOf(entries);
      entries.clear();
      refresh();
    }
    all.forEach(entry -> entry.waiter().tooLate());
  }
}
