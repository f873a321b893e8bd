package dev.holdfast.jepsen.store;

import org.jspecify.annotations.Nullable;

/** A change of one item, alone or in a transaction. */
public sealed interface Change {
  Cell cell();

  Expectation expectation();

  /**
   * Replaces the item by this number.
   *
   * @param group by which global indexes know it; null where they are not to know it
   */
  record Put(Cell cell, long value, @Nullable String group, Expectation expectation)
      implements Change {
    /** An item without a group. */
    public Put(Cell cell, long value, Expectation expectation) {
      this(cell, value, null, expectation);
    }
  }

  /** Deletes the item, if there is one. */
  record Delete(Cell cell, Expectation expectation) implements Change {}

  /** Adds to the number, which is 0 at first. */
  record Add(Cell cell, long delta, Expectation expectation) implements Change {}

  /** Appends to the list, which is empty at first. */
  record Append(Cell cell, long number, Expectation expectation) implements Change {}

  /** Changes nothing; only in a transaction. */
  record Check(Cell cell, Expectation expectation) implements Change {}

  static Change put(Cell cell, long value) {
    return new Put(cell, value, Expectation.NONE);
  }

  static Change add(Cell cell, long delta) {
    return new Add(cell, delta, Expectation.NONE);
  }

  static Change append(Cell cell, long number) {
    return new Append(cell, number, Expectation.NONE);
  }
}
