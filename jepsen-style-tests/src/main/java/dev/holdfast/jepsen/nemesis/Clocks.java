package dev.holdfast.jepsen.nemesis;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.ClockFile;
import dev.holdfast.jepsen.cluster.LocalCluster;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Sets clocks wrong and right again; what they show, as the node itself reads them, is proof. */
final class Clocks {
  private static final long JUMP_MILLIS_MIN = TimeUnit.SECONDS.toMillis(30);
  private static final long JUMP_MILLIS_RANGE = TimeUnit.MINUTES.toMillis(4);
  private static final long INEXACT_MILLIS = 100;

  /** Just within what the store is told to expect: its clockDriftMax is 0.001. */
  private static final double DRIFT = 0.00095;

  private static final double INEXACT_DRIFT = 0.00002;
  private static final int DRIFT_MILLIS_MIN = 3_000;
  private static final int DRIFT_MILLIS_RANGE = 3_000;

  private final LocalCluster cluster;
  private final Random random;
  private final Hold hold;

  Clocks(LocalCluster cluster, Random random, Hold hold) {
    this.cluster = cluster;
    this.random = random;
    this.hold = hold;
  }

  String jumpForward(int node) {
    return jump(node, millis());
  }

  String jumpBack(int node) {
    return jump(node, -millis());
  }

  private long millis() {
    return JUMP_MILLIS_MIN + random.nextLong(JUMP_MILLIS_RANGE);
  }

  /** The wall clock alone; it jumps back in the end. */
  private String jump(int node, long millis) {
    ClockFile clock = cluster.clock(node);
    ClockFile.Reading before = clock.read();
    try {
      long ahead = clock.set(1, millis).wallAheadMillis() - before.wallAheadMillis();
      if (Math.abs(ahead - millis) > INEXACT_MILLIS) {
        throw new AssertionError("a clock jumped by %d ms, not %d".formatted(ahead, millis));
      }
      hold.on();
      return "the wall clock of node %d jumped by %d ms and back".formatted(node, ahead);
    } finally {
      clock.set(1, 0);
    }
  }

  /** What starts with a wrong clock must find out, and lead nothing until it is set right. */
  String wrongAtStart(int leader) {
    long millis = random.nextBoolean() ? millis() : -millis();
    cluster.node(leader).kill();
    ClockFile clock = cluster.clock(leader);
    clock.order(1, millis);
    cluster.startNode(leader);
    try {
      Await.until("node " + leader + " is astray", Hold.EFFECT_WITHIN, () -> isAstray(leader));
      hold.on();
      int leading = cluster.awaitLeader();
      if (leading == leader || !isAstray(leader)) {
        throw new AssertionError("node " + leader + " leads, or believes that its clock is right");
      }
      return "node %d started with a wall clock %d ms off; node %d leads"
          .formatted(leader, clock.read().wallAheadMillis(), leading);
    } finally {
      clock.set(1, 0);
    }
  }

  private boolean isAstray(int node) {
    return cluster.metric(node, "holdfast_clock_astray").orElse(0) > 0;
  }

  /** The leader's clocks are slow, so that its lease is long; the others' are fast. */
  String drift(int leader) {
    try {
      StringBuilder evidence = new StringBuilder();
      ClockFile.Reading[] begun = new ClockFile.Reading[cluster.size()];
      for (int node = 0; node < cluster.size(); node++) {
        begun[node] = cluster.clock(node).set(node == leader ? 1 - DRIFT : 1 + DRIFT, 0);
      }
      hold.millis(DRIFT_MILLIS_MIN + random.nextInt(DRIFT_MILLIS_RANGE));
      for (int node = 0; node < cluster.size(); node++) {
        ClockFile.Reading start = begun[node];
        ClockFile clock = cluster.clock(node);
        Await.until(
            "a later reading",
            Hold.EFFECT_WITHIN,
            () -> clock.read().realNanos() > start.realNanos());
        double rate = clock.read().rateSince(start);
        if (Math.abs(Math.abs(rate - 1) - DRIFT) > INEXACT_DRIFT) {
          throw new AssertionError("the clock of node " + node + " went at the rate " + rate);
        }
        evidence.append(String.format(Locale.ROOT, " n%d %.5f", node + 1, rate));
      }
      return "rates of clocks:" + evidence;
    } finally {
      for (int node = 0; node < cluster.size(); node++) {
        cluster.clock(node).set(1, 0);
      }
    }
  }
}
