package dev.holdfast.protocol.model;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the leader of a group knows of its members.
 *
 * @param epoch of the partition, as the leader has applied it; without meaning for the meta group
 * @param voters of the latest configuration
 * @param listeners receive the log and have no vote
 * @param changing whether an earlier change of members is not committed yet
 * @param leader who says so
 * @param live who was heard of lately, the leader included
 * @param current who of them has nearly all of the log
 */
public record GroupState(
    long epoch,
    List<NodeId> voters,
    List<NodeId> listeners,
    boolean changing,
    NodeId leader,
    SortedSet<NodeId> live,
    SortedSet<NodeId> current) {
  public GroupState {
    voters = List.copyOf(voters);
    listeners = List.copyOf(listeners);
    live = Collections.unmodifiableSortedSet(new TreeSet<>(live));
    current = Collections.unmodifiableSortedSet(new TreeSet<>(current));
  }

  boolean votesAre(Collection<NodeId> nodes) {
    return voters.size() == nodes.size() && voters.containsAll(nodes);
  }

  long liveAmong(Collection<NodeId> nodes) {
    return nodes.stream().filter(live::contains).count();
  }
}
