package dev.holdfast.node.control;

import dev.holdfast.client.routing.ReadOptions;
import dev.holdfast.client.routing.Router;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.rpc.ReadMode.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The map for those who look at the cluster: from the nearest replica of the meta group, which has
 * it also when nobody leads. A router alone hears of a newer map only when it needs one.
 */
public final class LatestMap implements Supplier<CompletableFuture<ClusterMap>> {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private final Router router;
  private final ClusterMap initial;

  /**
   * @param initial for as long as there is no other
   */
  public LatestMap(Router router, ClusterMap initial) {
    this.router = router;
    this.initial = initial;
  }

  /** Never fails: the map that the router knows will do. */
  @Override
  public CompletableFuture<ClusterMap> get() {
    return router
        .read(new MetaRead.GetMap(), ReadOptions.of(Level.EVENTUAL, TIMEOUT))
        .handle(
            (result, failure) -> {
              if (result instanceof ReadResult.Map read) {
                router.learn(read.map());
              }
              return router.map().partitions().isEmpty() ? initial : router.map();
            });
  }
}
