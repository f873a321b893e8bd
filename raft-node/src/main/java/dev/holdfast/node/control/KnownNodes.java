package dev.holdfast.node.control;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.client.routing.NodeLinks;
import dev.holdfast.client.routing.Router;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the nodes of the cluster are: as the latest map says, or as the configuration does while no
 * map is known. Looks for a newer map now and then, since a node that is not asked for anything
 * hears of none. Thread-safe.
 */
public final class KnownNodes implements Function<NodeId, NodeLink>, AutoCloseable {
  private static final Duration PERIOD = Duration.ofSeconds(2);

  private final Router router;
  private final List<ClusterMap.Node> configured;
  private final NodeLinks links;
  private final AtomicReference<@Nullable ScheduledFuture<?>> looking = new AtomicReference<>();

  public KnownNodes(Router router, List<ClusterMap.Node> configured, NodeLinks links) {
    this.router = router;
    this.configured = List.copyOf(configured);
    this.links = links;
  }

  /** A link to a node; to nowhere when nobody knows it. */
  @Override
  public NodeLink apply(NodeId id) {
    return links.to(
        router
            .map()
            .node(id)
            .or(() -> configured(id))
            .map(ClusterMap.Node::rpcAddress)
            .orElse("unknown-node:0"));
  }

  private Optional<ClusterMap.Node> configured(NodeId id) {
    return configured.stream().filter(node -> node.id().equals(id)).findFirst();
  }

  /**
   * Begins to look.
   *
   * @param latest finds the latest map; never fails
   * @param told of the nodes of each map that is found
   */
  public void look(
      ScheduledExecutorService timers,
      Supplier<CompletableFuture<ClusterMap>> latest,
      Consumer<List<ClusterMap.Node>> told) {
    looking.set(
        timers.scheduleWithFixedDelay(
            () -> {
              CompletableFuture<Void> unused =
                  latest.get().thenAccept(map -> told.accept(map.nodes()));
            },
            0,
            PERIOD.toMillis(),
            TimeUnit.MILLISECONDS));
  }

  @Override
  public void close() {
    ScheduledFuture<?> running = looking.getAndSet(null);
    if (running != null) {
      running.cancel(false);
    }
  }
}
