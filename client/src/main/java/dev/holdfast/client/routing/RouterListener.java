package dev.holdfast.client.routing;

import dev.holdfast.protocol.rpc.StoreException;

/**
 * What a router tells those who measure it. Called on the threads that do the work: implementations
 * must be fast, thread-safe, and must not throw.
 */
public interface RouterListener {
  /** Listens to nothing. */
  RouterListener NONE = new RouterListener() {};

  /** An attempt failed and another may follow. */
  default void attemptFailed(StoreException failure) {}

  /** Writes left for a partition in one request. */
  default void batchSent(int proposalCount) {}

  /** A newer map of the cluster was learned. */
  default void mapLearned(long epoch) {}
}
