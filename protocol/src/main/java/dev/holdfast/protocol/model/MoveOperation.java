package dev.holdfast.protocol.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change of a partition's members that is in progress: one node is added, or removed, or first
 * one added and then another removed (design section 11).
 *
 * @param before the partition as it was when this began; of the meta group, whose epoch only the
 *     map counts, the range is all keys
 * @param add not among the replicas, or null
 * @param remove among the replicas, or null
 * @param givenUp whether the group is to have its old members again, if nobody has left it yet
 */
public record MoveOperation(
    ClusterMap.Partition before, @Nullable NodeId add, @Nullable NodeId remove, boolean givenUp) {
  /** How a move ends. */
  public enum Outcome {
    /** The group has the members of {@link #after}. */
    MOVED,
    /** It was given up, and the group has the members it had before. */
    UNDONE
  }

  public MoveOperation {
    if (add == null && remove == null) {
      throw new IllegalArgumentException("nothing moves");
    }
    if (add != null && before.replicas().contains(add)) {
      throw new IllegalArgumentException(add + " has a replica of " + before.id() + " already");
    }
    if (remove != null && !before.replicas().contains(remove)) {
      throw new IllegalArgumentException(remove + " has no replica of " + before.id());
    }
    if (add == null && before.replicas().size() == 1) {
      throw new IllegalArgumentException("the last replica of " + before.id() + " cannot go");
    }
  }

  /** The partition as it is afterwards; who is new comes last. */
  public ClusterMap.Partition after() {
    List<NodeId> replicas = new ArrayList<>(before.replicas());
    if (remove != null) {
      replicas.remove(remove);
    }
    if (add != null) {
      replicas.add(add);
    }
    return new ClusterMap.Partition(before.id(), before.epoch() + 1, before.range(), replicas);
  }

  /** The same, to be undone. */
  public MoveOperation withGivenUp() {
    return new MoveOperation(before, add, remove, true);
  }

  /** Whether it is the same move, given up or not. */
  public boolean isSameAs(MoveOperation other) {
    return withGivenUp().equals(other.withGivenUp());
  }

  @Override
  public String toString() {
    return before.id()
        + " epoch="
        + before.epoch()
        + " replicas="
        + before.replicas()
        + (add == null ? "" : " add=" + add)
        + (remove == null ? "" : " remove=" + remove)
        + (givenUp ? " given up" : "");
  }
}
