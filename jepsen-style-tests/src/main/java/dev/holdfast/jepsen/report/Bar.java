package dev.holdfast.jepsen.report;

import dev.holdfast.jepsen.history.BrokenHistoryException;
import dev.holdfast.jepsen.history.Event;
import dev.holdfast.jepsen.history.Form;
import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An operation as it is drawn.
 *
 * @param endNanos of an unknown outcome when its client gave up: it may take effect later
 */
record Bar(
    int process,
    String function,
    Form called,
    Form ended,
    Outcome outcome,
    long callNanos,
    long endNanos) {

  /**
   * All operations of a history in the order of their calls. A call without an end has an unknown
   * outcome, as the run ended before it: such a history is no whole one, and worth a look.
   *
   * @throws BrokenHistoryException when an end has no call, or a process calls twice at once
   */
  static List<Bar> of(List<Event> events) {
    Map<Integer, Event> open = new HashMap<>();
    List<Bar> bars = new ArrayList<>(events.size() / 2);
    long lastNanos = 0;
    for (Event event : events) {
      lastNanos = event.timeNanos();
      if (event.process() == Event.NEMESIS) {
        continue;
      }
      if (event.type() == Event.Type.INVOKE) {
        if (open.put(event.process(), event) != null) {
          throw new BrokenHistoryException("a call within a call: " + event);
        }
      } else {
        Event call = open.remove(event.process());
        if (call == null) {
          throw new BrokenHistoryException("an end without its call: " + event);
        }
        bars.add(bar(call, event.value(), outcome(event.type()), event.timeNanos()));
      }
    }
    for (Event call : open.values()) {
      bars.add(bar(call, call.value(), Outcome.UNKNOWN, lastNanos));
    }
    bars.sort(Comparator.comparingLong(Bar::callNanos).thenComparingInt(Bar::process));
    return bars;
  }

  private static Bar bar(Event call, Form ended, Outcome outcome, long endNanos) {
    return new Bar(
        call.process(), call.function(), call.value(), ended, outcome, call.timeNanos(), endNanos);
  }

  private static Outcome outcome(Event.Type end) {
    return switch (end) {
      case OK -> Outcome.OK;
      case FAIL -> Outcome.FAILED;
      case INFO -> Outcome.UNKNOWN;
      case INVOKE -> throw new IllegalArgumentException("not an end");
    };
  }
}
