package dev.holdfast.jepsen.nemesis;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.nemesis.Fault.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Does one fault at a time to the nodes of a cluster, lets it last, heals it, and waits until all
 * nodes are ready. Used by one thread, the only one that uses the cluster.
 */
public final class Nemesis {
  private static final Duration EFFECT_WITHIN = Duration.ofSeconds(30);
  private static final long HOLD_MILLIS_MIN = 300;
  private static final long HOLD_MILLIS_MAX = 1800;

  private final LocalCluster cluster;
  private final Random random;
  private final Splits splits;
  private final Merges merges;

  public Nemesis(LocalCluster cluster, Random random) {
    this.cluster = cluster;
    this.random = random;
    this.splits = new Splits(cluster);
    this.merges = new Merges(cluster, random, splits);
  }

  /** Returns once the fault is healed; fails with an {@link AssertionError} if it had no effect. */
  public Fault strike(Kind kind) {
    long begin = System.nanoTime();
    int leader = cluster.awaitLeader();
    int follower = (leader + 1 + random.nextInt(cluster.size() - 1)) % cluster.size();
    String evidence =
        switch (kind) {
          case KILL_LEADER -> killLeader(leader);
          case STOP_LEADER -> stopLeader(leader);
          case PAUSE_LEADER -> pauseLeader(leader);
          case KILL_FOLLOWER -> killFollower(follower);
          case PAUSE_FOLLOWER -> pauseFollower(follower);
          case KILL_ALL -> killAll();
          case SPLIT -> splits.split();
          case SPLIT_AND_KILL -> "node " + splits.splitAndKill() + " ended during a split";
          case MERGE -> merges.merge();
          case MERGE_AND_KILL -> merges.mergeAndKill();
        };
    cluster.awaitReady();
    List<Integer> nodes =
        switch (kind) {
          case SPLIT, SPLIT_AND_KILL, MERGE, MERGE_AND_KILL -> List.of();
          case KILL_LEADER, STOP_LEADER, PAUSE_LEADER -> List.of(leader);
          case KILL_FOLLOWER, PAUSE_FOLLOWER -> List.of(follower);
          case KILL_ALL -> IntStream.range(0, cluster.size()).boxed().toList();
        };
    return new Fault(kind, nodes, evidence, Duration.ofNanos(System.nanoTime() - begin));
  }

  private String killLeader(int leader) {
    cluster.node(leader).kill();
    String evidence = ended(leader) + ", " + succeeded(leader);
    hold();
    cluster.startNode(leader);
    return evidence;
  }

  private String stopLeader(int leader) {
    cluster.node(leader).stop();
    String evidence = ended(leader) + ", " + succeeded(leader);
    hold();
    cluster.startNode(leader);
    return evidence;
  }

  private String pauseLeader(int leader) {
    cluster.node(leader).pause();
    try {
      String evidence = paused(leader) + ", " + succeeded(leader);
      hold();
      return evidence;
    } finally {
      cluster.node(leader).resume();
    }
  }

  private String killFollower(int follower) {
    cluster.node(follower).kill();
    String evidence = ended(follower);
    hold();
    cluster.startNode(follower);
    return evidence;
  }

  private String pauseFollower(int follower) {
    cluster.node(follower).pause();
    try {
      String evidence = paused(follower);
      hold();
      return evidence;
    } finally {
      cluster.node(follower).resume();
    }
  }

  private String killAll() {
    IntStream.range(0, cluster.size()).forEach(node -> cluster.node(node).kill());
    String evidence =
        String.join(
            ", ", IntStream.range(0, cluster.size()).mapToObj(Nemesis.this::ended).toList());
    IntStream.range(0, cluster.size()).forEach(cluster::startNode);
    return evidence;
  }

  private String ended(int node) {
    if (cluster.node(node).isAlive()) {
      throw new AssertionError("node " + node + " was to end and is alive");
    }
    return "node " + node + " ended";
  }

  private String paused(int node) {
    Await.until("node " + node + " stands still", EFFECT_WITHIN, cluster.node(node)::isPaused);
    return "node " + node + " stands still";
  }

  private String succeeded(int old) {
    return "node " + cluster.awaitLeaderOtherThan(old) + " leads";
  }

  /** Long enough for clients to meet the fault. */
  private void hold() {
    long millis = HOLD_MILLIS_MIN + random.nextLong(HOLD_MILLIS_MAX - HOLD_MILLIS_MIN);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    Await.until("the fault lasts", EFFECT_WITHIN, () -> System.nanoTime() - end > 0);
  }
}
