package dev.holdfast.node.consensus;

import dev.holdfast.protocol.command.MergeCommand;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.Position;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.ThrottledException;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What clients want written: refused where it does not belong, queued for the log, and answered
 * once all results may be told. Thread-safe.
 */
final class ReplicaWrites {
  private final PartitionId partition;
  private final ReplicaParts parts;
  private final Shape shape;
  private final ProposalQueue queue;
  private final PendingAnswers answers;
  private final Workload workload;
  private final Supplier<@Nullable StoreException> refusal;

  /**
   * @param refusal why nothing is taken here now; null when it is
   */
  ReplicaWrites(
      PartitionId partition,
      ReplicaParts parts,
      Shape shape,
      ProposalQueue queue,
      PendingAnswers answers,
      Workload workload,
      Supplier<@Nullable StoreException> refusal) {
    this.partition = partition;
    this.parts = parts;
    this.shape = shape;
    this.queue = queue;
    this.answers = answers;
    this.workload = workload;
    this.refusal = refusal;
  }

  CompletableFuture<NodeReply> write(NodeRequest.Write request, long deadlineNanos) {
    boolean isOfMerge = isStepOfMerge(request); // they have an order of their own (decision 22)
    if (!isOfMerge) {
      shape.requireCurrent(request.epoch());
    }
    StoreException refused = refusal.get();
    if (refused != null) {
      return CompletableFuture.failedFuture(refused);
    }
    if (!isOfMerge && (request.epoch() != shape.epoch() || shape.isFrozen())) {
      return CompletableFuture.failedFuture(
          new UnavailableException(
              Reason.STALE_EPOCH, partition + " is at epoch " + shape.epoch()));
    }
    if (request.proposals().isEmpty()) {
      return CompletableFuture.completedFuture(new NodeReply.Written(List.of(), Position.NONE));
    }
    PendingWrite write = new PendingWrite(request.proposals(), deadlineNanos);
    if (!queue.offer(write)) {
      parts.world().listener().throttled(partition);
      return CompletableFuture.failedFuture(
          new ThrottledException("too many writes wait for " + partition));
    }
    workload.written(request.proposals());
    answers.watch(write);
    queue.drain();
    return write.future().thenApply(this::written);
  }

  /** It says itself whether it is late. */
  private static boolean isStepOfMerge(NodeRequest.Write request) {
    return !request.proposals().isEmpty()
        && request.proposals().stream()
            .allMatch(proposal -> proposal.command() instanceof MergeCommand);
  }

  private NodeReply written(PendingWrite.Outcome outcome) {
    parts.world().transactions().meet(outcome.results());
    return new NodeReply.Written(
        outcome.results(),
        new Position(outcome.last().term(), outcome.last().index(), outcome.stampMicros()));
  }
}
