package dev.holdfast.jepsen.nemesis;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Ends processes, stops them and makes them stand still; returns how that was seen. */
final class Processes {
  /** Less than any file that a node writes to. */
  private static final long FULL_BYTES = 1024;

  /** Calls give up after 5 s. */
  private static final int LONGER_THAN_CALLS_MILLIS = 5_500;

  private static final int LONGER_MILLIS_RANGE = 1_500;

  /** With which a node halts that cannot go on (docs/operations.md). */
  static final int EXIT_FAULT = 70;

  private final LocalCluster cluster;
  private final Random random;
  private final Hold hold;

  Processes(LocalCluster cluster, Random random, Hold hold) {
    this.cluster = cluster;
    this.random = random;
    this.hold = hold;
  }

  String killLeader(int leader) {
    cluster.node(leader).kill();
    String evidence = ended(leader) + ", " + succeeded(leader);
    hold.on();
    cluster.startNode(leader);
    return evidence;
  }

  /** Of three nodes the other one alone has a log as long as the leader's. */
  String killLeaderOfLate(int leader, int follower) {
    String evidence;
    cluster.node(follower).pause();
    try {
      evidence = paused(follower);
      hold.on();
      cluster.node(leader).kill();
      evidence += ", " + ended(leader);
    } finally {
      cluster.node(follower).resume();
    }
    evidence += ", " + succeeded(leader);
    hold.on();
    cluster.startNode(leader);
    return evidence;
  }

  String killMetaLeader(int leader) {
    cluster.node(leader).kill();
    String evidence =
        ended(leader) + ", node " + cluster.awaitMetaLeaderOtherThan(leader) + " leads meta";
    hold.on();
    cluster.startNode(leader);
    return evidence;
  }

  String stopLeader(int leader) {
    cluster.node(leader).stop();
    String evidence = ended(leader) + ", " + succeeded(leader);
    hold.on();
    cluster.startNode(leader);
    return evidence;
  }

  String pauseLeader(int leader) {
    cluster.node(leader).pause();
    try {
      String evidence = paused(leader) + ", " + succeeded(leader);
      hold.on();
      return evidence;
    } finally {
      cluster.node(leader).resume();
    }
  }

  /** All of them at once; they are started again at the same time. */
  String kill(List<Integer> nodes) {
    nodes.forEach(node -> cluster.node(node).kill());
    String evidence = nodes.stream().map(this::ended).collect(Collectors.joining(", "));
    hold.on();
    nodes.forEach(cluster::startNode);
    return evidence;
  }

  /** All nodes, which are started again at once. */
  String killAll() {
    List<Integer> all = IntStream.range(0, cluster.size()).boxed().toList();
    all.forEach(node -> cluster.node(node).kill());
    String evidence = all.stream().map(this::ended).collect(Collectors.joining(", "));
    all.forEach(cluster::startNode);
    return evidence;
  }

  String pause(List<Integer> nodes) {
    nodes.forEach(node -> cluster.node(node).pause());
    try {
      String evidence = nodes.stream().map(this::paused).collect(Collectors.joining(", "));
      hold.on();
      return evidence;
    } finally {
      nodes.forEach(node -> cluster.node(node).resume());
    }
  }

  /**
   * What the leader has in its log meanwhile nobody is told of, and it may be there later. Whoever
   * asks another node is refused at once.
   */
  String killFollowers(int leader) {
    List<Integer> followers = allBut(leader);
    followers.forEach(node -> cluster.node(node).kill());
    String evidence = followers.stream().map(this::ended).collect(Collectors.joining(", "));
    longerThanCalls();
    followers.forEach(cluster::startNode);
    return evidence;
  }

  private void longerThanCalls() {
    hold.millis(LONGER_THAN_CALLS_MILLIS + random.nextInt(LONGER_MILLIS_RANGE));
  }

  private List<Integer> allBut(int leader) {
    return IntStream.range(0, cluster.size()).filter(node -> node != leader).boxed().toList();
  }

  /** The same, but whoever asks another node is not answered. */
  String pauseFollowers(int leader) {
    List<Integer> followers = allBut(leader);
    followers.forEach(node -> cluster.node(node).pause());
    try {
      String evidence = followers.stream().map(this::paused).collect(Collectors.joining(", "));
      longerThanCalls();
      return evidence;
    } finally {
      followers.forEach(node -> cluster.node(node).resume());
    }
  }

  /** A majority, whichever. */
  List<Integer> majority() {
    List<Integer> nodes = new ArrayList<>(IntStream.range(0, cluster.size()).boxed().toList());
    Collections.shuffle(nodes, random);
    return List.copyOf(nodes.subList(0, cluster.size() / 2 + 1));
  }

  String restartInTurn() {
    for (int node = 0; node < cluster.size(); node++) {
      cluster.node(node).stop();
      ended(node);
      cluster.startNode(node);
      cluster.awaitReady();
    }
    return "all nodes were stopped and started, one after the other";
  }

  /** Its files may not grow any more: the node must halt by itself, not go on without its log. */
  String fillDisk(int node) {
    if (!cluster.node(node).limitFileSize(FULL_BYTES)) {
      throw new AssertionError("this machine cannot limit a process: it has no prlimit(1)");
    }
    int exitCode = cluster.node(node).awaitExit(Hold.EFFECT_WITHIN);
    if (exitCode != EXIT_FAULT) {
      throw new AssertionError("node " + node + " ended with " + exitCode + " on a full disk");
    }
    hold.on();
    cluster.startNode(node);
    return "node " + node + " halted on a full disk";
  }

  private String ended(int node) {
    if (cluster.node(node).isAlive()) {
      throw new AssertionError("node " + node + " was to end and is alive");
    }
    return "node " + node + " ended";
  }

  private String paused(int node) {
    Await.until("node " + node + " stands still", Hold.EFFECT_WITHIN, cluster.node(node)::isPaused);
    return "node " + node + " stands still";
  }

  private String succeeded(int old) {
    return "node " + cluster.awaitLeaderOtherThan(old) + " leads";
  }
}
