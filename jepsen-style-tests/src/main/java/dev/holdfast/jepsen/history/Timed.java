package dev.holdfast.jepsen.history;

/** Something that a process called and that ended, by the one monotonic clock of a run. */
public interface Timed {
  long callNanos();

  long returnNanos();
}
