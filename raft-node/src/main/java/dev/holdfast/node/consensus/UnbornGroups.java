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
 * <p>A group that is born hears and speaks at once, while its state is still being opened; only a
 * snapshot of it cannot be sent before there is one.
 *
 * <p>Thread-safe.
 */
final class UnbornGroups {
  private static final String MARK = "unborn";

  private final Set<RaftGroupId> unborn = ConcurrentHashMap.newKeySet();
  private final Set<RaftGroupId> withoutState = ConcurrentHashMap.newKeySet();

  /** Call before the group is opened. */
  void add(RaftGroupId group, Path home) throws IOException {
    Files.createFile(home.resolve(MARK));
    DurableFiles.sync(home);
    withoutState.add(group);
    unborn.add(group);
  }

  /** The seed is there, and the parent has durably made the split (S2). */
  void born(RaftGroupId group, Path home) throws IOException {
    unmark(home);
    unborn.remove(group);
  }

  /** From now on the group is one like any other; or it is gone. */
  void forget(RaftGroupId group) {
    unborn.remove(group);
    withoutState.remove(group);
  }

  static void unmark(Path home) throws IOException {
    Files.delete(home.resolve(MARK));
    DurableFiles.sync(home);
  }

  static boolean isMarked(Path home) {
    return Files.exists(home.resolve(MARK));
  }

  /** Fails for a group that has no say yet. */
  void requireBorn(RaftGroupId group) throws ServerNotReadyException {
    if (unborn.contains(group)) {
      throw new ServerNotReadyException(group + " is not born");
    }
  }

  /** Fails for a group that has no state to send yet. */
  void requireState(RaftGroupId group) throws ServerNotReadyException {
    if (withoutState.contains(group)) {
      throw new ServerNotReadyException(group + " is being born");
    }
  }
}
