package dev.holdfast.jepsen.history;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that clients saw in a run and that was done to the cluster, in the order of time.
 *
 * @param workload by which the events are to be read and judged
 * @param about what else is known of the run, in words
 */
public record History(
    String workload, long seed, SortedMap<String, String> about, List<Event> events) {
  public History {
    about = Collections.unmodifiableSortedMap(new TreeMap<>(about));
    events = events.stream().sorted(Comparator.comparingLong(Event::timeNanos)).toList();
  }

  /** The events of operations: a call and an end each. */
  public static <O extends Timed> List<Event> events(List<O> operations, Notation<O> notation) {
    List<Event> events = new ArrayList<>(2 * operations.size());
    for (O operation : operations) {
      String function = notation.function(operation);
      Event.Type end =
          switch (operation.outcome()) {
            case OK -> Event.Type.OK;
            case FAILED -> Event.Type.FAIL;
            case UNKNOWN -> Event.Type.INFO;
          };
      int process = operation.process();
      Form called = notation.called(operation);
      Form ended = notation.ended(operation);
      events.add(new Event(operation.callNanos(), Event.Type.INVOKE, process, function, called));
      events.add(new Event(operation.returnNanos(), end, process, function, ended));
    }
    return events;
  }

  /**
   * The operations in the order of their calls.
   *
   * @throws BrokenHistoryException when events do not pair up, or say what the notation does not
   */
  public <O extends Timed> List<O> operations(Notation<O> notation) {
    return Spans.of(events).stream().map(notation::read).toList();
  }
}
