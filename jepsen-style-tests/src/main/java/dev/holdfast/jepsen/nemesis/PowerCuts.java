package dev.holdfast.jepsen.nemesis;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.disk.DiskCounts;
import dev.holdfast.jepsen.disk.Loss;
import dev.holdfast.jepsen.disk.NodeDisk;
import dev.holdfast.jepsen.disk.PowerCut;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Cuts the power of nodes: they are killed, and what they had not synced is lost. Their disks are
 * slow for a moment before, so that there is something unsynced to lose, and whoever acknowledges
 * before a sync has ended is found out.
 */
final class PowerCuts {
  private static final String LIBRARY = ".so";
  private static final String RAFT_LOG = "/current/log_";
  private static final int DELAY_MILLIS_MIN = 50;
  private static final int DELAY_MILLIS_MAX = 150;
  private static final long POLL_NANOS = 200_000; // far less than a slow sync takes
  private static final long LIE_MILLIS = 2_000;

  private final LocalCluster cluster;
  private final Random random;
  private final Hold hold;
  private int cutCount;
  private long lostBytes;

  PowerCuts(LocalCluster cluster, Random random, Hold hold) {
    this.cluster = cluster;
    this.random = random;
    this.hold = hold;
  }

  /** Of the leader; another one leads before it is started again. */
  String cutLeader(int leader) {
    slowDown(List.of(leader));
    String evidence =
        cut(List.of(leader), this::someLoss) + ", node " + cluster.awaitLeaderOtherThan(leader);
    hold.on();
    cluster.startNode(leader);
    return evidence + " leads";
  }

  /** Of all these at once; they are started again at the same time. */
  String cutAndStart(List<Integer> nodes) {
    slowDown(nodes);
    String evidence = cut(nodes, this::someLoss);
    hold.on();
    nodes.forEach(cluster::startNode);
    return evidence;
  }

  /**
   * All are killed amid a sync and started again, which loses nothing; what is in their logs then
   * counts, and must be on disk when their power is cut.
   */
  String killThenCut() {
    List<Integer> all = all();
    slowDown(all);
    all.parallelStream().forEach(node -> cluster.node(node).kill());
    for (int node : all) {
      if (cluster.node(node).isAlive()) {
        throw new AssertionError("node " + node + " was to end and is alive");
      }
      cluster.disk(node).behave();
      cluster.startNode(node);
    }
    cluster.awaitReady();
    String evidence = "all were killed and ready again, " + cut(all, this::someLoss);
    all.forEach(cluster::startNode);
    return evidence;
  }

  List<Integer> all() {
    return IntStream.range(0, cluster.size()).boxed().toList();
  }

  /**
   * No store survives this: all disks say that they have synced and have not, for a while, and then
   * the power of all nodes is cut. It is there to show that a run sees the loss.
   */
  String lieAndCutAll() {
    List<Integer> all = all();
    List<Long> before = all.stream().map(node -> counts(node).lies()).toList();
    all.forEach(node -> cluster.disk(node).lie());
    hold.millis(LIE_MILLIS);
    Await.until(
        "every disk has lied",
        Hold.EFFECT_WITHIN,
        () -> all.stream().allMatch(node -> counts(node).lies() > before.get(node)));
    String evidence = cut(all, node -> Loss.ALL);
    all.forEach(cluster::startNode);
    return "every disk has lied, " + evidence;
  }

  /** A run in which no power cut took anything has tested nothing. */
  void requireLoss() {
    if (cutCount > 0 && lostBytes == 0) {
      throw new AssertionError("nothing was lost in " + cutCount + " power cuts");
    }
  }

  /** What a node that has ended had not synced is lost. Returns how that was seen. */
  String lose(int node, Loss loss) {
    NodeDisk disk = cluster.disk(node);
    DiskCounts counts = disk.counts();
    if (counts.writes() == 0 || counts.syncs() == 0 || counts.errors() > 0) {
      throw new AssertionError("the disk of node " + node + " was not looked after: " + counts);
    }
    PowerCut cut = disk.cutPower(loss, random);
    disk.behave();
    long lost = cut.bytes() - cut.bytesOf(LIBRARY); // which is unpacked anew at each start
    lostBytes += lost;
    return "node %d lost %d bytes unsynced, %d of Raft logs (%s; %d writes and %d syncs before)"
        .formatted(node, lost, cut.bytesOf(RAFT_LOG), loss.text(), counts.writes(), counts.syncs());
  }

  /** In the first cut of a run all of it, so that a run with one cut loses something. */
  private Loss someLoss(int node) {
    return cutCount == 1 ? Loss.ALL : Loss.any(random);
  }

  private DiskCounts counts(int node) {
    return cluster.disk(node).counts();
  }

  /** Returns once each of them has written while its disk was slow, in the middle of a sync. */
  private void slowDown(List<Integer> nodes) {
    List<Long> before = nodes.stream().map(node -> counts(node).writes()).toList();
    for (int node : nodes) {
      int millis = DELAY_MILLIS_MIN + random.nextInt(DELAY_MILLIS_MAX - DELAY_MILLIS_MIN);
      cluster.disk(node).delaySyncs(Duration.ofMillis(millis));
    }
    hold.on();
    Await.until(
        "nodes " + nodes + " write",
        Hold.EFFECT_WITHIN,
        () ->
            IntStream.range(0, nodes.size())
                .allMatch(i -> counts(nodes.get(i)).writes() > before.get(i)));
    awaitSync(nodes);
  }

  /** Returns when one of them is in the middle of a sync, or after a while. */
  private void awaitSync(List<Integer> nodes) {
    long end = System.nanoTime() + Hold.EFFECT_WITHIN.toNanos();
    while (nodes.stream().noneMatch(node -> cluster.disk(node).isSyncing())
        && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private String cut(List<Integer> nodes, IntFunction<Loss> loss) {
    nodes.parallelStream().forEach(node -> cluster.node(node).kill());
    cutCount++;
    List<String> evidence = new ArrayList<>();
    for (int node : nodes) {
      if (cluster.node(node).isAlive()) {
        throw new AssertionError("node " + node + " was to end and is alive");
      }
      evidence.add(lose(node, loss.apply(node)));
    }
    return evidence.stream().collect(Collectors.joining(", "));
  }
}
