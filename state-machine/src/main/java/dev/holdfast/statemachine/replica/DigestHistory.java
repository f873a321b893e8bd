package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The digests of the last entries applied by this process, for comparison with a proposer's. Not
 * replicated state: after a restart it begins anew, and older comparisons are passed over.
 * Thread-safe.
 */
final class DigestHistory {
  private static final int ENTRY_COUNT_MAX = 4096;

  private final long[] indices = new long[ENTRY_COUNT_MAX];
  private final Bytes[] digests = new Bytes[ENTRY_COUNT_MAX];
  private int next;

  synchronized void add(long index, Bytes digest) {
    indices[next] = index;
    digests[next] = digest;
    next = (next + 1) % ENTRY_COUNT_MAX;
  }

  /** The digest after applying exactly this index, or null when it is not known. */
  synchronized @Nullable Bytes at(long index) {
    for (int i = 0; i < ENTRY_COUNT_MAX; i++) {
      if (indices[i] == index && digests[i] != null) {
        return digests[i];
      }
    }
    return null;
  }
}
