package dev.holdfast.node.consensus;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.protocol.command.MergeCommand;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Merge;
import dev.holdfast.protocol.model.MergeOperation;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.ReadMode;
import dev.holdfast.protocol.rpc.StoreException.InvalidRequestException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import dev.holdfast.statemachine.spi.MergeProgress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Makes sure, before a step of a merge that cannot be taken back, that the merge is as far as who
 * asks for the step believes: anybody can reach a node's port. Any thread.
 */
final class MergeGuard {
  private static final long TIMEOUT_MILLIS = 2_000;
  private static final long META_EPOCH = 0;

  private final Function<NodeId, NodeLink> links;
  private final Supplier<RequestId> ids;

  MergeGuard(Function<NodeId, NodeLink> links, Supplier<RequestId> ids) {
    this.links = links;
    this.ids = ids;
  }

  /** M: completes once the left one's log says that it will never absorb the right one. */
  CompletableFuture<Void> requireCancelled(MergeOperation operation) {
    Proposal proposal =
        new Proposal(ids.get(), Proposal.STAMP_UNKNOWN, false, new MergeCommand.Cancel(operation));
    NodeRequest write =
        new NodeRequest.Write(
            operation.left().id(), operation.left().epoch(), List.of(proposal), TIMEOUT_MILLIS);
    return askAny(operation.left().replicas(), 0, write)
        .thenAccept(
            reply -> {
              if (!(reply instanceof NodeReply.Written written)
                  || !(written.results().get(0) instanceof Result.Done)) {
                throw new InvalidRequestException(
                    "the merge of " + operation.right().id() + " was not cancelled: " + reply);
              }
            });
  }

  /**
   * Completes once it is certain that the left one has absorbed the right one.
   *
   * @param left what this node's replica of it knows, if it has one
   */
  CompletableFuture<Void> requireAbsorbed(MergeOperation operation, Optional<MergeProgress> left) {
    if (left.filter(progress -> progress.phase() == MergeProgress.Phase.ABSORBED)
        .filter(progress -> progress.operation().equals(operation))
        .isPresent()) {
      return CompletableFuture.completedFuture(null);
    }
    NodeRequest read =
        new NodeRequest.ReadFrom(
            PartitionId.META,
            META_EPOCH,
            ReadMode.STRONG_FROM_ANY,
            List.of(new MetaRead.GetMerges()),
            TIMEOUT_MILLIS);
    return askAny(operation.left().replicas(), 0, read)
        .thenAccept(
            reply -> {
              if (!(reply instanceof NodeReply.ReadDone answer)
                  || !(answer.results().get(0) instanceof ReadResult.Merges known)
                  || !known.merges().contains(new Merge(operation, true))) {
                throw new UnavailableException(
                    Reason.NOT_READY, operation.right().id() + " is not known to be absorbed");
              }
            });
  }

  private CompletableFuture<NodeReply> askAny(List<NodeId> nodes, int next, NodeRequest request) {
    CompletableFuture<NodeReply> answer = links.apply(nodes.get(next)).ask(request);
    return next + 1 == nodes.size()
        ? answer
        : answer.exceptionallyCompose(failure -> askAny(nodes, next + 1, request));
  }
}
