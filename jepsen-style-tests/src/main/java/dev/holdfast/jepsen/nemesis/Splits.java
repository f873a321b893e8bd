package dev.holdfast.jepsen.nemesis;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.cluster.PartitionView;
import dev.holdfast.jepsen.cluster.ServerProcess;
import dev.holdfast.jepsen.network.LinkQuality;
import dev.holdfast.jepsen.network.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Splits the partition that holds most, by the command that operators have. */
final class Splits {
  private static final Duration DONE_WITHIN = Duration.ofSeconds(60);
  private static final String TOO_LITTLE = "holds too little to have a middle";

  /** A split takes a few hundred milliseconds: the leader dies before, amid or after it. */
  private static final int UNTIL_KILL_MILLIS_MAX = 500;

  private final LocalCluster cluster;
  private final Random random;

  Splits(LocalCluster cluster, Random random) {
    this.cluster = cluster;
    this.random = random;
  }

  /** Returns once the map has the child. */
  String split() {
    int before = count();
    Begun begun = begin();
    try (ServerProcess command = begun.command()) {
      return grown(begun.partition(), before, command);
    }
  }

  /**
   * Kills the partition's leader while it is being split.
   *
   * @return the node that was killed, which has been started again
   */
  int splitAndKill() {
    int before = count();
    Begun begun = begin();
    int leader = begun.partition().leader();
    try (ServerProcess command = begun.command()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(UNTIL_KILL_MILLIS_MAX)));
      cluster.node(leader).kill();
      if (cluster.node(leader).isAlive()) {
        throw new AssertionError("node " + leader + " was to end and is alive");
      }
      cluster.startNode(leader);
      cluster.awaitReady();
      grown(begun.partition(), before, command);
    }
    return leader;
  }

  /**
   * What native clients have asked for while a partition is being split is carried out, and nobody
   * answers them: their connections hold all answers, and break when the child is there. So they
   * ask again, with the same request ids, and some of them ask the child. The command is stopped
   * before that, or its own answers would pass for theirs.
   */
  String splitAndLoseAnswers() {
    Network network = cluster.network();
    int before = count();
    Begun begun = begin();
    try (ServerProcess command = begun.command()) {
      command.kill(); // the split goes on
      List<Integer> nodes = IntStream.range(0, cluster.size()).boxed().toList();
      nodes.forEach(node -> network.set(node, Network.OUTSIDE, LinkQuality.CUT));
      String split = grown(begun.partition(), before, command);
      long lost = network.affectedCount();
      if (lost == 0) {
        throw new AssertionError("answers were to be lost, and there were none");
      }
      nodes.forEach(node -> network.breakBetween(node, Network.OUTSIDE));
      return split + ", and " + lost + " pieces of answers were lost";
    } finally {
      network.heal();
    }
  }

  private int count() {
    Await.until("partitions are seen", DONE_WITHIN, () -> !cluster.partitions().isEmpty());
    return Math.max(1, cluster.partitions().size());
  }

  /** The caller closes the command. */
  private record Begun(PartitionView partition, ServerProcess command) {}

  /** A table that was deleted a moment ago leaves nothing to split until it is filled again. */
  private Begun begin() {
    AtomicReference<@Nullable Begun> begun = new AtomicReference<>();
    List<String> said = new ArrayList<>();
    Await.until(
        () -> "a partition holds enough to be split; the commands said: " + said,
        DONE_WITHIN,
        () -> {
          said.clear();
          begun.set(beginWithLargest(said));
          return begun.get() != null;
        });
    return Objects.requireNonNull(begun.get());
  }

  /** The largest comes first; one that was split a moment ago is large on disk and holds little. */
  private @Nullable Begun beginWithLargest(List<String> said) {
    for (PartitionView partition : largestFirst()) {
      ServerProcess command = cluster.startSplit(anyAlive(), partition.id());
      Await.until(
          "the split begins",
          DONE_WITHIN,
          () -> command.logTail().contains("splitting") || !command.isAlive());
      if (!command.logTail().contains(TOO_LITTLE)) {
        return new Begun(partition, command);
      }
      said.add(command.logTail());
      command.close();
    }
    return null;
  }

  private String grown(PartitionView split, int before, ServerProcess command) {
    Await.until(
        () -> split.id() + " is split; the command said: " + command.logTail(),
        DONE_WITHIN,
        () -> cluster.partitions().size() > before);
    return split.id() + " was split: " + cluster.partitions().size() + " partitions";
  }

  /** Those that are led; the largest of all is one of them. */
  private List<PartitionView> largestFirst() {
    List<PartitionView> found = new ArrayList<>();
    Await.until(
        "the largest partition has a leader",
        DONE_WITHIN,
        () -> {
          found.clear();
          found.addAll(cluster.partitions());
          found.sort(Comparator.comparingLong(PartitionView::bytes).reversed());
          return !found.isEmpty() && isLed(found.get(0));
        });
    return found.stream().filter(this::isLed).toList();
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
