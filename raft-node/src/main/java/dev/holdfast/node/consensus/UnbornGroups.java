package dev.holdfast.node.consensus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.exceptions.ServerNotReadyException;

/**
 * Groups that are open for children that a split may make, before it has: opening one takes longer
 * than the rest of a split.
 *
 * <ul>
 *   <li>An unborn group says that it has the seed, and has nothing. So it is deaf and dumb: it
 *       answers nobody and asks for no votes (replication.md S1), and nobody relies on it.
 *   <li>Hence it may be thrown away at any time, its vote and log included, and made anew.
 *   <li>Its mark is on disk before the group is, and goes when the seed is there (S2). What a start
 *       finds with a mark was never heard: only the seed beside it counts.
 * </ul>
 *
 * <p>A damaged replica is as deaf and dumb, from when it is set aside until it is deleted.
 *
 * <p>Thread-safe.
 */
final class UnbornGroups {
  private static final String MARK = "unborn";

  private final Set<RaftGroupId> unborn = ConcurrentHashMap.newKeySet();
  private final Set<RaftGroupId> silenced = ConcurrentHashMap.newKeySet();

  /** Call before the group is opened. */
  void add(RaftGroupId group, Path home) throws IOException {
    Files.createFile(home.resolve(MARK));
    DurableFiles.sync(home);
    unborn.add(group);
  }

  /** The seed is there, and the parent has durably made the split (S2). */
  void born(RaftGroupId group, Path home) throws IOException {
    unmark(home);
    unborn.remove(group);
  }

  /** The group is gone. */
  void gone(RaftGroupId group, Path home) throws IOException {
    unmark(home);
    unborn.remove(group);
  }

  static void unmark(Path home) throws IOException {
    Files.delete(home.resolve(MARK));
    DurableFiles.sync(home);
  }

  static boolean isMarked(Path home) {
    return Files.exists(home.resolve(MARK));
  }

  /** A group whose replica here is damaged has no say any more, until it is gone (C1). */
  void silence(RaftGroupId group) {
    silenced.add(group);
  }

  /** Nothing is left of the replica. */
  void unsilence(RaftGroupId group) {
    silenced.remove(group);
  }

  /** Fails for a group that has no say yet, or no more. */
  void requireBorn(RaftGroupId group) throws ServerNotReadyException {
    if (silenced.contains(group)) {
      throw new ServerNotReadyException(group + " is damaged here");
    }
    if (unborn.contains(group)) {
      throw new ServerNotReadyException(group + " is not born");
    }
  }
}
