package dev.holdfast.jepsen.history;

import dev.holdfast.jepsen.history.Operation.Outcome;

/**
 * An increment of a counter, or a strong read of it.
 *
 * @param amount of an increment what is added, more than 0; of a read what was found, 0 if it
 *     failed
 */
public record CounterOperation(
    int process,
    String counter,
    Function function,
    long amount,
    Outcome outcome,
    long callNanos,
    long returnNanos)
    implements Timed {
  /** What is done to a counter. */
  public enum Function {
    READ,
    ADD
  }

  public CounterOperation {
    if (returnNanos < callNanos) {
      throw new IllegalArgumentException("returned before it was called");
    }
    if (function == Function.ADD && amount <= 0) {
      throw new IllegalArgumentException("adds " + amount);
    }
  }
}
