package dev.holdfast.jepsen.run;

import dev.holdfast.jepsen.history.Event;
import dev.holdfast.jepsen.history.Form;
import dev.holdfast.jepsen.nemesis.Fault;
import java.util.List;

/**
 * A fault in the time of a run.
 *
 * @param beginNanos and {@code endNanos}: since the run began; the end is when all nodes were ready
 *     again
 */
public record Strike(Fault fault, long beginNanos, long endNanos) {
  /** Two events of the nemesis, the second with the evidence. */
  List<Event> events() {
    String function = fault.kind().text();
    return List.of(
        new Event(beginNanos, Event.Type.INFO, Event.NEMESIS, function, Form.NOTHING),
        new Event(endNanos, Event.Type.INFO, Event.NEMESIS, function, Form.of(fault.evidence())));
  }
}
