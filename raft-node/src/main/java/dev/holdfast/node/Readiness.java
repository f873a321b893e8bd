package dev.holdfast.node;

import dev.holdfast.client.routing.ItemStore;
import dev.holdfast.client.routing.ReadOptions;
import dev.holdfast.node.consensus.Consensus;
import dev.holdfast.node.telemetry.AdminPage;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.rpc.ReadMode.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * Whether a client should be sent to this node: its replicas have leaders that serve, and have
 * caught up, it has the time, and a strong read of the cluster's map goes through and finds one.
 */
final class Readiness implements AdminPage {
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(1);

  private final Consensus consensus;
  private final ItemStore store;
  private final BooleanSupplier astray;

  /**
   * @param astray whether the time of this node is not that of the others (R12)
   */
  Readiness(Consensus consensus, ItemStore store, BooleanSupplier astray) {
    this.consensus = consensus;
    this.store = store;
    this.astray = astray;
  }

  @Override
  public CompletableFuture<Answer> answer() {
    if (!consensus.status().ready()) {
      return CompletableFuture.completedFuture(
          Answer.text(
              503, "a partition of this node has no leader that serves, or is catching up here\n"));
    }
    if (astray.getAsBoolean()) {
      return CompletableFuture.completedFuture(
          Answer.text(503, "the clock of this node is not that of the others\n"));
    }
    return store
        .read(new MetaRead.GetMap(), ReadOptions.of(Level.STRONG, READ_TIMEOUT))
        .handle(
            (result, failure) -> {
              if (failure != null) {
                return Answer.text(503, "strong reads do not go through\n");
              }
              boolean bootstrapped =
                  result instanceof ReadResult.Map map && !map.map().partitions().isEmpty();
              return bootstrapped
                  ? Answer.text(200, "ready\n")
                  : Answer.text(503, "the cluster has no partition map yet\n");
            });
  }
}
