package dev.holdfast.node.consensus;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.ExpressionBytes;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Item;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Guesses how many bytes a proposal takes in the log, without encoding it. Entries that turn out
 * larger than allowed are submitted in parts.
 */
final class ProposalSize {
  private static final long ENVELOPE_BYTES = 96;
  private static final long EXPRESSION_BYTES = 512;
  private static final long KEY_OVERHEAD_BYTES = 8;

  private ProposalSize() {}

  static long estimate(List<Proposal> proposals) {
    long bytes = 0;
    for (int i = 0; i < proposals.size(); i++) {
      bytes += estimate(proposals.get(i));
    }
    return bytes;
  }

  static long estimate(Proposal proposal) {
    Command command = proposal.command();
    if (command instanceof Command.ItemWrite write) {
      return ofWrite(write);
    }
    if (command instanceof TransactionCommand step) {
      return ENVELOPE_BYTES + EXPRESSION_BYTES + ofActions(step.actions()) + ofKeys(step.keys());
    }
    if (command instanceof Command.UpdateIndex update) {
      return ENVELOPE_BYTES + ofEntries(update.updates());
    }
    return ENVELOPE_BYTES + EXPRESSION_BYTES;
  }

  private static long ofEntries(List<Command.EntryUpdate> updates) {
    long bytes = 0;
    for (Command.EntryUpdate update : updates) {
      Item entry = update.entry();
      bytes += ENVELOPE_BYTES + update.key().size() + (entry == null ? 0 : entry.bytes().size());
    }
    return bytes;
  }

  private static long ofWrite(Command.ItemWrite write) {
    return ofItem(write.keyOrItem(), write.condition())
        + (write instanceof Command.Modify modify
            ? EXPRESSION_BYTES + ExpressionBytes.of(modify.update())
            : 0);
  }

  private static long ofItem(Item item, @Nullable Condition condition) {
    return ENVELOPE_BYTES
        + item.bytes().size()
        + (condition == null ? 0 : EXPRESSION_BYTES + ExpressionBytes.of(condition));
  }

  private static long ofActions(List<TransactionAction> actions) {
    long bytes = 0;
    for (TransactionAction action : actions) {
      bytes +=
          action instanceof TransactionAction.Write write
              ? ofWrite(write.write())
              : ofItem(action.keyOrItem(), action.condition());
    }
    return bytes;
  }

  private static long ofKeys(List<Bytes> keys) {
    long bytes = 0;
    for (Bytes key : keys) {
      bytes += KEY_OVERHEAD_BYTES + key.size();
    }
    return bytes;
  }
}
