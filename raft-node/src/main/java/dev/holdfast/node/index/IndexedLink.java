package dev.holdfast.node.index;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.client.routing.RouterWorld;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * This node's replicas, of which one that is asked how far an index must be answers only when it is
 * (decision 0041), and which take no writes of a table that has left its indexes behind.
 * Thread-safe.
 */
public final class IndexedLink implements NodeLink {
  /** A transaction that has committed is carried out as fast as messages go. */
  private static final Duration PAUSE = Duration.ofMillis(2);

  private final NodeLink replicas;
  private final Deliveries deliveries;
  private final RouterWorld world;

  public IndexedLink(NodeLink replicas, Deliveries deliveries, RouterWorld world) {
    this.replicas = replicas;
    this.deliveries = deliveries;
    this.world = world;
  }

  @Override
  public CompletableFuture<NodeReply> ask(NodeRequest request) {
    if (request instanceof NodeRequest.ReadFrom read
        && read.reads().size() == 1
        && read.reads().get(0) instanceof Read.Indexed indexed) {
      long deadline = world.nanoTime() + TimeUnit.MILLISECONDS.toNanos(read.timeoutMillis());
      return delivered(read, indexed, deadline);
    }
    return request instanceof NodeRequest.Write write && deliveries.stopsAny(write.partition())
        ? written(write)
        : replicas.ask(request);
  }

  /** Refuses writes of tables whose indexes are too far behind; all else goes on. */
  private CompletableFuture<NodeReply> written(NodeRequest.Write write) {
    List<Proposal> taken = new ArrayList<>();
    BitSet refused = new BitSet();
    for (Proposal proposal : write.proposals()) {
      if (isStopped(write.partition(), proposal.command())) {
        refused.set(taken.size() + refused.cardinality());
      } else {
        taken.add(proposal);
      }
    }
    if (refused.isEmpty()) {
      return replicas.ask(write);
    }
    deliveries.stopped(refused.cardinality());
    return replicas
        .ask(new NodeRequest.Write(write.partition(), write.epoch(), taken, write.timeoutMillis()))
        .thenApply(reply -> completed((NodeReply.Written) reply, refused));
  }

  private static NodeReply completed(NodeReply.Written reply, BitSet refused) {
    List<Result> results = new ArrayList<>();
    Iterator<Result> taken = reply.results().iterator();
    int count = reply.results().size() + refused.cardinality();
    for (int i = 0; i < count; i++) {
      results.add(refused.get(i) ? new Result.Rejected(new Rejection.IndexBehind()) : taken.next());
    }
    return new NodeReply.Written(results, reply.position());
  }

  /** What ends transactions is never in the way, and what brings indexes on least of all. */
  private boolean isStopped(PartitionId partition, Command command) {
    if (command instanceof Command.ItemWrite item) {
      return deliveries.stops(partition, item.table().id());
    }
    return command instanceof TransactionCommand transaction
        && transaction.actions().stream()
            .anyMatch(action -> deliveries.stops(partition, action.table().id()));
  }

  private CompletableFuture<NodeReply> delivered(
      NodeRequest.ReadFrom request, Read.Indexed read, long deadlineNanos) {
    return replicas
        .ask(request)
        .thenCompose(
            reply -> {
              if (!(((NodeReply.ReadDone) reply).results().get(0)
                  instanceof ReadResult.Indexed wanted)) {
                return CompletableFuture.completedFuture(reply);
              }
              Duration left = Duration.ofNanos(deadlineNanos - world.nanoTime());
              if (left.isNegative()) {
                return CompletableFuture.failedFuture(
                    new UnavailableException(Reason.NOT_READY, "the index is behind"));
              }
              return wanted.isPending()
                  ? paused().thenCompose(go -> delivered(request, read, deadlineNanos))
                  : deliveries.await(request, read, wanted, left).thenApply(done -> reply);
            });
  }

  private CompletableFuture<Void> paused() {
    CompletableFuture<Void> pause = new CompletableFuture<>();
    world.after(PAUSE, () -> pause.complete(null));
    return pause;
  }
}
