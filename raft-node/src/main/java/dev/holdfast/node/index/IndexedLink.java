package dev.holdfast.node.index;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.client.routing.RouterWorld;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * This node's replicas, of which one that is asked how far an index must be answers only when it is
 * (decision 0041). Thread-safe.
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
    return replicas.ask(request);
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
