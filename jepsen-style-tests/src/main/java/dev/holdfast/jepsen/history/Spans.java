package dev.holdfast.jepsen.history;

import dev.holdfast.jepsen.history.Notation.Span;
import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Pairs calls with their ends. */
final class Spans {
  private Spans() {}

  /** In the order of the calls; what the nemesis did is left out. */
  static List<Span> of(List<Event> events) {
    Map<Integer, Event> open = new HashMap<>();
    List<Span> spans = new ArrayList<>(events.size() / 2);
    for (Event event : events) {
      if (event.process() == Event.NEMESIS) {
        continue;
      }
      if (event.type() == Event.Type.INVOKE) {
        Event other = open.put(event.process(), event);
        if (other != null) {
          throw new BrokenHistoryException(
              "process " + event.process() + " calls again before its call ended: " + event);
        }
      } else {
        Event call = open.remove(event.process());
        if (call == null || !call.function().equals(event.function())) {
          throw new BrokenHistoryException("an end without its call: " + event);
        }
        spans.add(span(call, event));
      }
    }
    if (!open.isEmpty()) {
      throw new BrokenHistoryException("calls without an end: " + open.values());
    }
    spans.sort(Comparator.comparingLong(Span::callNanos));
    return spans;
  }

  private static Span span(Event call, Event end) {
    Outcome outcome =
        switch (end.type()) {
          case OK -> Outcome.OK;
          case FAIL -> Outcome.FAILED;
          case INFO -> Outcome.UNKNOWN;
          case INVOKE -> throw new IllegalArgumentException("not an end: " + end);
        };
    return new Span(
        call.process(),
        call.function(),
        call.value(),
        end.value(),
        outcome,
        call.timeNanos(),
        end.timeNanos());
  }
}
