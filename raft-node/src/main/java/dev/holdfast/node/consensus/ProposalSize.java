package dev.holdfast.node.consensus;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.expression.ExpressionBytes;
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
    if (!(proposal.command() instanceof Command.ItemWrite write)) {
      return ENVELOPE_BYTES + EXPRESSION_BYTES;
    }
    long bytes = ENVELOPE_BYTES + write.keyOrItem().bytes().size();
    if (write.condition() != null) {
      bytes += EXPRESSION_BYTES + ExpressionBytes.of(write.condition());
    }
    if (write instanceof Command.Modify modify) {
      bytes += EXPRESSION_BYTES + ExpressionBytes.of(modify.update());
    }
    return bytes;
  }
}
