package dev.holdfast.jepsen.report;

import dev.holdfast.jepsen.history.Event;
import dev.holdfast.jepsen.history.History;
import java.util.List;

/**
 * A history made ready to be drawn.
 *
 * @param beginNanos of the first event
 * @param endNanos of the last event
 * @param bars in the order of calls
 * @param faults in the order of begins
 */
record Run(
    History history,
    long beginNanos,
    long endNanos,
    List<Bar> bars,
    Lanes lanes,
    List<FaultBand> faults,
    Silences silences) {
  static Run of(History history) {
    List<Event> events = history.events();
    List<Bar> bars = Bar.of(events);
    return new Run(
        history,
        events.isEmpty() ? 0 : events.get(0).timeNanos(),
        events.isEmpty() ? 0 : events.get(events.size() - 1).timeNanos(),
        bars,
        Lanes.pack(bars),
        FaultBand.of(events),
        new Silences(bars));
  }

  Silences.Span longestSilence() {
    return silences.longest(beginNanos, endNanos);
  }
}
