package dev.holdfast.node.index;

import dev.holdfast.client.routing.Router;
import dev.holdfast.client.routing.RouterWorld;
import dev.holdfast.client.routing.WriteOptions;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Updates of indexes by way of the node's router. */
public record RoutedEntries(Router router, RouterWorld world) implements EntrySender {
  private static final Duration TIMEOUT = Duration.ofNanos(EntryBatches.UPDATE_MICROS * 1_000);

  @Override
  public PartitionId partitionOf(Bytes routingKey) {
    return router.map().partitionOf(routingKey).id();
  }

  @Override
  public CompletableFuture<Result> send(Bytes firstKey, Command.UpdateIndex updates) {
    RequestId id = new RequestId(world.random(), world.random());
    return router.updateIndex(
        firstKey, updates, new WriteOptions(id, WriteOptions.Attempt.FIRST, null, TIMEOUT));
  }
}
