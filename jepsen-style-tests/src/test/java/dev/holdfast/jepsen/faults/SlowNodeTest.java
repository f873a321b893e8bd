package dev.holdfast.jepsen.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.cluster.PartitionView;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A node whose processor is taken away again and again, too shortly for an election. */
class SlowNodeTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Followers wait for 500 ms at least. */
  private static final Duration STOPPED = Duration.ofMillis(250);

  private static final Duration RUNNING = Duration.ofMillis(120);

  private static double transfers(LocalCluster cluster) {
    return IntStream.range(0, cluster.size())
        .mapToDouble(
            node ->
                cluster
                    .metric(
                        node, "holdfast_controller_decisions_total{what=\"step.transfer-leader\"}")
                    .orElse(0))
        .sum();
  }

  @Test
  void itLosesItsLeadersByDecisionNotByElection() {
    try (LocalCluster cluster = LocalCluster.start(3, 3);
        Ledger ledger = new Ledger(cluster)) {
      ledger.write(50, 100);
      int slow = cluster.awaitLeader();
      AtomicBoolean over = new AtomicBoolean();
      CompletableFuture<Void> taking =
          CompletableFuture.runAsync(
              () -> {
                while (!over.get()) {
                  cluster.node(slow).pause();
                  LockSupport.parkNanos(STOPPED.toNanos());
                  cluster.node(slow).resume();
                  LockSupport.parkNanos(RUNNING.toNanos());
                }
              });
      try {
        Await.until(
            "it leads nothing",
            LIMIT,
            () ->
                transfers(cluster) > 0
                    && cluster.partitions().stream()
                        .map(PartitionView::leader)
                        .noneMatch(leader -> leader == slow));
      } finally {
        over.set(true);
        taking.join();
      }
      ledger.write(50, 100);
      ledger.assertNothingIsLost();
      assertThat(cluster.node(slow).isAlive()).isTrue();
    }
  }
}
