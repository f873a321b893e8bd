package dev.holdfast.client.routing;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.command.TransactionRequest;
import dev.holdfast.protocol.command.TransactionRequest.Part;
import dev.holdfast.protocol.expression.ExpressionBytes;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Item;
import java.util.List;

/** About how many bytes a write takes on the wire. */
final class WriteSize {
  /** Request id, stamp, table, return values, and a small condition. */
  private static final long OVERHEAD_BYTES = 128;

  private WriteSize() {}

  /** The bytes of the values it carries; those of its condition are not counted. */
  static int bytes(Command.ItemWrite command) {
    long bytes = OVERHEAD_BYTES + command.keyOrItem().bytes().size();
    if (command instanceof Command.Modify modify) {
      Update update = modify.update();
      bytes += OVERHEAD_BYTES * update.actions().size() + ExpressionBytes.of(update);
    }
    return saturated(bytes);
  }

  /** Of all actions, here with their conditions, and of the keys that a step carries. */
  static int bytes(TransactionCommand step) {
    return saturated(OVERHEAD_BYTES + ofActions(step.actions()) + ofKeys(step.keys()));
  }

  /** Of all entries, with their keys. */
  static int bytes(Command.UpdateIndex updates) {
    long bytes = OVERHEAD_BYTES;
    for (Command.EntryUpdate update : updates.updates()) {
      Item entry = update.entry();
      bytes += update.key().size() + (entry == null ? 0 : entry.bytes().size());
    }
    return saturated(bytes);
  }

  /** Of all its actions, here with their conditions. */
  static int bytes(TransactionRequest transaction) {
    return saturated(
        OVERHEAD_BYTES + ofActions(transaction.parts().stream().map(Part::action).toList()));
  }

  private static int saturated(long bytes) {
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }

  private static long ofActions(List<TransactionAction> actions) {
    long bytes = 0;
    for (TransactionAction action : actions) {
      bytes +=
          action instanceof TransactionAction.Write write
              ? bytes(write.write())
              : OVERHEAD_BYTES + action.keyOrItem().bytes().size();
      bytes += ExpressionBytes.of(action.condition());
    }
    return bytes;
  }

  private static long ofKeys(List<Bytes> keys) {
    long bytes = 0;
    for (Bytes key : keys) {
      bytes += key.size();
    }
    return bytes;
  }
}
