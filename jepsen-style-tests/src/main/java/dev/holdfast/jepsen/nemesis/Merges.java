package dev.holdfast.jepsen.nemesis;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.cluster.PartitionView;
import dev.holdfast.jepsen.cluster.ServerProcess;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Merges two neighbouring partitions, by the command that operators have. */
final class Merges {
  private static final Duration DONE_WITHIN = Duration.ofSeconds(60);
  private static final Duration TOLD_WITHIN = Duration.ofSeconds(20);

  private final LocalCluster cluster;
  private final Random random;
  private final Splits splits;

  Merges(LocalCluster cluster, Random random, Splits splits) {
    this.cluster = cluster;
    this.random = random;
    this.splits = splits;
  }

  /** Returns once the map has one in the place of two. */
  String merge() {
    Pair pair = pair();
    try (ServerProcess command = cluster.startMerge(anyAlive(), pair.left().id())) {
      awaitMerged(pair, command);
    }
    return pair.left().id() + " has absorbed " + pair.right().id();
  }

  /**
   * Kills a leader while its partition is merged. The merge is done all the same, or given up: then
   * the right one serves again.
   */
  String mergeAndKill() {
    Pair pair = pair();
    int struck = random.nextBoolean() ? pair.left().leader() : pair.right().leader();
    try (ServerProcess command = cluster.startMerge(anyAlive(), pair.left().id())) {
      Await.until(
          "the merge begins",
          DONE_WITHIN,
          () -> command.logTail().contains("merging") || !command.isAlive());
      cluster.node(struck).kill();
      if (cluster.node(struck).isAlive()) {
        throw new AssertionError("node " + struck + " was to end and is alive");
      }
      cluster.startNode(struck);
      cluster.awaitReady();
      awaitEnded(pair, command);
    }
    boolean merged = isMerged(pair);
    return "node %d ended while %s was to absorb %s, which was %s"
        .formatted(struck, pair.left().id(), pair.right().id(), merged ? "done" : "not done");
  }

  private record Pair(PartitionView left, PartitionView right) {}

  private boolean isMerged(Pair pair) {
    List<PartitionView> now = cluster.partitions();
    return !now.isEmpty() && now.stream().noneMatch(view -> view.id().equals(pair.right().id()));
  }

  private void awaitMerged(Pair pair, ServerProcess command) {
    Await.until(
        () -> pair.left().id() + " is merged; the command said: " + command.logTail(),
        DONE_WITHIN,
        () -> isMerged(pair));
  }

  /**
   * The command may have asked the node that died, and then only the map tells; it says nothing of
   * a merge that was given up.
   */
  private void awaitEnded(Pair pair, ServerProcess command) {
    long begin = System.nanoTime();
    Await.until(
        () -> pair.left().id() + " is merged or not; the command said: " + command.logTail(),
        DONE_WITHIN,
        () ->
            isMerged(pair)
                || command.logTail().contains("was given up")
                || (!command.isAlive() && System.nanoTime() - begin > TOLD_WITHIN.toNanos()));
  }

  /** Where there is one partition only it is split first. */
  private Pair pair() {
    Await.until("partitions are seen", DONE_WITHIN, () -> !cluster.partitions().isEmpty());
    if (cluster.partitions().size() == 1) {
      splits.split();
    }
    Pair[] found = new Pair[1];
    Await.until(
        "two neighbours have leaders",
        DONE_WITHIN,
        () -> {
          List<PartitionView> now = cluster.partitions();
          if (now.size() > 1) {
            int left = random.nextInt(now.size() - 1);
            Pair pair = new Pair(now.get(left), now.get(left + 1));
            if (isLed(pair.left()) && isLed(pair.right())) {
              found[0] = pair;
            }
          }
          return found[0] != null;
        });
    return found[0];
  }

  private boolean isLed(PartitionView view) {
    return view.leader() != PartitionView.NOBODY && cluster.node(view.leader()).isAlive();
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
