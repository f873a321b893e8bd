package dev.holdfast.jepsen.history;

import dev.holdfast.jepsen.history.Operation.Outcome;

/**
 * Something that a process called and that ended, by the one monotonic clock of a run.
 *
 * <p>A process is sequential: it calls the next operation after the last has ended, and none after
 * one that ended as {@link Outcome#UNKNOWN}, which may take effect at any later time.
 */
public interface Timed {
  int process();

  Outcome outcome();

  long callNanos();

  long returnNanos();
}
