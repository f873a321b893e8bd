package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.model.Bytes;
import org.jspecify.annotations.Nullable;

/** Which items transactions hold, as of one state. */
@FunctionalInterface
public interface ItemLocks {
  /** Nobody holds anything. */
  ItemLocks NONE = (routingKey, use) -> null;

  /** What an item is wanted for. */
  enum Use {
    /** Its condition is to hold until the transaction is decided; shared with other checks. */
    CHECK,
    CHANGE
  }

  /** Who stands in the way; null when nobody does. */
  @Nullable Attempt holder(Bytes routingKey, Use use);

  /**
   * Whether the writer has the item already. Then all that depends on more than the item was judged
   * when it got it, and is not judged anew.
   */
  default boolean isHeldByWriter(Bytes routingKey) {
    return false;
  }
}
