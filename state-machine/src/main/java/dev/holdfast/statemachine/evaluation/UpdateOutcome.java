package dev.holdfast.statemachine.evaluation;

import dev.holdfast.protocol.model.Item;

/** What becomes of an item by an update. */
public sealed interface UpdateOutcome {
  /** The item after the update. */
  record Updated(Item item) implements UpdateOutcome {}

  /** The update does not fit the item; the message is DynamoDB's. */
  record Invalid(String message) implements UpdateOutcome {}
}
