package dev.holdfast.jepsen.store;

import java.util.List;

/** What a change demands of the item that it meets. */
public sealed interface Expectation {
  /** Nothing. */
  Expectation NONE = new None();

  /** There is no item. */
  Expectation ABSENT = new Absent();

  /** Whether it is met. */
  boolean holds(Content content);

  /** Anything will do. */
  record None() implements Expectation {
    @Override
    public boolean holds(Content content) {
      return true;
    }
  }

  /** No item. */
  record Absent() implements Expectation {
    @Override
    public boolean holds(Content content) {
      return content.equals(Content.NONE);
    }
  }

  /** This number. */
  record Value(long value) implements Expectation {
    @Override
    public boolean holds(Content content) {
      Long found = content.value();
      return found != null && found == value;
    }
  }

  /** A number that is not smaller. */
  record AtLeast(long minimum) implements Expectation {
    @Override
    public boolean holds(Content content) {
      Long found = content.value();
      return found != null && found >= minimum;
    }
  }

  /** This list; the empty one is also that of an item without a list. */
  record Numbers(List<Long> numbers) implements Expectation {
    public Numbers {
      numbers = List.copyOf(numbers);
    }

    @Override
    public boolean holds(Content content) {
      return content.numbers().equals(numbers);
    }
  }
}
