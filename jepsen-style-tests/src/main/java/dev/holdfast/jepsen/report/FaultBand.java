package dev.holdfast.jepsen.report;

import dev.holdfast.jepsen.history.Event;
import dev.holdfast.jepsen.history.Form;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Something done to the cluster, from its begin to its end.
 *
 * @param evidence what the events say of it; may be empty
 * @param ended false when the run ended first
 */
record FaultBand(String name, long beginNanos, long endNanos, String evidence, boolean ended) {
  private static final int EVIDENCE_CHARACTERS_MAX = 300;

  /** Of each name the first event is a begin, the next its end, and so on; in order of begins. */
  static List<FaultBand> of(List<Event> events) {
    Map<String, Event> open = new HashMap<>();
    List<FaultBand> bands = new ArrayList<>();
    for (Event event : events) {
      if (event.process() == Event.NEMESIS) {
        Event begin = open.remove(event.function());
        if (begin == null) {
          open.put(event.function(), event);
        } else {
          bands.add(band(begin, event.timeNanos(), evidence(begin, event), true));
        }
      }
    }
    long lastNanos = events.isEmpty() ? 0 : events.get(events.size() - 1).timeNanos();
    open.values().forEach(begin -> bands.add(band(begin, lastNanos, said(begin), false)));
    bands.sort(Comparator.comparingLong(FaultBand::beginNanos).thenComparing(FaultBand::name));
    return bands;
  }

  private static FaultBand band(Event begin, long endNanos, String evidence, boolean ended) {
    return new FaultBand(begin.function(), begin.timeNanos(), endNanos, evidence, ended);
  }

  private static String evidence(Event begin, Event end) {
    String first = said(begin);
    String second = said(end);
    if (first.isEmpty() || first.equals(second)) {
      return second;
    }
    return second.isEmpty() ? first : first + "; then " + second;
  }

  private static String said(Event event) {
    Form value = event.value();
    if (value instanceof Form.Nothing) {
      return "";
    }
    String text = value instanceof Form.Text words ? words.value() : Shortened.form(value);
    return Shortened.text(text, EVIDENCE_CHARACTERS_MAX);
  }
}
