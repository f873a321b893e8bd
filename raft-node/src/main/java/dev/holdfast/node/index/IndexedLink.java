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
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * This node's replicas, of which one that is asked how far an index must be answers only when it is
 * (decision 0041), and which take no writes of a table that has left its indexes behind.
 * Thread-safe.
 */
public final class IndexedLink implements NodeLink {
  /** A transaction that has committed is carried out as fast as messages go. */
  private static final Duration PAUSE = Duration.ofMillis(2);

  /** Before whoever asks gives up. */
  private static final long ANSWERING_MILLIS = 200;

  private static final long WAIT_MILLIS_MAX = 60_000;

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
      long patience = Math.min(read.timeoutMillis(), WAIT_MILLIS_MAX);
      long answering = Math.min(ANSWERING_MILLIS, patience / 4);
      long deadline = world.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patience - answering);
      return delivered(read, indexed, deadline, null);
    }
    return request instanceof NodeRequest.Write write && deliveries.stopsAny(write.partition())
        ? written(write)
        : replicas.ask(request);
  }

  /**
   * @param awaited the transactions that had committed when it was asked first; later ones are none
   *     of this read's business, or it might never end
   */
  private CompletableFuture<NodeReply> delivered(
      NodeRequest.ReadFrom request,
      Read.Indexed read,
      long deadlineNanos,
      @Nullable Set<AttemptId> awaited) {
    return replicas
        .ask(request)
        .thenCompose(
            reply -> {
              NodeReply.ReadDone done = (NodeReply.ReadDone) reply;
              if (!(done.results().get(0) instanceof ReadResult.Indexed wanted)) {
                return CompletableFuture.completedFuture(reply);
              }
              Set<AttemptId> pending = new HashSet<>(wanted.pending());
              if (awaited != null) {
                pending.retainAll(awaited);
              }
              Duration left = Duration.ofNanos(deadlineNanos - world.nanoTime());
              if (left.isNegative()) {
                return CompletableFuture.completedFuture(behind(done));
              }
              return pending.isEmpty()
                  ? deliveries
                      .await(request, read, wanted, left)
                      .thenApply(isReached -> isReached ? reply : behind(done))
                  : paused().thenCompose(go -> delivered(request, read, deadlineNanos, pending));
            });
  }

  /** In time, so that nobody takes the leader for silent. */
  private static NodeReply behind(NodeReply.ReadDone reply) {
    return new NodeReply.ReadDone(
        List.of(new ReadResult.Refused(new Rejection.IndexBehind())), reply.position());
  }

  private CompletableFuture<Void> paused() {
    CompletableFuture<Void> pause = new CompletableFuture<>();
    world.after(PAUSE, () -> pause.complete(null));
    return pause;
  }

  /** Refuses writes of tables whose indexes are too far behind; all else goes on. */
  private CompletableFuture<NodeReply> written(NodeRequest.Write write) {
    List<Proposal> taken = new ArrayList<>();
    BitSet refused = new BitSet();
    for (Proposal proposal : write.proposals()) {
      if (isFirst(proposal) && isStopped(write.partition(), proposal.command())) {
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

  /**
   * Whether no copy of it can have been applied, as far as its sender knows: only then is a refusal
   * the truth (replication.md E2), which the last attempt must tell, too (R11).
   */
  private static boolean isFirst(Proposal proposal) {
    return proposal.carriedStampMicros() != Proposal.STAMP_UNKNOWN && !proposal.finalAttempt();
  }

  /** What ends transactions is never in the way, and what brings indexes on least of all. */
  private boolean isStopped(PartitionId partition, Command command) {
    if (command instanceof Command.ItemWrite item) {
      return deliveries.stops(partition, item.table().id());
    }
    boolean isBeginning =
        command instanceof TransactionCommand.Prepare
            || command instanceof TransactionCommand.Transact;
    return isBeginning
        && ((TransactionCommand) command)
            .actions().stream()
                .anyMatch(action -> deliveries.stops(partition, action.table().id()));
  }
}
