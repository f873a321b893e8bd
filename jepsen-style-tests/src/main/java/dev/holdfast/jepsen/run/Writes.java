package dev.holdfast.jepsen.run;

import dev.holdfast.jepsen.history.Event;
import dev.holdfast.jepsen.history.Form;
import dev.holdfast.jepsen.history.History;
import java.util.Set;

/** Which events say that a write of items succeeded. */
final class Writes {
  private static final Set<String> FUNCTIONS = Set.of("write", "cas", "add", "transfer", "put");
  private static final String TRANSACTION = "txn";
  private static final Form READ_STEP = Form.of("r");
  private static final Form READ_WORD = new Form.Word("r");

  private Writes() {}

  static boolean anySucceeded(History history) {
    return history.events().stream().anyMatch(Writes::succeeded);
  }

  static boolean succeeded(Event event) {
    return event.type() == Event.Type.OK
        && (FUNCTIONS.contains(event.function())
            || (event.function().equals(TRANSACTION) && writes(event.value())));
  }

  private static boolean writes(Form steps) {
    return steps instanceof Form.Sequence sequence
        && sequence.items().stream()
            .anyMatch(
                step ->
                    step instanceof Form.Sequence parts
                        && !parts.items().get(0).equals(READ_STEP)
                        && !parts.items().get(0).equals(READ_WORD));
  }
}
