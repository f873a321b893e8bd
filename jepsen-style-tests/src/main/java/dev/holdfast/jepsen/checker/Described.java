package dev.holdfast.jepsen.checker;

import dev.holdfast.jepsen.history.ListOperation;
import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.RegisterTransaction;
import dev.holdfast.jepsen.history.Timed;
import java.util.ArrayList;
import java.util.List;

/** Operations and their values in words, short ones: a list may hold thousands of numbers. */
final class Described {
  private static final int NUMBERS_MAX = 4;

  private Described() {}

  static String operation(ListOperation operation) {
    List<String> steps = new ArrayList<>();
    operation.reads().forEach((list, numbers) -> steps.add("saw " + list + "=" + tail(numbers)));
    operation.appends().forEach((list, number) -> steps.add("appended " + number + " to " + list));
    return by(operation.process(), operation, operation.outcome()) + String.join(", ", steps);
  }

  static String transaction(RegisterTransaction transaction) {
    List<String> steps = new ArrayList<>();
    transaction.reads().forEach((key, value) -> steps.add("saw " + key + "=" + value));
    transaction.writes().forEach((key, value) -> steps.add("wrote " + key + "=" + value));
    return by(transaction.process(), transaction, transaction.outcome()) + String.join(", ", steps);
  }

  private static String by(int process, Timed timed, Outcome outcome) {
    return "process %d (%d..%d ns, %s) "
        .formatted(process, timed.callNanos(), timed.returnNanos(), outcome);
  }

  /** The last numbers, and how many are before them. */
  private static String tail(List<Long> numbers) {
    int hidden = Math.max(0, numbers.size() - NUMBERS_MAX);
    String last = numbers.subList(hidden, numbers.size()).toString();
    return hidden == 0 ? last : "[(" + hidden + " numbers) " + last.substring(1);
  }

  /** Where the two part. */
  static String difference(String list, List<Long> numbers, List<Long> order) {
    int place = 0;
    while (numbers.get(place).equals(order.get(place))) {
      place++;
    }
    return list
        + " has "
        + numbers.get(place)
        + " at place "
        + place
        + " where another read has "
        + order.get(place);
  }
}
