package dev.holdfast.jepsen.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes operations as events in time order: an {@code :invoke}, then an {@code :ok}, {@code :fail}
 * or {@code :info}, as Jepsen's histories do, so that Knossos and Elle can judge them.
 *
 * <p>Values are Jepsen's for independent registers: {@code [key value]}, for a compare-and-set
 * {@code [key [expected written]]}.
 */
public final class HistoryWriter {
  private record Event(
      int process, String type, String function, String key, String value, long time) {}

  private HistoryWriter() {}

  /** One EDN map a line. */
  public static String edn(List<Operation> history) {
    StringBuilder text = new StringBuilder();
    List<Event> events = events(history);
    for (int index = 0; index < events.size(); index++) {
      Event event = events.get(index);
      text.append("{:index ").append(index);
      text.append(", :time ").append(event.time());
      text.append(", :type :").append(event.type());
      text.append(", :process ").append(event.process());
      text.append(", :f :").append(event.function());
      text.append(", :value [\"").append(event.key()).append("\" ");
      text.append(event.value().replace("null", "nil").replace(",", "")).append("]}\n");
    }
    return text.toString();
  }

  /** One JSON object a line. */
  public static String jsonLines(List<Operation> history) {
    StringBuilder text = new StringBuilder();
    List<Event> events = events(history);
    for (int index = 0; index < events.size(); index++) {
      Event event = events.get(index);
      text.append("{\"index\":").append(index);
      text.append(",\"time\":").append(event.time());
      text.append(",\"type\":\"").append(event.type());
      text.append("\",\"process\":").append(event.process());
      text.append(",\"f\":\"").append(event.function());
      text.append("\",\"value\":[\"").append(event.key()).append("\",");
      text.append(event.value()).append("]}\n");
    }
    return text.toString();
  }

  private static List<Event> events(List<Operation> history) {
    List<Event> events = new ArrayList<>(2 * history.size());
    for (Operation operation : history) {
      String function =
          operation.function() == Operation.Function.COMPARE_AND_SET
              ? "cas"
              : operation.function().name().toLowerCase(Locale.ROOT);
      events.add(event(operation, "invoke", function, operation.callNanos()));
      String end =
          switch (operation.outcome()) {
            case OK -> "ok";
            case FAILED -> "fail";
            case UNKNOWN -> "info";
          };
      events.add(event(operation, end, function, operation.returnNanos()));
    }
    events.sort(Comparator.comparingLong(Event::time));
    return events;
  }

  private static Event event(Operation operation, String type, String function, long time) {
    String value = value(operation, type.equals("ok"));
    return new Event(operation.process(), type, function, operation.key(), value, time);
  }

  private static String value(Operation operation, boolean ended) {
    Operation.@Nullable Argument argument = operation.argument();
    if (argument == null) {
      return ended ? String.valueOf(operation.value()) : "null";
    }
    return operation.function() == Operation.Function.WRITE
        ? Long.toString(argument.written())
        : "[" + argument.expected() + ", " + argument.written() + "]";
  }
}
