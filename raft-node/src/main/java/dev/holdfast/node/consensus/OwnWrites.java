package dev.holdfast.node.consensus;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.model.RequestId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What a leader writes into its partition's log of itself, before what clients want. */
final class OwnWrites {
  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Supplier<RequestId> ids;
  private final ConsensusClock clock;
  private final PendingAnswers answers;
  private final ProposalQueue queue;

  OwnWrites(
      Supplier<RequestId> ids, ConsensusClock clock, PendingAnswers answers, ProposalQueue queue) {
    this.ids = ids;
    this.clock = clock;
    this.answers = answers;
    this.queue = queue;
  }

  /** A write that is yet to be proposed; its answer is watched from now on. */
  PendingWrite of(Command command) {
    PendingWrite write =
        new PendingWrite(
            List.of(new Proposal(ids.get(), Proposal.STAMP_UNKNOWN, false, command)),
            clock.monotonicNanos() + TIMEOUT_NANOS);
    answers.watch(write);
    return write;
  }

  CompletableFuture<PendingWrite.Outcome> propose(Command command) {
    PendingWrite write = of(command);
    propose(write);
    return write.future();
  }

  /** Before all others that wait. */
  void propose(PendingWrite write) {
    queue.offerUrgent(write);
    queue.drain();
  }
}
