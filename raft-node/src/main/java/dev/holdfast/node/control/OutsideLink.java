package dev.holdfast.node.control;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.protocol.command.MembershipChange;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.StoreException.InvalidRequestException;
import java.util.concurrent.CompletableFuture;

/**
 * What arrives by the native protocol: everything but what the leader of the meta group tells the
 * group by itself. That a move is over follows from what its partition says, and nobody else has
 * asked it.
 */
public final class OutsideLink implements NodeLink {
  private final NodeLink node;

  public OutsideLink(NodeLink node) {
    this.node = node;
  }

  @Override
  public CompletableFuture<NodeReply> ask(NodeRequest request) {
    if (request instanceof NodeRequest.Write write) {
      for (Proposal proposal : write.proposals()) {
        if (proposal.command() instanceof MetaCommand.Membership membership
            && membership.change() instanceof MembershipChange.FinishMove) {
          return CompletableFuture.failedFuture(
              new InvalidRequestException("FinishMove is not for clients to propose"));
        }
      }
    }
    return node.ask(request);
  }
}
