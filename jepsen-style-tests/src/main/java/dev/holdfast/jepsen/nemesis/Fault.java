package dev.holdfast.jepsen.nemesis;

import java.time.Duration;
import java.util.List;

/**
 * A fault that took effect and was healed.
 *
 * @param nodes counted from 0; none of a split or merge, which concerns all
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
    /** All at once, SIGKILL; started again at once. */
    KILL_ALL,
    /** SIGTERM; started again after a while. */
    STOP_LEADER,
    /** SIGSTOP; SIGCONT when another node leads and has led for a while. */
    PAUSE_LEADER,
    /** SIGSTOP; SIGCONT after a while. */
    PAUSE_FOLLOWER,
    /** The largest partition is split: no fault, but nobody may notice. */
    SPLIT,
    /** The largest partition is split, and its leader killed while it is. */
    SPLIT_AND_KILL,
    /** Two neighbours are merged, after a split if there is one only: no fault, either. */
    MERGE,
    /** Two neighbours are merged, and the leader of one of them killed meanwhile. */
    MERGE_AND_KILL
  }
}
