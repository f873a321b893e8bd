package dev.holdfast.client;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Takes the changes of a table, batch by batch.
 *
 * <pre>{@code
 * ChangeListener listener =
 *     batch -> search.index(batch).thenRun(() -> log.info("{} changes", batch.size()));
 * }</pre>
 *
 * <p>Called on the executor of the client, for several shards at the same time, but never for one
 * shard before the batch before it is completed. Changes of one item are in order, within a batch
 * and from one to the next.
 */
@FunctionalInterface
public interface ChangeListener {
  /**
   * @param batch at least one change, all of one shard, in order
   * @return completes when nothing of the batch is needed any more: then the next one comes, and
   *     checkpoints are behind this one. When it fails, or this throws, the same batch comes again.
   */
  CompletableFuture<?> received(List<Change> batch);
}
