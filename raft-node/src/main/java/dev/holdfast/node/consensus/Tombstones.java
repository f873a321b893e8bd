package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.PartitionId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which replicas have left a node, and at which epoch of their partition (replication.md S2, C1).
 * Whatever would create such a replica – a split that is replayed, a message that was late – names
 * an epoch: only a later one may.
 *
 * <ul>
 *   <li>A tombstone is on disk before anything of its replica is removed, and stays.
 *   <li>It says whether the removal is finished: a node that was stopped in the middle of one goes
 *       on with it, and does not touch what came to the same place at a later epoch.
 * </ul>
 *
 * <p>One file for each partition. Thread-safe.
 */
final class Tombstones {
  private static final String DIRECTORY = ".tombstones";
  private static final String WRITING = ".writing";

  /** How far a removal has come. */
  private enum State {
    LEAVING,
    GONE
  }

  private record Tombstone(long epoch, State state) {}

  private final Path directory;
  private final Map<PartitionId, Tombstone> all = new ConcurrentHashMap<>();

  private Tombstones(Path directory) {
    this.directory = directory;
  }

  /**
   * Those of a node.
   *
   * @param replicas holds one directory per replica, named like the partition
   */
  static Tombstones in(Path replicas) throws IOException {
    Tombstones tombstones = new Tombstones(replicas.resolve(DIRECTORY));
    for (Path file : DurableFiles.children(tombstones.directory)) {
      String name = String.valueOf(file.getFileName());
      if (!name.endsWith(WRITING)) {
        tombstones.all.put(new PartitionId(Long.parseLong(name)), read(file));
      }
    }
    return tombstones;
  }

  private static Tombstone read(Path file) throws IOException {
    String[] words = Files.readString(file, StandardCharsets.UTF_8).trim().split(" ", -1);
    try {
      if (words.length == 2) {
        return new Tombstone(Long.parseLong(words[0]), State.valueOf(words[1]));
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("the tombstone of a replica is damaged: " + file, e);
    }
    throw new IOException("the tombstone of a replica is damaged: " + file);
  }

  /** Whether a replica of that epoch has left this node for ever. */
  boolean forbids(PartitionId partition, long epoch) {
    Tombstone tombstone = all.get(partition);
    return tombstone != null && epoch <= tombstone.epoch();
  }

  /** Whether a replica of the partition ever left this node. */
  boolean knows(PartitionId partition) {
    return all.containsKey(partition);
  }

  /** A removal begins. Durable when this returns; a later epoch is not replaced by an earlier. */
  void leaving(PartitionId partition, long epoch) throws IOException {
    Tombstone known = all.get(partition);
    put(
        partition,
        new Tombstone(known == null ? epoch : Math.max(epoch, known.epoch()), State.LEAVING));
  }

  /** Nothing of the replica is left. Durable when this returns. */
  void gone(PartitionId partition) throws IOException {
    Tombstone known = all.get(partition);
    if (known == null) {
      throw new IllegalStateException(partition + " was not leaving");
    }
    put(partition, new Tombstone(known.epoch(), State.GONE));
  }

  /** What was to be removed and may be there still. */
  List<PartitionId> unfinished() {
    List<PartitionId> found = new ArrayList<>();
    all.forEach(
        (partition, tombstone) -> {
          if (tombstone.state() == State.LEAVING) {
            found.add(partition);
          }
        });
    return found;
  }

  private synchronized void put(PartitionId partition, Tombstone tombstone) throws IOException {
    Files.createDirectories(directory);
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) {
      DurableFiles.sync(parent);
    }
    String name = Long.toString(partition.value());
    Path writing = directory.resolve(name + WRITING);
    String text = tombstone.epoch() + " " + tombstone.state() + "\n";
    Files.writeString(writing, text, StandardCharsets.UTF_8);
    try (FileChannel channel = FileChannel.open(writing, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    DurableFiles.rename(writing, directory.resolve(name));
    all.put(partition, tombstone);
  }
}
