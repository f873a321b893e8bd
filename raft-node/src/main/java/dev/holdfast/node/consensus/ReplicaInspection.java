package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.statemachine.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads what the replicas of one node have on disk and compares it with its checksums; changes
 * nothing. Of a node that runs only what does not change any more.
 */
public final class ReplicaInspection {
  /** Reads the tables of a state. */
  public interface Tables {
    /** Whether a file is one. */
    boolean isTable(Path file);

    /** Reads one through; throws a {@link StorageException} when it is damaged. */
    void verify(Path table);

    /** The same for all of a state that nobody uses, and for what holds them together. */
    void verifyAll(Path directory);
  }

  /** What is known of whether the node runs. */
  public enum Node {
    RUNNING,
    STOPPED
  }

  /**
   * What was found of one replica.
   *
   * @param replica the name of its directory
   * @param bytes that were read
   * @param damages a sentence each; empty when it is sound
   */
  public record Found(String replica, int fileCount, long bytes, List<String> damages) {
    public Found {
      damages = List.copyOf(damages);
    }
  }

  private final Path home;
  private final Path marks;
  private final Node node;
  private final Tables tables;
  private final List<String> damages = new ArrayList<>();
  private int fileCount;
  private long bytes;

  private ReplicaInspection(Path home, Path marks, Node node, Tables tables) {
    this.home = home;
    this.marks = marks;
    this.node = node;
    this.tables = tables;
  }

  /**
   * Inspects every replica in a node's directory.
   *
   * @param replicas holds one directory per replica, named like the partition
   * @param each is told of one replica after the other
   */
  public static void inspect(Path replicas, Node node, Tables tables, Consumer<Found> each)
      throws IOException {
    List<Path> homes =
        DurableFiles.children(replicas).stream()
            .filter(Files::isDirectory)
            .filter(home -> Files.exists(ReplicaHomes.raft(home)) || StateDirectory.exists(home))
            .sorted()
            .toList();
    for (Path home : homes) {
      each.accept(
          new ReplicaInspection(home, ReplicaHomes.marks(replicas), node, tables).inspect());
    }
  }

  private Found inspect() throws IOException {
    String name = String.valueOf(home.getFileName());
    Quarantine quarantine = new Quarantine();
    PartitionId self = PartitionId.META; // whichever: it has one home only
    if (quarantine.holds(self, home)) {
      damages.add("set aside: " + quarantine.all().get(self));
    }
    for (Path group : DurableFiles.children(ReplicaHomes.raft(home))) {
      inspectLog(group);
      for (SnapshotDirectory.Checkpoint checkpoint :
          SnapshotDirectory.checkpoints(group.resolve("sm"))) {
        inspectTables(checkpoint.path());
      }
    }
    inspectState();
    return new Found(name, fileCount, bytes, damages);
  }

  private void inspectLog(Path group) throws IOException {
    for (Path file : DurableFiles.children(group.resolve("current"))) {
      LogSegmentFile.of(file).ifPresent(segment -> count(file));
    }
    if (node == Node.STOPPED) {
      Path mark = marks.resolve(String.valueOf(home.getFileName()));
      if (!Files.exists(mark) || Files.size(mark) < Long.BYTES) { // which opening would mend
        damages.add("its mark is missing: " + mark);
        return;
      }
      try {
        new LogAudit(home, group, AcknowledgedMark.open(mark)).inspect().ifPresent(damages::add);
      } catch (DamagedReplicaException e) {
        damages.add(e.getMessage());
      }
      return;
    }
    for (Path file : DurableFiles.children(group.resolve("current"))) {
      LogSegmentFile segment = LogSegmentFile.of(file).orElse(null);
      if (segment != null && !segment.isOpen() && !isWhole(segment)) {
        damages.add(file + " cannot be read to its end");
      }
    }
  }

  private static boolean isWhole(LogSegmentFile segment) throws IOException {
    try {
      return segment.read().lastValid() == segment.last();
    } catch (IOException e) {
      if (Files.exists(segment.path())) {
        throw e;
      }
      return true; // purged meanwhile
    }
  }

  private void inspectState() throws IOException {
    Path state = StateDirectory.pending(home);
    if (!Files.isDirectory(state)) {
      return;
    }
    inspectTables(state);
    if (node == Node.STOPPED && damages.isEmpty()) {
      try {
        tables.verifyAll(state);
      } catch (StorageException e) {
        damages.add(e.getMessage());
      }
    }
  }

  private void inspectTables(Path directory) throws IOException {
    for (Path file : DurableFiles.children(directory)) {
      if (tables.isTable(file)) {
        count(file);
        try {
          tables.verify(file);
        } catch (StorageException e) {
          if (Files.exists(file)) { // else it is not needed any more
            damages.add(e.getMessage());
          }
        }
      }
    }
  }

  private void count(Path file) {
    try {
      bytes += Files.size(file);
      fileCount++;
    } catch (IOException e) {
      return; // gone
    }
  }
}
