package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.storage.KeyValueStore;
import dev.holdfast.statemachine.storage.StorageException;
import dev.holdfast.statemachine.storage.WriteBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A child's first state: a checkpoint of its parent, and beside it the header that the child is to
 * have (replication.md S1, S2). It becomes the child's own when it is first opened, by one batch
 * that every replica computes alike; until that batch is durable it can be computed again.
 */
final class Seed {
  private static final String FILE = "seed";

  private Seed() {}

  /** Makes a checkpoint of the parent a seed. */
  static void mark(Path checkpoint, Header child) {
    try {
      Files.write(checkpoint.resolve(FILE), child.encode().toByteArray());
    } catch (IOException e) {
      throw new StorageException("cannot write into " + checkpoint + ": " + e.getMessage(), e);
    }
  }

  /** The header of the child, if the directory holds what was a seed once. */
  static Optional<Header> in(Path directory) {
    Path file = directory.resolve(FILE);
    try {
      return Files.exists(file)
          ? Optional.of(Header.decode(Bytes.wrap(Files.readAllBytes(file))))
          : Optional.empty();
    } catch (IOException e) {
      throw new StorageException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** Makes the parent's state the child's. */
  static void grow(KeyValueStore store, Header child, Decider decider) {
    PendingChanges changes =
        new PendingChanges(store, RowMemories.load(store, decider.rememberedKinds()));
    changes.applyAll(decider.resharding().inherited(store, child.partition(), child.stampMicros()));
    RunningDigest digest = new RunningDigest(child.digest());
    digest.add(child.partition().id().value());
    try (WriteBatch batch = store.newBatch()) {
      changes.write(batch, digest);
      batch.put(Header.KEY, child.withDigest(digest.finish()).encode());
      batch.commit();
    }
  }
}
