package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.PartitionId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a parent has in memory of the requests that it remembers, for the child of a split that is
 * opened in the same process (S7). The child has the same rows and could read them, as it does
 * after a restart; but there may be half a million requests, and nobody serves the child's keys
 * meanwhile. Thread-safe.
 */
final class Inheritance {
  /** A child that this node is not to have is never opened. */
  private static final int CHILD_COUNT_MAX = 4;

  private final Map<PartitionId, RequestWindow> windows = new LinkedHashMap<>();

  /** Keeps a window that nobody else uses; gives up the oldest if there are many. */
  synchronized void leave(PartitionId child, RequestWindow window) {
    windows.put(child, window);
    if (windows.size() > CHILD_COUNT_MAX) {
      windows.remove(windows.keySet().iterator().next());
    }
  }

  /** Once; empty when there is nothing but the rows. */
  synchronized Optional<RequestWindow> take(PartitionId child) {
    return Optional.ofNullable(windows.remove(child));
  }
}
