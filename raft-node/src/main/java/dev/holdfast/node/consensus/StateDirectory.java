package dev.holdfast.node.consensus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Where the live state of one replica lies: {@code state} beside Ratis's own directory, because
 * installing a snapshot replaces Ratis's.
 *
 * <p>A checkpoint is adopted by copying it to {@code state.new}, renaming that to {@code
 * state.ready} – from here on it is decided – and then to {@code state}. {@link #recover} finishes
 * what a crash interrupted.
 */
final class StateDirectory {
  private static final String IMMUTABLE_FILE_SUFFIX = ".sst";

  private final Path live;
  private final Path copying;
  private final Path ready;

  StateDirectory(Path replica) {
    this.live = replica.resolve("state");
    this.copying = replica.resolve("state.new");
    this.ready = replica.resolve("state.ready");
  }

  Path live() {
    return live;
  }

  /** Call before the state is opened. */
  void recover() throws IOException {
    DurableFiles.delete(copying);
    if (Files.exists(ready)) {
      promote();
    }
    Files.createDirectories(live);
  }

  /** Replaces the live state, which must be closed, by a checkpoint, which stays as it is. */
  void adopt(Path checkpoint) throws IOException {
    DurableFiles.delete(copying);
    Files.createDirectories(copying);
    for (Path file : DurableFiles.children(checkpoint)) {
      String name = String.valueOf(file.getFileName());
      if (SnapshotDirectory.isDigestFile(name)) {
        continue;
      }
      Path target = copying.resolve(name);
      if (name.endsWith(IMMUTABLE_FILE_SUFFIX)) {
        Files.createLink(target, file);
      } else {
        Files.copy(file, target); // RocksDB appends to its manifest: a link would change both
      }
      DurableFiles.sync(target);
    }
    DurableFiles.sync(copying);
    DurableFiles.rename(copying, ready);
    promote();
  }

  /** Whether a replica has a state, or is about to have one. */
  static boolean exists(Path replica) {
    StateDirectory states = new StateDirectory(replica);
    return Files.exists(states.live) || Files.exists(states.ready);
  }

  /** Where what {@link #recover} will open lies until then. */
  static Path pending(Path replica) {
    StateDirectory states = new StateDirectory(replica);
    return Files.exists(states.ready) ? states.ready : states.live;
  }

  /**
   * Makes what the writer writes the state that {@link #recover} will find: all of it, or nothing.
   *
   * @param writer given a directory that does not exist
   */
  void fill(Consumer<Path> writer) throws IOException {
    DurableFiles.delete(copying);
    writer.accept(copying);
    for (Path file : DurableFiles.children(copying)) {
      DurableFiles.sync(file);
    }
    DurableFiles.sync(copying);
    DurableFiles.rename(copying, ready);
  }

  private void promote() throws IOException {
    DurableFiles.delete(live);
    DurableFiles.rename(ready, live);
  }
}
