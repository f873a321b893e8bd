package dev.holdfast.node.consensus;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.ratis.server.storage.FileInfo;

/**
 * A file of a checkpoint, which is read through and found sound before Ratis sends it: a replica
 * that is filled with somebody else's damage would count as damaged too, and a partition has only
 * so many replicas (decision 0032).
 *
 * <p>Ratis asks for the path as it opens the file, and for nothing else. Any thread.
 */
final class SoundFile extends FileInfo {
  private final Consumer<Path> requireSound;
  private final AtomicBoolean isSound = new AtomicBoolean();

  /**
   * @param requireSound throws when the file is damaged
   */
  SoundFile(Path path, Consumer<Path> requireSound) {
    super(path, null); // Ratis computes the digest as it sends
    this.requireSound = requireSound;
  }

  @Override
  public Path getPath() {
    Path path = super.getPath();
    if (!isSound.get()) {
      requireSound.accept(path);
      isSound.set(true);
    }
    return path;
  }
}
