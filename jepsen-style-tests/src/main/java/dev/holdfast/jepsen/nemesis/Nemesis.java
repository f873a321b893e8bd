package dev.holdfast.jepsen.nemesis;

import dev.holdfast.jepsen.cluster.Build;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.nemesis.Fault.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Does one fault at a time to the nodes of a cluster, lets it last, heals it, and waits until all
 * nodes are ready. Used by one thread, the only one that uses the cluster.
 */
public final class Nemesis {
  private final LocalCluster cluster;
  private final Random random;
  private final Processes processes;
  private final PowerCuts cuts;
  private final FailingSyncs syncs;
  private final Damages damages;
  private final Links links;
  private final Clocks clocks;
  private final Members members;
  private final Snapshots snapshots;
  private final Upgrades upgrades;
  private final Memory memory;
  private final Transfers transfers;
  private final Votes votes;
  private final Splits splits;
  private final Merges merges;

  public Nemesis(LocalCluster cluster, Random random) {
    this(cluster, random, null);
  }

  /**
   * @param otherBuild of the server, if there is one
   */
  public Nemesis(LocalCluster cluster, Random random, @Nullable Build otherBuild) {
    Hold hold = new Hold(random);
    this.cluster = cluster;
    this.random = random;
    this.processes = new Processes(cluster, random, hold);
    this.cuts = new PowerCuts(cluster, random, hold);
    this.syncs = new FailingSyncs(cluster, hold, cuts);
    this.damages = new Damages(cluster, random);
    this.links = new Links(cluster, random, hold);
    this.clocks = new Clocks(cluster, random, hold);
    this.members = new Members(cluster, random, hold);
    this.snapshots = new Snapshots(cluster);
    this.upgrades = new Upgrades(cluster, hold, otherBuild);
    this.memory = new Memory(cluster);
    this.transfers = new Transfers(cluster, random);
    this.votes = new Votes(cluster, random, hold, transfers);
    this.splits = new Splits(cluster, random);
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

  /** Once all is done: what a fault may do without once it must have done in all of them. */
  public void requireEffects() {
    cuts.requireLoss();
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
      case KILL_FOLLOWERS -> of(leader, processes.killFollowers(leader));
      case PAUSE_FOLLOWERS -> of(leader, processes.pauseFollowers(leader));
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
      case CLOCK_JUMP_FORWARD -> of(leader, clocks.jumpForward(leader));
      case CLOCK_JUMP_BACK -> of(leader, clocks.jumpBack(leader));
      case CLOCK_WRONG_AT_START -> of(leader, clocks.wrongAtStart(leader));
      case CLOCK_DRIFT -> all(clocks.drift(leader));
      case JOIN_NODE -> all(members.join());
      case DECOMMISSION_NODE -> of(leader, members.decommission(leader));
      case MOVE_REPLICA -> all(members.move());
      case SNAPSHOT_FOLLOWER -> of(follower, snapshots.fill(follower));
      case ROLLING_UPGRADE -> all(upgrades.thereAndBack());
      case MEMORY_PRESSURE -> of(follower, memory.squeeze(follower));
      case TRANSFER_STORM -> all(transfers.storm());
      case VOTE_BETWEEN_APPENDS -> all(votes.betweenAppends());
      case SPLIT -> all(splits.split());
      case SPLIT_AND_KILL -> all("node " + splits.splitAndKill() + " ended during a split");
      case SPLIT_AND_LOSE_ANSWERS -> all(splits.splitAndLoseAnswers());
      case MERGE -> all(merges.merge());
      case MERGE_AND_KILL -> all(merges.mergeAndKill());
      default -> kind.isOfTheNetwork() ? ofLinks(kind, leader) : ofStorage(kind, leader, follower);
    };
  }

  private Effect ofLinks(Kind kind, int leader) {
    return switch (kind) {
      case PARTITION_HALVES -> all(links.halves());
      case PARTITION_LEADER -> of(leader, links.isolate(leader));
      case PARTITION_FROM_LEADER -> of(leader, links.silence(leader));
      case PARTITION_TO_LEADER -> of(leader, links.deafen(leader));
      case PARTITION_RING -> all(links.ring());
      case PARTITION_BRIDGE -> all(links.bridge());
      case FLAPPING_LINKS -> of(leader, links.flap(leader));
      case SLOW_LINKS -> all(links.slow());
      case LOSSY_LINKS -> all(links.lose());
      default -> throw new IllegalArgumentException(kind.text());
    };
  }

  private Effect ofStorage(Kind kind, int leader, int follower) {
    return switch (kind) {
      case POWER_CUT_LEADER -> of(leader, cuts.cutLeader(leader));
      case POWER_CUT_MAJORITY -> {
        List<Integer> majority = processes.majority();
        yield new Effect(majority, cuts.cutAndStart(majority));
      }
      case POWER_CUT_ALL -> all(cuts.cutAndStart(cuts.all()));
      case POWER_CUT_AFTER_KILL -> all(cuts.killThenCut());
      case FAIL_FSYNC_LEADER -> of(leader, syncs.fail(leader));
      case FAIL_FSYNC_FOLLOWER -> of(follower, syncs.fail(follower));
      case FLIP_LOG_BITS -> of(follower, damages.flipInLog(follower));
      case FLIP_TABLE_BITS -> of(follower, damages.flipInTable(follower));
      case LYING_DISKS -> all(cuts.lieAndCutAll());
      default -> throw new IllegalArgumentException(kind.text());
    };
  }

  private static Effect of(int node, String evidence) {
    return new Effect(List.of(node), evidence);
  }

  private static Effect all(String evidence) {
    return new Effect(List.of(), evidence);
  }
}
