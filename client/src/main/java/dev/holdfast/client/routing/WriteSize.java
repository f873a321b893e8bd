package dev.holdfast.client.routing;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.expression.ExpressionBytes;
import dev.holdfast.protocol.expression.Update;

/** About how many bytes a write takes on the wire. */
final class WriteSize {
  /** Request id, stamp, table, return values, and a small condition. */
  private static final long OVERHEAD_BYTES = 128;

  private WriteSize() {}

  /** The bytes of the values and keys it carries. */
  static int bytes(TransactionCommand step) {
    return (int) OVERHEAD_BYTES; // counted with the sizes of transactions
  }

  /** The bytes of the values it carries; those of its condition are not counted. */
  static int bytes(Command.ItemWrite command) {
    long bytes = OVERHEAD_BYTES + command.keyOrItem().bytes().size();
    if (command instanceof Command.Modify modify) {
      Update update = modify.update();
      bytes += OVERHEAD_BYTES * update.actions().size() + ExpressionBytes.of(update);
    }
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }
}
