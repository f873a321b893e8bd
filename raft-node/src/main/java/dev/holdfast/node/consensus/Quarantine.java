package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.PartitionId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The damaged replicas of a node (decision 0032). One is not opened again, whatever happens: a log
 * that has lost something must not vote, and a state that is wrong must not be read (replication.md
 * C1, C2). It stays on the disk until its group goes on without it, and is deleted then.
 *
 * <p>A file in the replica's directory says that it is one of them, and why. An operator who knows
 * better deletes that file, and starts the node again.
 *
 * <p>Thread-safe.
 */
final class Quarantine {
  private static final String FILE = "damaged";
  private static final String WRITING = "damaged.writing";

  private final Map<PartitionId, String> reasons = new ConcurrentHashMap<>();

  /** Whether a replica is known to be damaged; then it is not to be opened. */
  boolean holds(PartitionId partition) {
    return reasons.containsKey(partition);
  }

  /** Looks at the disk, as a replica is to be opened. */
  boolean holds(PartitionId partition, Path home) throws IOException {
    if (!reasons.containsKey(partition) && Files.exists(home.resolve(FILE))) {
      reasons.put(partition, Files.readString(home.resolve(FILE), StandardCharsets.UTF_8).trim());
    }
    return reasons.containsKey(partition);
  }

  /** Durable when this returns. */
  synchronized void add(PartitionId partition, Path home, String reason) throws IOException {
    if (reasons.containsKey(partition)) {
      return;
    }
    Path writing = home.resolve(WRITING);
    Files.writeString(writing, reason + "\n", StandardCharsets.UTF_8);
    DurableFiles.sync(writing);
    DurableFiles.rename(writing, home.resolve(FILE));
    reasons.put(partition, reason);
  }

  /** It was deleted. */
  void forget(PartitionId partition) {
    reasons.remove(partition);
  }

  /** What is damaged, and why. */
  SortedMap<PartitionId, String> all() {
    return new TreeMap<>(reasons);
  }
}
