package dev.holdfast.jepsen.nemesis;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.cluster.PartitionView;
import dev.holdfast.jepsen.cluster.ServerProcess;
import java.time.Duration;
import java.util.Comparator;

/** Splits the partition that holds most, by the command that operators have. */
final class Splits {
  private static final Duration DONE_WITHIN = Duration.ofSeconds(60);

  private final LocalCluster cluster;

  Splits(LocalCluster cluster) {
    this.cluster = cluster;
  }

  /** Returns once the map has the child. */
  String split() {
    int before = cluster.partitions().size();
    PartitionView largest = largest();
    try (ServerProcess command = cluster.startSplit(anyAlive(), largest.id())) {
      return grown(largest, before, command);
    }
  }

  /**
   * Kills the partition's leader while it is being split.
   *
   * @return the node that was killed, which has been started again
   */
  int splitAndKill() {
    int before = cluster.partitions().size();
    PartitionView largest = largest();
    try (ServerProcess command = cluster.startSplit(anyAlive(), largest.id())) {
      Await.until(
          "the split begins",
          DONE_WITHIN,
          () -> command.logTail().contains("splitting") || !command.isAlive());
      cluster.node(largest.leader()).kill();
      if (cluster.node(largest.leader()).isAlive()) {
        throw new AssertionError("node " + largest.leader() + " was to end and is alive");
      }
      cluster.startNode(largest.leader());
      cluster.awaitReady();
      grown(largest, before, command);
    }
    return largest.leader();
  }

  private String grown(PartitionView split, int before, ServerProcess command) {
    Await.until(
        () -> split.id() + " is split; the command said: " + command.logTail(),
        DONE_WITHIN,
        () -> cluster.partitions().size() > before);
    return split.id() + " was split: " + cluster.partitions().size() + " partitions";
  }

  private PartitionView largest() {
    PartitionView[] found = new PartitionView[1];
    Await.until(
        "the largest partition has a leader",
        DONE_WITHIN,
        () -> {
          cluster.partitions().stream()
              .max(Comparator.comparingLong(PartitionView::bytes))
              .filter(view -> view.leader() != PartitionView.NOBODY)
              .filter(view -> cluster.node(view.leader()).isAlive())
              .ifPresent(view -> found[0] = view);
          return found[0] != null;
        });
    return found[0];
  }

  private int anyAlive() {
    for (int node = 0; node < cluster.size(); node++) {
      if (cluster.node(node).isAlive()) {
        return node;
      }
    }
    throw new AssertionError("no node is alive");
  }
}
