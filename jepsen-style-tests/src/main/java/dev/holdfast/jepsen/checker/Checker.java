package dev.holdfast.jepsen.checker;

import dev.holdfast.jepsen.history.Timed;
import java.util.List;

/** Decides whether a history keeps a promise. */
public interface Checker<O extends Timed> {
  /**
   * A history in which nothing succeeded is UNTESTED.
   *
   * @param history in any order
   */
  Verdict check(List<O> history);
}
