package dev.holdfast.jepsen.run;

import dev.holdfast.jepsen.history.Event;
import dev.holdfast.jepsen.history.Form;
import dev.holdfast.jepsen.history.History;
import java.util.Set;

/** Which events say that a write of items succeeded. */
final class Writes {
  private static final Set<String> OF_ONE_ITEM = Set.of("write", "cas", "add", "put");
  private static final String TRANSFER = "transfer";
  private static final String TRANSACTION = "txn";
  private static final Form READ_STEP = Form.of("r");
  private static final Form READ_WORD = new Form.Word("r");

  private Writes() {}

  static boolean anySucceeded(History history) {
    return history.events().stream().anyMatch(Writes::succeeded);
  }

  static boolean succeeded(Event event) {
    return event.type() == Event.Type.OK
        && (isOfOneItem(event)
            || event.function().equals(TRANSFER)
            || (event.function().equals(TRANSACTION) && writes(event.value())));
  }

  static boolean isOfOneItem(Event event) {
    return OF_ONE_ITEM.contains(event.function());
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
