package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.statemachine.replica.Seeds;
import dev.holdfast.statemachine.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Keeps the seeds of splits among the replicas of a node, where the children will live
 * (replication.md S2): written beside, made durable, renamed. A node that is started finds those
 * that have no Raft group yet.
 */
public final class SeedDirectory implements Seeds {
  private final Path directory;

  /**
   * @param directory holds one directory per replica, named like the partition
   */
  public SeedDirectory(Path directory) {
    this.directory = directory;
  }

  @Override
  public void plant(PartitionId child, Consumer<Path> writer) {
    Path home = directory.resolve(child.toString());
    if (ReplicaHomes.hasReplica(home) || StateDirectory.exists(home)) {
      return; // the split is being replayed
    }
    try {
      if (Tombstones.in(directory).knows(child)) {
        return; // so it is, and the child has come and gone since: it must not come back (S2)
      }
      Files.createDirectories(home);
      DurableFiles.sync(directory);
      new StateDirectory(home).fill(writer);
    } catch (IOException e) {
      throw new StorageException("cannot keep the seed of " + child + ": " + e.getMessage(), e);
    }
  }
}
