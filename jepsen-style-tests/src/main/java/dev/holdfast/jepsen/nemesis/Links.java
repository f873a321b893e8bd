package dev.holdfast.jepsen.nemesis;

import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.network.LinkQuality;
import dev.holdfast.jepsen.network.Network;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Cuts and spoils the links between nodes; what went through them, or would have, is the proof.
 * Clients reach all nodes all the time.
 */
final class Links {
  private static final int ROUNDS = 5;
  private static final int ROUND_MILLIS_MIN = 150;
  private static final int ROUND_MILLIS_RANGE = 900;
  private static final int DELAY_MILLIS_MIN = 20;
  private static final int DELAY_MILLIS_RANGE = 180;
  private static final int LOSS_PERCENT_MIN = 2;
  private static final int LOSS_PERCENT_RANGE = 18;

  private final LocalCluster cluster;
  private final Random random;
  private final Hold hold;

  Links(LocalCluster cluster, Random random, Hold hold) {
    this.cluster = cluster;
    this.random = random;
    this.hold = hold;
  }

  private Network network() {
    return cluster.network();
  }

  /** A minority, whichever, and the rest. */
  String halves() {
    List<Integer> nodes = shuffled();
    int minority = (cluster.size() - 1) / 2;
    List<Integer> ones = nodes.subList(0, minority);
    List<Integer> others = nodes.subList(minority, nodes.size());
    network().setBetween(ones, others, LinkQuality.CUT);
    return held(ones + " and " + others + " did not reach each other");
  }

  /** The others elect another leader; the old one goes on believing in itself for a while. */
  String isolate(int leader) {
    network().setBetween(List.of(leader), othersThan(leader), LinkQuality.CUT);
    try {
      int next = cluster.awaitLeaderOtherThan(leader);
      return held("node " + leader + " was cut off, node " + next + " leads");
    } finally {
      network().heal();
    }
  }

  String silence(int leader) {
    othersThan(leader).forEach(other -> network().set(leader, other, LinkQuality.CUT));
    return held("nobody heard node " + leader);
  }

  String deafen(int leader) {
    othersThan(leader).forEach(other -> network().set(other, leader, LinkQuality.CUT));
    return held("node " + leader + " heard nobody");
  }

  /** Each reaches only its nearest on a ring, as many as make a majority with it. */
  String ring() {
    List<Integer> ring = shuffled();
    int size = ring.size();
    int reach = (size / 2 + 1) / 2; // to each side; of three, one pair is cut
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        int distance = Math.min(Math.floorMod(i - j, size), Math.floorMod(j - i, size));
        boolean cut = size == 3 ? i + j == 1 : distance > reach;
        if (cut) {
          network().set(ring.get(i), ring.get(j), LinkQuality.CUT);
        }
      }
    }
    return held("nodes on the ring " + ring + " reached their neighbours only");
  }

  String bridge() {
    List<Integer> nodes = shuffled();
    int half = (nodes.size() - 1) / 2;
    List<Integer> left = nodes.subList(1, 1 + half);
    List<Integer> right = nodes.subList(1 + half, nodes.size());
    network().setBetween(left, right, LinkQuality.CUT);
    return held("only node " + nodes.get(0) + " reached both " + left + " and " + right);
  }

  String flap(int leader) {
    long met = 0;
    for (int round = 0; round < ROUNDS; round++) {
      network().setBetween(List.of(leader), othersThan(leader), LinkQuality.CUT);
      hold.millis(ROUND_MILLIS_MIN + random.nextInt(ROUND_MILLIS_RANGE));
      met += network().affectedCount();
      network().heal();
      hold.millis(ROUND_MILLIS_MIN + random.nextInt(ROUND_MILLIS_RANGE));
    }
    requireMet(met);
    return "node " + leader + " was cut off " + ROUNDS + " times, which held " + met + " pieces";
  }

  String slow() {
    int delay = DELAY_MILLIS_MIN + random.nextInt(DELAY_MILLIS_RANGE);
    spoil(LinkQuality.slow(delay, delay));
    return held("messages were late by " + delay + " to " + 2 * delay + " ms");
  }

  String lose() {
    int percent = LOSS_PERCENT_MIN + random.nextInt(LOSS_PERCENT_RANGE);
    spoil(LinkQuality.lossy(percent));
    return held(percent + " % of the pieces were lost and sent again late");
  }

  private void spoil(LinkQuality quality) {
    List<Integer> all = IntStream.range(0, cluster.size()).boxed().toList();
    for (int node : all) {
      othersThan(node).forEach(other -> network().set(node, other, quality));
    }
  }

  /** Lets it last, proves that it was met, and heals it. */
  private String held(String what) {
    try {
      hold.on();
      long met = network().affectedCount();
      requireMet(met);
      return what + ", which " + met + " pieces met";
    } finally {
      network().heal();
    }
  }

  private static void requireMet(long messages) {
    if (messages == 0) {
      throw new AssertionError("links were broken, and no message met that");
    }
  }

  private List<Integer> shuffled() {
    List<Integer> nodes = new ArrayList<>(IntStream.range(0, cluster.size()).boxed().toList());
    Collections.shuffle(nodes, random);
    return nodes;
  }

  private List<Integer> othersThan(int node) {
    return IntStream.range(0, cluster.size()).filter(other -> other != node).boxed().toList();
  }
}
