package dev.holdfast.jepsen.nemesis;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.cluster.PartitionView;
import dev.holdfast.jepsen.cluster.ServerProcess;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Passes leadership on, by the command that operators have. */
final class Transfers {
  private static final Duration DONE_WITHIN = Duration.ofSeconds(60);
  private static final int ROUNDS = 6;

  private final LocalCluster cluster;
  private final Random random;

  Transfers(LocalCluster cluster, Random random) {
    this.cluster = cluster;
    this.random = random;
  }

  /** Some partitions, one after the other; fails if none of them was passed on. */
  String storm() {
    int done = 0;
    for (int round = 0; round < ROUNDS; round++) {
      done += pass() ? 1 : 0;
    }
    if (done == 0) {
      throw new AssertionError("no leadership was passed on");
    }
    return "leadership was passed on " + done + " times";
  }

  private boolean pass() {
    Await.until("partitions are seen", DONE_WITHIN, () -> !cluster.partitions().isEmpty());
    List<PartitionView> all = cluster.partitions();
    PartitionView one = all.get(random.nextInt(all.size()));
    int from = Math.max(0, one.leader());
    int to = (from + 1 + random.nextInt(cluster.size() - 1)) % cluster.size();
    try (ServerProcess command = begin(one.id(), to)) {
      return isPassed(command);
    }
  }

  /** The command on its way; the caller closes it. */
  ServerProcess begin(String partition, int to) {
    return cluster.startCommand(
        to, "partitions", "transfer", "--partition", partition, "--to", LocalCluster.name(to));
  }

  /** Waits for the end of the command; whether the node leads the partition now. */
  boolean isPassed(ServerProcess command) {
    return command.awaitExit(DONE_WITHIN) == 0 && command.logTail().contains("now");
  }
}
