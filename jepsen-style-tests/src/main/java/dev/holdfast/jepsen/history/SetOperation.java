package dev.holdfast.jepsen.history;

import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.List;

/**
 * The adding of an element to a set, or the reading of all of it page by page.
 *
 * @param collection that the element is in, or that a query reads: a table's name, a stroke, and
 *     the collection's own; a scan reads all of a table, and has its name
 * @param elements one that is added; or all that were found, in the order of the store and as often
 *     as they were found
 */
public record SetOperation(
    int process,
    Function function,
    String collection,
    List<Long> elements,
    Outcome outcome,
    long callNanos,
    long returnNanos)
    implements Timed {
  /** What is done to a set. */
  public enum Function {
    ADD,
    SCAN,
    QUERY
  }

  public SetOperation {
    if (returnNanos < callNanos) {
      throw new IllegalArgumentException("returned before it was called");
    }
    if (function == Function.ADD && elements.size() != 1) {
      throw new IllegalArgumentException("adds not one: " + elements);
    }
    elements = List.copyOf(elements);
  }
}
