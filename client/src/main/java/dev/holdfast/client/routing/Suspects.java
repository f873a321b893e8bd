package dev.holdfast.client.routing;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Nodes that lately left a read to another replica: they are asked last for a while, which doubles
 * each time in a row. One answer clears a node. Thread-safe.
 *
 * <p>Only about reads that any replica may serve; who leads is known to {@link Routes}.
 */
final class Suspects {
  private static final long AVOIDED_NANOS_MIN = 100_000_000L;
  private static final int DOUBLINGS_MAX = 4; // to 1.6 s

  /** Addresses come from maps; beyond this many something is wrong and all are forgotten. */
  private static final int ADDRESSES_MAX = 4096;

  private record Suspicion(long untilNanos, int count) {}

  private final RouterWorld world;
  private final Map<String, Suspicion> suspicions = new ConcurrentHashMap<>();

  Suspects(RouterWorld world) {
    this.world = world;
  }

  boolean isEmpty() {
    return suspicions.isEmpty();
  }

  boolean isSuspect(String address) {
    Suspicion suspicion = suspicions.get(address);
    return suspicion != null && world.nanoTime() - suspicion.untilNanos() < 0;
  }

  /** It failed, or was silent, while another replica answered. */
  void failed(String address) {
    if (suspicions.size() >= ADDRESSES_MAX) {
      suspicions.clear();
    }
    long now = world.nanoTime();
    suspicions.compute(
        address,
        (same, known) -> {
          if (known != null && now - known.untilNanos() < 0) {
            return known; // the same trouble, met by another read
          }
          int count = known == null ? 0 : Math.min(known.count() + 1, DOUBLINGS_MAX);
          return new Suspicion(now + (AVOIDED_NANOS_MIN << count), count);
        });
  }

  void answered(String address) {
    if (!suspicions.isEmpty()) {
      suspicions.remove(address);
    }
  }
}
