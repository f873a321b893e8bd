package dev.holdfast.node.index;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.ReadMode;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A replica of this node's that leads its partition. Read as a strong read does: an index must not
 * show what a lease may still hide (replication.md L2). Thread-safe.
 */
record LedReplica(NodeLink local, DeliveryWorld world, NodeStatus.Replica replica) {
  private static final long ASK_MILLIS = 5_000;

  CompletableFuture<NodeReply.ReadDone> read(Read read) {
    NodeRequest question =
        new NodeRequest.ReadFrom(
            replica.partition(), replica.epoch(), ReadMode.STRONG, List.of(read), ASK_MILLIS);
    return local.ask(question).thenApply(reply -> (NodeReply.ReadDone) reply);
  }

  /** Has the partition apply commands that do no harm when they are repeated. */
  CompletableFuture<Void> tell(List<? extends Command.Control> commands) {
    List<Proposal> news =
        commands.stream()
            .map(
                command ->
                    new Proposal(
                        new RequestId(world.router().random(), world.router().random()),
                        Proposal.STAMP_UNKNOWN,
                        false,
                        command))
            .toList();
    return local
        .ask(new NodeRequest.Write(replica.partition(), replica.epoch(), news, ASK_MILLIS))
        .thenApply(told -> null);
  }
}
