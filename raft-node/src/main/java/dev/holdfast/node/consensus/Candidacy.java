package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeStatus.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * When one replica does something about the leadership of its group, judged by what its node hears
 * of the nodes (decision 0026) rather than by heartbeats of the group, which are rare.
 *
 * <ul>
 *   <li>Nobody stands against a leader whose node a majority of the voters may still hear: each
 *       node says in its pulses whom it hears. (What Raft's pre-vote is for.)
 *   <li>Whoever knows no leader asks first, by a pre-vote: others may know one. It asks soon: the
 *       first that stood may have too short a log to win.
 *   <li>Voters take turns, a fixed one of each group first, so that votes are not split. Who would
 *       lead late, since it has much to apply before it can answer, lets all others have theirs.
 *   <li>All of this is about progress. Whom Raft elects is safe, whoever stands and when.
 * </ul>
 *
 * <p>One thread.
 */
final class Candidacy {
  /** What to have Raft do. */
  enum Step {
    NONE,
    /** Stand for election if a majority would vote for it. */
    ASK,
    /**
     * Stand for election whatever the others think of the leader: a majority misses its node, or it
     * says itself that it does not lead.
     */
    STAND,
    /** Give up an election that hangs. */
    WITHDRAW,
    /** Stop leading: no majority answers. */
    STEP_DOWN
  }

  /**
   * What Raft says of the replica.
   *
   * @param leader as far as the replica knows
   * @param voters in a fixed order
   * @param isBehind whether much of the log is still to be applied, as after a start
   * @param mayStand asked when it would: whether it has what it acknowledged, and the time, and
   *     stays a member
   */
  record View(
      NodeId self,
      Role role,
      @Nullable NodeId leader,
      long term,
      Supplier<List<NodeId>> voters,
      BooleanSupplier isBehind,
      BooleanSupplier mayStand) {}

  private record Followed(NodeId leader, long term) {}

  /** Other replicas of this node may be standing. */
  enum Turn {
    NOW,
    LATER
  }

  private static final int BACK_OFF_MAX = 3;
  private static final int HANGING = 3;

  private final PartitionId partition;
  private final Duration timeoutMin;
  private final Duration timeoutMax;
  private @Nullable Followed followed;
  private Role role = Role.FOLLOWER;
  private @Nullable Long sinceNanos;
  private long term;
  private long roleSinceNanos;
  private int attemptCount;
  private Turn turn = Turn.NOW;

  /**
   * @param timeoutMin after which the first voter in turn stands; half of it where this replica
   *     knows of no leader
   * @param timeoutMax before which the last one does; after a few times as long a leader without a
   *     majority gives up, and a candidate
   */
  Candidacy(PartitionId partition, Duration timeoutMin, Duration timeoutMax) {
    this.partition = partition;
    this.timeoutMin = timeoutMin;
    this.timeoutMax = timeoutMax;
  }

  /**
   * What to do now; to be called several times within the time-outs.
   *
   * @param turn whether this replica may stand now if it is time to; what is put off stays due
   */
  Step next(View view, Hearing hearing, Turn turn, long nowNanos) {
    this.turn = turn;
    if (view.role() != role) {
      role = view.role();
      roleSinceNanos = nowNanos;
      sinceNanos = null;
    }
    return switch (role) {
      case LISTENER, DAMAGED -> Step.NONE;
      case LEADER -> asLeader(view, hearing, nowNanos);
      case CANDIDATE -> asCandidate(view, hearing, nowNanos);
      case FOLLOWER -> asFollower(view, hearing, nowNanos);
    };
  }

  /** Whether an election that the replica stands in takes longer than one does. */
  boolean isHanging(long nowNanos) {
    return role == Role.CANDIDATE && nowNanos - roleSinceNanos > timeoutMax.toNanos();
  }

  private Step asLeader(View view, Hearing hearing, long nowNanos) {
    attemptCount = 0;
    boolean isFollowed =
        isMajority(view, node -> hearing.answersWithin(node, timeoutMin, nowNanos));
    return due(!isFollowed, timeoutMax.toNanos() * HANGING, nowNanos) ? Step.STEP_DOWN : Step.NONE;
  }

  private Step asCandidate(View view, Hearing hearing, long nowNanos) {
    return due(isMajorityOpen(view, hearing, nowNanos), timeoutMax.toNanos() * HANGING, nowNanos)
        ? Step.WITHDRAW
        : Step.NONE;
  }

  private Step asFollower(View view, Hearing hearing, long nowNanos) {
    NodeId leader = view.leader();
    if (view.term() != term) { // somebody stands: it may win
      term = view.term();
      sinceNanos = null;
    }
    if (leader == null) {
      boolean isWorthIt = isMajorityOpen(view, hearing, nowNanos);
      return attempt(isWorthIt, view, null, nowNanos, Step.ASK);
    }
    Followed now = new Followed(leader, view.term());
    if (!now.equals(followed)) {
      followed = now;
      sinceNanos = null;
      attemptCount = 0;
      return Step.NONE;
    }
    if (!hearing.isHeard(leader, nowNanos)) {
      boolean isMissed = isMajority(view, node -> hearing.misses(node, leader, nowNanos));
      sinceNanos = sinceNanos == null ? hearing.heardAtNanos(leader) : sinceNanos;
      return attempt(isMissed, view, leader, nowNanos, Step.STAND);
    }
    boolean isLeft = // it has stepped down, was restarted, or has no replica any more
        hearing.denies(leader, partition, nowNanos) && isMajorityOpen(view, hearing, nowNanos);
    return attempt(isLeft, view, null, nowNanos, Step.STAND);
  }

  /**
   * @param missed whose turn is left out
   */
  private Step attempt(
      boolean isWorthIt, View view, @Nullable NodeId missed, long nowNanos, Step step) {
    long patienceNanos =
        isWorthIt && turn == Turn.NOW
            ? patienceNanos(view, missed) << Math.min(attemptCount, BACK_OFF_MAX)
            : Long.MAX_VALUE;
    if (!due(isWorthIt, patienceNanos, nowNanos)
        || !view.voters().get().contains(view.self())
        || !view.mayStand().getAsBoolean()) {
      return Step.NONE;
    }
    attemptCount++;
    return step;
  }

  /** Whether that has been so for this long; begins anew when it was. */
  private boolean due(boolean isSo, long patienceNanos, long nowNanos) {
    Long since = sinceNanos;
    if (!isSo) {
      sinceNanos = null;
      return false;
    }
    if (since == null) {
      sinceNanos = nowNanos;
      return false;
    }
    if (nowNanos - since < patienceNanos) {
      return false;
    }
    sinceNanos = nowNanos;
    return true;
  }

  private static boolean isMajorityOpen(View view, Hearing hearing, long nowNanos) {
    return isMajority(view, node -> hearing.isOpen(node, nowNanos));
  }

  /** Of the voters, with this one. */
  private static boolean isMajority(View view, Predicate<NodeId> others) {
    List<NodeId> voters = view.voters().get();
    long count =
        voters.stream().filter(node -> node.equals(view.self()) || others.test(node)).count();
    return 2 * count > voters.size();
  }

  /** Those that may stand take turns; first is who is to lead when all begin. */
  private long patienceNanos(View view, @Nullable NodeId missed) {
    List<NodeId> turns = new ArrayList<>(view.voters().get());
    Collections.rotate(turns, -turns.indexOf(LeaderSpread.preferred(partition, turns)));
    turns.removeIf(node -> node.equals(missed));
    Duration between = timeoutMax.minus(timeoutMin);
    long patienceNanos =
        timeoutMin.toNanos() + between.toNanos() * turns.indexOf(view.self()) / turns.size();
    if (view.leader() == null) { // it asks first, so it may ask soon
      patienceNanos /= 2;
    }
    // At the beginning all may be behind, and nobody is worth waiting for.
    boolean isLate = followed != null && view.isBehind().getAsBoolean();
    return isLate ? patienceNanos + timeoutMax.toNanos() : patienceNanos;
  }
}
