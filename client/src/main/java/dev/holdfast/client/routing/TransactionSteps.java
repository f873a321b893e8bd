package dev.holdfast.client.routing;

import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.TableDescriptor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What takes transactions through their steps and resolves their intents needs of the router: to
 * reach the partition of a key.
 *
 * <p>Futures fail with a {@link dev.holdfast.protocol.rpc.StoreException}, within the time-out.
 */
public interface TransactionSteps {
  /**
   * The answers to reads of one partition, from one snapshot of its leader.
   *
   * @param term of the leader; together with the partition it says whose versions these are
   * @param results one for each read, in order
   */
  record Answers(PartitionId partition, long term, List<ReadResult> results) {
    public Answers {
      results = List.copyOf(results);
    }
  }

  /** The same steps; the session binds its reads (L6) and learns where all were answered. */
  TransactionSteps in(Session session);

  /** The table as cached; asks the meta leader when it is not cached. Empty: no such table. */
  CompletableFuture<Optional<TableDescriptor>> table(String name);

  /** The map by which keys are grouped; not always the newest. */
  CompletableFuture<ClusterMap> knownMap(Duration timeout);

  /**
   * Applies a step at most once. A {@code WrongPartition} is returned: whoever grouped the keys has
   * to group them again, by the map that is known now (R5).
   *
   * @param routingKey of any of the keys that the step is about
   */
  CompletableFuture<Result> propose(
      Bytes routingKey, TransactionCommand step, RequestId id, Duration timeout);

  /**
   * Strong reads of the partition that holds the key.
   *
   * @param reads of that partition; at least one
   */
  CompletableFuture<Answers> ask(Bytes routingKey, List<Read> reads, Duration timeout);
}
