package dev.holdfast.jepsen.nemesis;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A fault that took effect and was healed.
 *
 * @param nodes counted from 0; none of what concerns all
 * @param evidence how its effect was seen, in words
 * @param lasted until every node was ready again
 */
public record Fault(Kind kind, List<Integer> nodes, String evidence, Duration lasted) {
  /** What is done, and to whom. */
  public enum Kind {
    /** SIGKILL; started again after a while. */
    KILL_LEADER,
    /** SIGKILL; started again after a while. */
    KILL_FOLLOWER,
    /** SIGKILL of the node that leads the meta group; started again after a while. */
    KILL_META_LEADER,
    /** SIGKILL of so many that the others are no majority; started again after a while. */
    KILL_MAJORITY,
    /** SIGKILL of all but the leader; started again after longer than clients wait. */
    KILL_FOLLOWERS,
    /** All at once, SIGKILL; started again at once. */
    KILL_ALL,
    /**
     * A follower stands still for a while; then the leader is killed and the follower goes on,
     * whose log is too short for it to lead.
     */
    KILL_LEADER_OF_LATE_FOLLOWER,
    /** SIGTERM; started again after a while. */
    STOP_LEADER,
    /** Every node in turn, SIGTERM; started again, and ready before the next. */
    ROLLING_RESTART,
    /** SIGSTOP; SIGCONT when another node leads and has led for a while. */
    PAUSE_LEADER,
    /** SIGSTOP; SIGCONT after a while. */
    PAUSE_FOLLOWER,
    /** SIGSTOP of so many that the others are no majority; SIGCONT after a while. */
    PAUSE_MAJORITY,
    /** SIGSTOP of all but the leader, for longer than clients wait for an answer. */
    PAUSE_FOLLOWERS,
    /** The leader's files may not grow: it halts; started again with room after a while. */
    FILL_DISK_LEADER,
    /** A follower's files may not grow: it halts; started again with room after a while. */
    FILL_DISK_FOLLOWER,
    /** SIGKILL, and what the leader had not synced is lost; started again after a while. */
    POWER_CUT_LEADER,
    /** The same, of so many at once that the others are no majority. */
    POWER_CUT_MAJORITY,
    /** The same, of all at once. */
    POWER_CUT_ALL,
    /** SIGKILL of all amid a sync; once they are ready again the same as of all. */
    POWER_CUT_AFTER_KILL,
    /** The leader's disk does not sync: it halts; started again with one that does. */
    FAIL_FSYNC_LEADER,
    /** A follower's disk does not sync: it halts; started again with one that does. */
    FAIL_FSYNC_FOLLOWER,
    /** All disks pretend to sync, then their power is cut: a run must find what is lost. */
    LYING_DISKS,
    /** A bit flips in a follower's Raft log while it is down: it is rebuilt. */
    FLIP_LOG_BITS,
    /** Bits flip in a table that a follower has written: it is found and rebuilt. */
    FLIP_TABLE_BITS,
    /** No message between a minority and the rest, either way. */
    PARTITION_HALVES,
    /** No message between the leader and the other nodes; clients reach all of them. */
    PARTITION_LEADER,
    /** The leader's messages to the others are lost, theirs to it arrive. */
    PARTITION_FROM_LEADER,
    /** The others' messages to the leader are lost, its own to them arrive. */
    PARTITION_TO_LEADER,
    /** Every node reaches a majority, and no two nodes reach the same. */
    PARTITION_RING,
    /** One node reaches all others, which are two halves that do not reach one another. */
    PARTITION_BRIDGE,
    /** The leader is cut off and back, again and again. */
    FLAPPING_LINKS,
    /**
     * A follower is asked for its vote while it has entries checked and not on disk, and answers
     * for them afterwards.
     */
    VOTE_BETWEEN_APPENDS,
    /** Every message between nodes is late. */
    SLOW_LINKS,
    /** A part of the packets between nodes is lost, and sent again late. */
    LOSSY_LINKS,
    /** The wall clock of the leader's node is minutes ahead for a while. */
    CLOCK_JUMP_FORWARD,
    /** The wall clock of the leader's node is minutes behind for a while. */
    CLOCK_JUMP_BACK,
    /** SIGKILL of the leader, started again with a wall clock that is minutes off for a while. */
    CLOCK_WRONG_AT_START,
    /** The leader's clocks are slow, the others' fast, all within what the store allows. */
    CLOCK_DRIFT,
    /** A further node joins, takes over a replica, and leaves: no fault, but nobody may notice. */
    JOIN_NODE,
    /** A further node joins, the leader's is emptied and taken back, the further one leaves. */
    DECOMMISSION_NODE,
    /** A further node joins, a replica moves to it and back, it leaves. */
    MOVE_REPLICA,
    /** SIGKILL; started again when the others' logs no longer hold what it has missed. */
    SNAPSHOT_FOLLOWER,
    /** All nodes in turn are stopped and started with another build, and then back. */
    ROLLING_UPGRADE,
    /** A follower is restarted with a small heap and gets large items; then with the usual one. */
    MEMORY_PRESSURE,
    /** Leadership of partitions is passed on, again and again. */
    TRANSFER_STORM,
    /** The largest partition is split: no fault, but nobody may notice. */
    SPLIT,
    /** The largest partition is split, and its leader killed while it is. */
    SPLIT_AND_KILL,
    /** The largest partition is split, and answers to native clients are lost meanwhile. */
    SPLIT_AND_LOSE_ANSWERS,
    /** Two neighbours are merged, after a split if there is one only: no fault, either. */
    MERGE,
    /** Two neighbours are merged, and the leader of one of them killed meanwhile. */
    MERGE_AND_KILL;

    /** As the command line and histories name it. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<Kind> named(String text) {
      return Arrays.stream(values()).filter(kind -> kind.text().equals(text)).findFirst();
    }

    /** Whether clocks must be such that they can be steered. */
    public boolean isOfClocks() {
      return this == CLOCK_JUMP_FORWARD
          || this == CLOCK_JUMP_BACK
          || this == CLOCK_WRONG_AT_START
          || this == CLOCK_DRIFT;
    }

    /** Whether flushes of Raft logs must be such that they can be held. */
    public boolean isOfFlushes() {
      return this == VOTE_BETWEEN_APPENDS;
    }

    /** Whether links must go through a network that can be broken. */
    public boolean needsNetwork() {
      return isOfTheNetwork() || isDirected();
    }

    /** Whether it cuts links between nodes and does nothing else to them. */
    public boolean isOfCuts() {
      return isOfTheNetwork() && !needsProxies();
    }

    /** Whether it delays what links carry, loses a part of it, or breaks connections. */
    public boolean needsProxies() {
      return this == SLOW_LINKS || this == LOSSY_LINKS || isDirected();
    }

    /** Whether it was made to meet one planted mistake: it is in no group. */
    public boolean isDirected() {
      return this == VOTE_BETWEEN_APPENDS || this == SPLIT_AND_LOSE_ANSWERS;
    }

    /** Whether no store survives it: it shows that a run sees the loss, and is in no group. */
    public boolean isControl() {
      return this == LYING_DISKS;
    }

    /** Whether it takes a second build of the server, which no group can count on. */
    public boolean needsOtherBuild() {
      return this == ROLLING_UPGRADE;
    }

    /** What it needs in the nodes' configuration. */
    public List<String> nodeOptions() {
      return switch (this) {
        case SNAPSHOT_FOLLOWER -> List.of(Snapshots.OPTION);
        case FLIP_LOG_BITS, FLIP_TABLE_BITS -> List.of(Damages.OPTION);
        default -> List.of();
      };
    }

    /** Whether disks must be such that they can be broken. */
    public boolean isOfTheDisk() {
      return switch (this) {
        case POWER_CUT_LEADER,
            POWER_CUT_MAJORITY,
            POWER_CUT_ALL,
            POWER_CUT_AFTER_KILL,
            FAIL_FSYNC_LEADER,
            FAIL_FSYNC_FOLLOWER,
            LYING_DISKS ->
            true;
        default -> false;
      };
    }

    /** Whether it is a fault of the links between nodes. */
    public boolean isOfTheNetwork() {
      return switch (this) {
        case PARTITION_HALVES,
            PARTITION_LEADER,
            PARTITION_FROM_LEADER,
            PARTITION_TO_LEADER,
            PARTITION_RING,
            PARTITION_BRIDGE,
            FLAPPING_LINKS,
            SLOW_LINKS,
            LOSSY_LINKS ->
            true;
        default -> false;
      };
    }
  }
}
