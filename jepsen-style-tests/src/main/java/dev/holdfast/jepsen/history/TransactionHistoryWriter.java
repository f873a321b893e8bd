package dev.holdfast.jepsen.history;

import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Writes transactions as events in time order, one EDN map a line: lists in the form of Elle's
 * list-append, accounts in that of Jepsen's bank.
 */
public final class TransactionHistoryWriter {
  private record Event(long time, String text) {}

  private TransactionHistoryWriter() {}

  /** Reads of what has not succeeded are {@code nil}. */
  public static String lists(List<ListOperation> history) {
    return written(
        history,
        call -> event(call.process(), "invoke", "txn", body(call, false)),
        end -> {
          String body = body(end, end.outcome() == Outcome.OK);
          return event(end.process(), type(end.outcome()), "txn", body);
        });
  }

  private static String body(ListOperation operation, boolean ended) {
    List<String> steps = new ArrayList<>();
    operation
        .reads()
        .forEach(
            (list, numbers) ->
                steps.add("[:r \"" + list + "\" " + (ended ? numbers(numbers) : "nil") + "]"));
    operation
        .appends()
        .forEach((list, number) -> steps.add("[:append \"" + list + "\" " + number + "]"));
    return "[" + String.join(" ", steps) + "]";
  }

  private static String numbers(List<Long> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(" ", "[", "]"));
  }

  /** A transfer is the map of its changes. */
  public static String bank(List<BankOperation> history) {
    return written(
        history,
        call -> event(call.process(), "invoke", function(call), amounts(call, false)),
        end -> {
          String amounts = amounts(end, end.outcome() == Outcome.OK);
          return event(end.process(), type(end.outcome()), function(end), amounts);
        });
  }

  private static String function(BankOperation operation) {
    return operation.function().name().toLowerCase(Locale.ROOT);
  }

  private static String amounts(BankOperation operation, boolean ended) {
    if (operation.function() == BankOperation.Function.READ && !ended) {
      return "nil";
    }
    return operation.amounts().entrySet().stream()
        .map(amount -> "\"" + amount.getKey() + "\" " + amount.getValue())
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String type(Outcome outcome) {
    return switch (outcome) {
      case OK -> "ok";
      case FAILED -> "fail";
      case UNKNOWN -> "info";
    };
  }

  private static String event(int process, String type, String function, String value) {
    return ":type :" + type + ", :process " + process + ", :f :" + function + ", :value " + value;
  }

  private static <O extends Timed> String written(
      List<O> history, Function<O, String> call, Function<O, String> end) {
    List<Event> events = new ArrayList<>(2 * history.size());
    for (O operation : history) {
      events.add(new Event(operation.callNanos(), call.apply(operation)));
      events.add(new Event(operation.returnNanos(), end.apply(operation)));
    }
    events.sort(Comparator.comparingLong(Event::time));
    StringBuilder text = new StringBuilder();
    for (int index = 0; index < events.size(); index++) {
      Event event = events.get(index);
      text.append("{:index ").append(index).append(", :time ").append(event.time()).append(", ");
      text.append(event.text()).append("}\n");
    }
    return text.toString();
  }
}
