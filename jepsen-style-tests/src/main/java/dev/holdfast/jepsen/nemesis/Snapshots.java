package dev.holdfast.jepsen.nemesis;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import java.time.Duration;
import java.util.regex.Pattern;

/** Keeps a node away until the others have purged from their logs what it has missed. */
final class Snapshots {
  /** With which logs are purged soon enough, for the nodes' configuration. */
  static final String OPTION = "snapshot.log.bytes=1000000";

  private static final long MISSED_BYTES = 8_000_000;
  private static final Duration FILLED_WITHIN = Duration.ofSeconds(60);
  private static final Pattern INSTALLED =
      Pattern.compile("(?m)^holdfast_snapshot_installed_total\\{[^}]*} (\\S+)$");

  private final LocalCluster cluster;
  private final Ballast ballast;

  Snapshots(LocalCluster cluster) {
    this.cluster = cluster;
    this.ballast = new Ballast(cluster);
  }

  /** Kills a node, and starts it again when a checkpoint is the only way to fill it. */
  String fill(int node) {
    cluster.node(node).kill();
    if (cluster.node(node).isAlive()) {
      throw new AssertionError("node " + node + " was to end and is alive");
    }
    ballast.write(MISSED_BYTES);
    cluster.startNode(node);
    Await.until(
        "node " + node + " is filled by a checkpoint", FILLED_WITHIN, () -> installed(node) > 0);
    return "node %d missed %d bytes and took over %d checkpoints"
        .formatted(node, MISSED_BYTES, installed(node));
  }

  /** By the process that runs now. */
  private long installed(int node) {
    return cluster
        .page(node, "/metrics")
        .map(
            page ->
                INSTALLED
                    .matcher(page)
                    .results()
                    .mapToLong(found -> Math.round(Double.parseDouble(found.group(1))))
                    .sum())
        .orElse(0L);
  }
}
