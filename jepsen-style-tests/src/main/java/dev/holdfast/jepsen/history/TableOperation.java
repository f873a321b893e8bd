package dev.holdfast.jepsen.history;

import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.List;

/**
 * Something done to a table that is deleted and created again under one name, or to its items.
 * Every item is put once in a run, under a key of its own.
 *
 * @param items the one that is put; those that a get (at most one) or a scan found
 * @param key of a put or a get; 0 otherwise
 */
public record TableOperation(
    int process,
    Function function,
    long key,
    List<Long> items,
    Outcome outcome,
    long callNanos,
    long returnNanos)
    implements Timed {
  /** What is done. */
  public enum Function {
    CREATE,
    DELETE,
    PUT,
    GET,
    SCAN
  }

  public TableOperation {
    if (returnNanos < callNanos) {
      throw new IllegalArgumentException("returned before it was called");
    }
    items = List.copyOf(items);
  }
}
