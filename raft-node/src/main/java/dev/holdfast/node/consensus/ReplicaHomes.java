package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.PartitionId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.apache.ratis.protocol.RaftGroupId;

/**
 * Where the replicas of a node lie, and which there are: {@code <partition>/raft} is Ratis's,
 * {@code <partition>/state} is ours, and {@code .acknowledged/<partition>} outlives both.
 */
final class ReplicaHomes {
  private static final String RAFT = "raft";
  private static final String EMPTY = ".none";
  private static final String REMOVED = ".removed";
  private static final String ACKNOWLEDGED = ".acknowledged";
  private static final String FOUNDED = ".founded";

  /** Of replicas that have left. */
  interface Departed {
    boolean forbid(PartitionId partition, long epoch);
  }

  private final Path directory;
  private final GroupIds groupIds;
  private final Function<Path, Optional<ClusterMap.Partition>> seedOf;

  /**
   * @param seedOf what a split made a state directory for
   */
  ReplicaHomes(
      Path directory, GroupIds groupIds, Function<Path, Optional<ClusterMap.Partition>> seedOf) {
    this.directory = directory;
    this.groupIds = groupIds;
    this.seedOf = seedOf;
  }

  /** Call first; what was prepared for splits that did not come is thrown away. */
  Tombstones open() throws IOException {
    Files.createDirectories(empty());
    Tombstones tombstones = Tombstones.in(directory);
    for (Path home : DurableFiles.children(directory)) {
      if (UnbornGroups.isMarked(home)) {
        throwAway(home);
      }
    }
    return tombstones;
  }

  /** All but the seed, if the split has come meanwhile. */
  private void throwAway(Path home) throws IOException {
    DurableFiles.delete(raft(home));
    Files.deleteIfExists(directory.resolve(ACKNOWLEDGED).resolve(home.getFileName()));
    UnbornGroups.unmark(home);
    if (!StateDirectory.exists(home)) {
      DurableFiles.delete(home);
    }
  }

  /** Of a replica; need not exist. */
  Path of(PartitionId partition) {
    return directory.resolve(partition.toString());
  }

  /** Ratis's part of a home. */
  static Path raft(Path home) {
    return home.resolve(RAFT);
  }

  /** Whether there is a Raft group in a replica's directory, and not only in case it is needed. */
  static boolean hasReplica(Path home) {
    return !UnbornGroups.isMarked(home) // looked at twice: the mark comes first and goes last
        && Files.exists(raft(home))
        && !UnbornGroups.isMarked(home);
  }

  /** Where the marks of all replicas in a node's directory are. */
  static Path marks(Path directory) {
    return directory.resolve(ACKNOWLEDGED);
  }

  /** The file of what a replica has acknowledged. */
  Path mark(PartitionId partition) {
    return directory.resolve(ACKNOWLEDGED).resolve(partition.toString());
  }

  /** Where Ratis is to look for groups, and finds none. */
  Path empty() {
    return directory.resolve(EMPTY);
  }

  /** Where Ratis is to put groups that it removes, and puts none. */
  Path removed() {
    return directory.resolve(REMOVED);
  }

  /** Makes what was created in a home, and the home, durable. */
  void sync(Path home) throws IOException {
    DurableFiles.sync(home);
    DurableFiles.sync(directory);
  }

  /** From now on this node has what it has, and what it is told to have (replication.md C1). */
  void found() throws IOException {
    if (!isFounded()) {
      Files.createFile(directory.resolve(FOUNDED));
      DurableFiles.sync(directory);
    }
  }

  private boolean isFounded() {
    return Files.exists(directory.resolve(FOUNDED));
  }

  /** Whether somebody has deleted a replica, but not all of it: it must not begin anew (C1). */
  private boolean hasTrace(PartitionId partition) {
    return Files.exists(of(partition)) || Files.exists(mark(partition));
  }

  /** What is on disk and what is to be created, in the order of ids. */
  Collection<ClusterMap.Partition> toStart(List<ClusterMap.Partition> initial, Departed departed)
      throws IOException {
    Map<PartitionId, ClusterMap.Partition> all = new TreeMap<>();
    for (Path home : DurableFiles.children(directory)) {
      onDisk(home).ifPresent(found -> all.put(found.id(), found));
    }
    for (ClusterMap.Partition partition : initial) {
      boolean isHere = all.containsKey(partition.id());
      boolean isDue = !isFounded() || hasTrace(partition.id());
      if (isHere || (isDue && !departed.forbid(partition.id(), partition.epoch()))) {
        all.put(partition.id(), partition);
      }
    }
    return all.values();
  }

  private Optional<ClusterMap.Partition> onDisk(Path home) throws IOException {
    // S2: what a split has left; its members are the group's until the log says otherwise
    Optional<ClusterMap.Partition> seed = seedOf.apply(StateDirectory.pending(home));
    for (Path group : DurableFiles.children(raft(home))) {
      RaftGroupId id;
      try {
        id = RaftGroupId.valueOf(UUID.fromString(String.valueOf(group.getFileName())));
      } catch (IllegalArgumentException e) {
        continue;
      }
      PartitionId partition = groupIds.partition(id);
      if (!groupIds.of(partition).equals(id)) {
        throw new IOException(group + " belongs to another cluster than this one");
      }
      return seed.isPresent()
          ? seed
          // The state and Ratis's configuration on disk say the rest.
          : Optional.of(
              new ClusterMap.Partition(partition, 0, KeyRange.ALL, JoinedMembers.read(home)));
    }
    return seed;
  }
}
