package dev.holdfast.node.control;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MembershipChange;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.StoreException.InvalidRequestException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What arrives by the native protocol.
 *
 * <ul>
 *   <li>Everything but what the leader of the meta group tells the group by itself. That a move is
 *       over follows from what its partition says, and nobody else has asked it.
 *   <li>Who asks with an old map is refused with the map of this node, if that shows what has
 *       changed: then the next request goes to the right place.
 * </ul>
 */
public final class OutsideLink implements NodeLink {
  private final NodeLink node;
  private final Supplier<ClusterMap> map;

  /**
   * @param map as this node knows it; never blocks
   */
  public OutsideLink(NodeLink node, Supplier<ClusterMap> map) {
    this.node = node;
    this.map = map;
  }

  @Override
  public CompletableFuture<NodeReply> ask(NodeRequest request) {
    if (request instanceof NodeRequest.Write write) {
      for (Proposal proposal : write.proposals()) {
        if (isForLeaders(proposal.command())) {
          return CompletableFuture.failedFuture(
              new InvalidRequestException(
                  proposal.command().getClass().getSimpleName()
                      + " is not for clients to propose"));
        }
        if (proposal.command() instanceof MetaCommand.Membership membership
            && membership.change() instanceof MembershipChange.FinishMove) {
          return CompletableFuture.failedFuture(
              new InvalidRequestException("FinishMove is not for clients to propose"));
        }
      }
      return withMap(write.partition(), write.epoch(), node.ask(request));
    }
    return request instanceof NodeRequest.ReadFrom read
        ? withMap(read.partition(), read.epoch(), node.ask(request))
        : node.ask(request);
  }

  /** What only whoever leads a partition knows of its change logs. */
  private static boolean isForLeaders(Command command) {
    return command instanceof Command.Delivered
        || command instanceof Command.Backfilled
        || command instanceof Command.TrimChanges;
  }

  private CompletableFuture<NodeReply> withMap(
      PartitionId partition, long epoch, CompletableFuture<NodeReply> answer) {
    return answer.exceptionallyCompose(
        failure -> {
          Throwable cause = LinkedReplicaControl.unwrap(failure);
          return CompletableFuture.failedFuture(
              cause instanceof UnavailableException refusal && isOfOldMap(refusal, partition)
                  ? explained(refusal, partition, epoch)
                  : cause);
        });
  }

  private static boolean isOfOldMap(UnavailableException refusal, PartitionId partition) {
    return !partition.isMeta()
        && (refusal.reason() == Reason.STALE_EPOCH || refusal.reason() == Reason.NOT_HOSTED);
  }

  private UnavailableException explained(
      UnavailableException refusal, PartitionId partition, long epoch) {
    ClusterMap known = map.get();
    boolean isNewer =
        !known.partitions().isEmpty()
            && known.partition(partition).map(now -> now.epoch() > epoch).orElse(true);
    return isNewer ? refusal.with(known) : refusal;
  }
}
