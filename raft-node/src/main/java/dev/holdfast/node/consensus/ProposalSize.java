package dev.holdfast.node.consensus;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Proposal;
import java.util.List;

/**
 * Guesses how many bytes a proposal takes in the log, without encoding it. Entries that turn out
 * larger than allowed are submitted in parts.
 */
final class ProposalSize {
  private static final long ENVELOPE_BYTES = 96;
  private static final long EXPRESSION_BYTES = 512;

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
    if (command instanceof Command.Put put) {
      return ENVELOPE_BYTES + put.item().bytes().size() + condition(put);
    }
    if (command instanceof Command.Modify modify) {
      return ENVELOPE_BYTES
          + modify.key().bytes().size()
          + EXPRESSION_BYTES
          + ExpressionBytes.of(modify.update())
          + condition(modify);
    }
    if (command instanceof Command.Delete delete) {
      return ENVELOPE_BYTES + delete.key().bytes().size() + condition(delete);
    }
    return ENVELOPE_BYTES + EXPRESSION_BYTES;
  }

  private static long condition(Command.ItemWrite write) {
    return write.condition() == null ? 0 : EXPRESSION_BYTES + ExpressionBytes.of(write.condition());
  }
}
