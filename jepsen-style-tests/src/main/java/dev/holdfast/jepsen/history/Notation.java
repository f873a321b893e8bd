package dev.holdfast.jepsen.history;

import dev.holdfast.jepsen.history.Operation.Outcome;

/**
 * How operations of one kind are said in events, and understood again: {@code read} gives back what
 * the other methods said.
 */
public interface Notation<O extends Timed> {
  /** Jepsen's {@code f}. */
  String function(O operation);

  /** What the call asks for. */
  Form called(O operation);

  /** What came of it; of an unknown outcome as much as is known. */
  Form ended(O operation);

  /**
   * @throws BrokenHistoryException when this is no operation of its kind
   */
  O read(Span span);

  /** A call and its end. */
  record Span(
      int process,
      String function,
      Form called,
      Form ended,
      Outcome outcome,
      long callNanos,
      long returnNanos) {}
}
