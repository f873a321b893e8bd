package dev.holdfast.protocol.model;

import java.util.ArrayList;
import java.util.List;

/**
 * What has to be done next to carry out a {@link MoveOperation}, as a pure function of what the
 * group's leader sees. Whoever leads may go on where another one stopped.
 *
 * <ul>
 *   <li>Configurations follow each other in one order: the members as they were; with the new one
 *       as a listener; as a voter; without the leaving one. Neighbours share a majority.
 *   <li>Nobody becomes a voter who is not live and current, nor where the larger group would lack a
 *       live majority.
 *   <li>Nobody is removed before somebody was added, nor while fewer voters would be live than were
 *       before the move, unless all that stay are live (design section 11).
 * </ul>
 */
public enum MoveStep {
  /** Make the new node a listener. */
  ADD_LISTENER,
  /** Make the listener a voter. */
  PROMOTE,
  /** Have another voter lead: the leader is the one that leaves. */
  HAND_OVER,
  /** Take the leaving node out of the configuration. */
  REMOVE,
  /** Take the new node out again: the move was given up. */
  RETRACT,
  /** Write epoch and members of afterwards into the partition's log. */
  RECORD,
  /** Nothing now: something has to come true first. */
  WAIT,
  /** Nothing any more: the group is as it is to be. */
  MOVED,
  /** Nothing any more: the group is as it was before. */
  UNDONE,
  /** Nothing ever: the group has members that are not of this move. */
  STRANGE;

  /** What comes next. */
  public static MoveStep next(MoveOperation move, GroupState group) {
    boolean isMeta = move.before().id().isMeta();
    if (!isMeta && group.epoch() == move.before().epoch() + 1) {
      return MOVED;
    }
    if (!isMeta && group.epoch() != move.before().epoch()) {
      return STRANGE;
    }
    if (group.changing()) {
      return WAIT;
    }
    if (group.votesAre(move.after().replicas())) {
      return isMeta ? MOVED : RECORD;
    }
    return move.givenUp() ? backward(move, group) : forward(move, group);
  }

  private static MoveStep forward(MoveOperation move, GroupState group) {
    NodeId add = move.add();
    if (add != null && group.votesAre(move.before().replicas())) {
      if (!group.listeners().contains(add)) {
        return ADD_LISTENER;
      }
      boolean ready = group.live().contains(add) && group.current().contains(add);
      return ready && hasMajority(with(group.voters(), add), group) ? PROMOTE : WAIT;
    }
    NodeId remove = move.remove();
    List<NodeId> all = add == null ? move.before().replicas() : with(move.before().replicas(), add);
    if (remove == null || !group.votesAre(all)) {
      return STRANGE;
    }
    return removal(remove, move.after().replicas(), move.before().replicas(), group, REMOVE);
  }

  private static MoveStep backward(MoveOperation move, GroupState group) {
    NodeId add = move.add();
    if (group.votesAre(move.before().replicas())) {
      return add != null && group.listeners().contains(add) ? RETRACT : UNDONE;
    }
    if (add == null || !group.votesAre(with(move.before().replicas(), add))) {
      return STRANGE;
    }
    List<NodeId> before = move.before().replicas();
    return removal(add, before, before, group, RETRACT);
  }

  private static MoveStep removal(
      NodeId leaving, List<NodeId> stay, List<NodeId> before, GroupState group, MoveStep step) {
    long live = group.liveAmong(stay);
    boolean enough = live >= group.liveAmong(before) || live == stay.size();
    if (!enough || !hasMajority(stay, group)) {
      return WAIT;
    }
    return group.leader().equals(leaving) ? HAND_OVER : step;
  }

  private static boolean hasMajority(List<NodeId> voters, GroupState group) {
    return 2 * group.liveAmong(voters) > voters.size();
  }

  /** The voters that a move passes through between adding and removing. */
  static List<NodeId> with(List<NodeId> voters, NodeId one) {
    List<NodeId> more = new ArrayList<>(voters);
    more.add(one);
    return more;
  }

  /** Whether there is nothing left to be done. */
  public boolean isEnd() {
    return this == MOVED || this == UNDONE;
  }
}
