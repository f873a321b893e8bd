package dev.holdfast.jepsen.history;

import org.jspecify.annotations.Nullable;

/**
 * One operation of one process on one key, from its call to its end.
 *
 * <p>A process is sequential: it calls the next operation after the last has ended. An operation
 * that ended as {@link Outcome#UNKNOWN} may take effect at any later time, or never.
 *
 * @param callNanos and {@code returnNanos}: by one monotonic clock for the whole history
 * @param argument what was written, or the two values of a compare-and-set; null for a read
 * @param value what a read returned; null when the key had no value, or for other functions
 */
public record Operation(
    int process,
    String key,
    Function function,
    @Nullable Argument argument,
    Outcome outcome,
    @Nullable Long value,
    long callNanos,
    long returnNanos)
    implements Timed {

  /** What is done to a register. */
  public enum Function {
    READ,
    WRITE,
    COMPARE_AND_SET
  }

  /** How an operation ended. */
  public enum Outcome {
    /** It took effect between call and return. */
    OK,
    /** It certainly took no effect. */
    FAILED,
    /** Nobody knows. */
    UNKNOWN
  }

  /**
   * What an operation was given.
   *
   * @param expected what a compare-and-set wants to find (null: no value); unused by a write
   */
  public record Argument(@Nullable Long expected, long written) {}

  public Operation {
    if (returnNanos < callNanos) {
      throw new IllegalArgumentException("returned before it was called");
    }
    if ((argument == null) != (function == Function.READ)) {
      throw new IllegalArgumentException("exactly the reads have no argument");
    }
  }

  public static Operation read(
      int process, String key, Outcome outcome, @Nullable Long value, long call, long end) {
    return new Operation(process, key, Function.READ, null, outcome, value, call, end);
  }

  public static Operation write(
      int process, String key, Outcome outcome, long written, long call, long end) {
    Argument argument = new Argument(null, written);
    return new Operation(process, key, Function.WRITE, argument, outcome, null, call, end);
  }

  public static Operation compareAndSet(
      int process, String key, Outcome outcome, Argument argument, long call, long end) {
    return new Operation(
        process, key, Function.COMPARE_AND_SET, argument, outcome, null, call, end);
  }
}
