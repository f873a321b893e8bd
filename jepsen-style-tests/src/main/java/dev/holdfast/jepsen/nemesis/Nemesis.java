package dev.holdfast.jepsen.nemesis;

import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.nemesis.Fault.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * Does one fault at a time to the nodes of a cluster, lets it last, heals it, and waits until all
 * nodes are ready. Used by one thread, the only one that uses the cluster.
 */
public final class Nemesis {
  private final LocalCluster cluster;
  private final Random random;
  private final Processes processes;
  private final Links links;
  private final Clocks clocks;
  private final Transfers transfers;
  private final Splits splits;
  private final Merges merges;

  public Nemesis(LocalCluster cluster, Random random) {
    Hold hold = new Hold(random);
    this.cluster = cluster;
    this.random = random;
    this.processes = new Processes(cluster, random, hold);
    this.links = new Links(cluster, random, hold);
    this.clocks = new Clocks(cluster, random, hold);
    this.transfers = new Transfers(cluster, random);
    this.splits = new Splits(cluster);
    this.merges = new Merges(cluster, random, splits);
  }

  /** Whom a fault struck, and how that was seen. */
  private record Effect(List<Integer> nodes, String evidence) {}

  /** Returns once the fault is healed; fails with an {@link AssertionError} if it had no effect. */
  public Fault strike(Kind kind) {
    long begin = System.nanoTime();
    Effect effect = effect(kind);
    cluster.awaitReady();
    return new Fault(
        kind, effect.nodes(), effect.evidence(), Duration.ofNanos(System.nanoTime() - begin));
  }

  private Effect effect(Kind kind) {
    int leader = cluster.awaitLeader();
    int follower = (leader + 1 + random.nextInt(cluster.size() - 1)) % cluster.size();
    return switch (kind) {
      case KILL_LEADER -> of(leader, processes.killLeader(leader));
      case STOP_LEADER -> of(leader, processes.stopLeader(leader));
      case PAUSE_LEADER -> of(leader, processes.pauseLeader(leader));
      case KILL_FOLLOWER -> of(follower, processes.kill(List.of(follower)));
      case PAUSE_FOLLOWER -> of(follower, processes.pause(List.of(follower)));
      case KILL_META_LEADER -> {
        int meta = cluster.awaitMetaLeader();
        yield of(meta, processes.killMetaLeader(meta));
      }
      case KILL_MAJORITY -> {
        List<Integer> majority = processes.majority();
        yield new Effect(majority, processes.kill(majority));
      }
      case PAUSE_MAJORITY -> {
        List<Integer> majority = processes.majority();
        yield new Effect(majority, processes.pause(majority));
      }
      case KILL_ALL -> all(processes.killAll());
      case KILL_LEADER_OF_LATE_FOLLOWER ->
          new Effect(List.of(leader, follower), processes.killLeaderOfLate(leader, follower));
      case ROLLING_RESTART -> all(processes.restartInTurn());
      case FILL_DISK_LEADER -> of(leader, processes.fillDisk(leader));
      case FILL_DISK_FOLLOWER -> of(follower, processes.fillDisk(follower));
      case PARTITION_HALVES -> all(links.halves());
      case PARTITION_LEADER -> of(leader, links.isolate(leader));
      case PARTITION_FROM_LEADER -> of(leader, links.silence(leader));
      case PARTITION_TO_LEADER -> of(leader, links.deafen(leader));
      case PARTITION_RING -> all(links.ring());
      case PARTITION_BRIDGE -> all(links.bridge());
      case FLAPPING_LINKS -> of(leader, links.flap(leader));
      case SLOW_LINKS -> all(links.slow());
      case LOSSY_LINKS -> all(links.lose());
      case CLOCK_JUMP_FORWARD -> of(leader, clocks.jumpForward(leader));
      case CLOCK_JUMP_BACK -> of(leader, clocks.jumpBack(leader));
      case CLOCK_DRIFT -> all(clocks.drift(leader));
      case TRANSFER_STORM -> all(transfers.storm());
      case SPLIT -> all(splits.split());
      case SPLIT_AND_KILL -> all("node " + splits.splitAndKill() + " ended during a split");
      case MERGE -> all(merges.merge());
      case MERGE_AND_KILL -> all(merges.mergeAndKill());
    };
  }

  private static Effect of(int node, String evidence) {
    return new Effect(List.of(node), evidence);
  }

  private static Effect all(String evidence) {
    return new Effect(List.of(), evidence);
  }
}
