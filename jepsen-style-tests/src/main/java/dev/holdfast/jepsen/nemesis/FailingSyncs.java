package dev.holdfast.jepsen.nemesis;

import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.disk.Loss;

/** Lets the disk of a node fail to sync: it must halt by itself, and acknowledge nothing. */
final class FailingSyncs {
  private final LocalCluster cluster;
  private final Hold hold;
  private final PowerCuts cuts;

  FailingSyncs(LocalCluster cluster, Hold hold, PowerCuts cuts) {
    this.cluster = cluster;
    this.hold = hold;
    this.cuts = cuts;
  }

  /** Of one node, which is started again with a disk that syncs. */
  String fail(int node) {
    long before = cluster.disk(node).counts().failedSyncs();
    cluster.disk(node).failSyncs();
    int exitCode = cluster.node(node).awaitExit(Hold.EFFECT_WITHIN);
    long failed = cluster.disk(node).counts().failedSyncs() - before;
    if (exitCode != Processes.EXIT_FAULT || failed == 0) {
      throw new AssertionError(
          "node %d ended with %d after %d syncs had failed".formatted(node, exitCode, failed));
    }
    // Linux drops what it could not write back: what came after the last good sync is gone.
    String lost = cuts.lose(node, Loss.ALL);
    hold.on();
    cluster.startNode(node);
    return "node %d halted after %d syncs had failed, %s".formatted(node, failed, lost);
  }
}
