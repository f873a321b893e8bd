package dev.holdfast.jepsen.nemesis;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lets a node do with too little memory what it does otherwise with enough. */
final class Memory {
  private static final String HEAP = "-Xmx40m";
  private static final long LOAD_BYTES = 2_000_000;
  private static final int COLLECTIONS_MIN = 5;
  private static final Duration READY_WITHIN = Duration.ofSeconds(60);
  private static final Pattern COLLECTIONS =
      Pattern.compile("(?m)^holdfast_jvm_gc_MarkSweepCompact_count(?:\\{[^}]*})? (\\S+)$");

  /** What it does when there is no memory at all (ExitOnOutOfMemoryError). */
  private static final int EXIT_NO_MEMORY = 3;

  private final LocalCluster cluster;
  private final Ballast ballast;

  Memory(LocalCluster cluster) {
    this.cluster = cluster;
    this.ballast = new Ballast(cluster);
  }

  /** It is started with a small heap, and again with the usual one after large items have come. */
  String squeeze(int node) {
    cluster.node(node).stop();
    cluster.useJavaOptions("-Xms16m", HEAP, "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError");
    try {
      cluster.startNode(node);
    } finally {
      cluster.useUsualJavaOptions();
    }
    Await.until(
        "node " + node + " is ready with a small heap, or ends for want of memory",
        READY_WITHIN,
        () -> cluster.isReady(node) || !cluster.node(node).isAlive());
    long before = collections(node);
    Await.until(
        "the whole heap of node " + node + " is collected often, or it ends for want of memory",
        READY_WITHIN,
        () -> {
          ballast.write(LOAD_BYTES);
          return collections(node) - before >= COLLECTIONS_MIN || !cluster.node(node).isAlive();
        });
    String evidence = evidence(node, before);
    if (cluster.node(node).isAlive()) {
      cluster.node(node).kill();
    }
    cluster.startNode(node);
    return evidence;
  }

  private String evidence(int node, long before) {
    if (cluster.node(node).isAlive()) {
      return "node %d had %s, all of which was collected %d times under load"
          .formatted(node, HEAP, collections(node) - before);
    }
    int exitCode = cluster.node(node).awaitExit(READY_WITHIN);
    if (exitCode != EXIT_NO_MEMORY && exitCode != Processes.EXIT_FAULT) {
      throw new AssertionError("node " + node + " ended with " + exitCode + " on a small heap");
    }
    return "node %d had %s and ended with %d for want of memory".formatted(node, HEAP, exitCode);
  }

  private long collections(int node) {
    return cluster
        .page(node, "/metrics")
        .map(COLLECTIONS::matcher)
        .filter(Matcher::find)
        .map(found -> Math.round(Double.parseDouble(found.group(1))))
        .orElse(0L);
  }
}
