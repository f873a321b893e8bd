package dev.holdfast.jepsen.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Loads 1 GB into three nodes with the launcher's memory options, measures their memory, kills them
 * and measures the restart. Runs only with {@code -Dholdfast.measure=true}; the goals are ready
 * within 20 s and a resident size within the budget of docs/operations.md.
 */
@EnabledIfSystemProperty(named = "holdfast.measure", matches = "true")
class GigabyteMeasurementTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long MIB = 1 << 20;

  @Test
  void aGigabyteFitsIntoTheBudgetAndIsServedSoonAfterARestart() {
    try (LocalCluster cluster = LocalCluster.start(3, 1)) {
      for (int node = 0; node < cluster.size(); node++) {
        cluster.node(node).stop();
      }
      cluster.useJavaOptions("-Xms128m", "-Xmx512m", "-XX:+UseG1GC", "-XX:MaxDirectMemorySize=1g");
      for (int node = 0; node < cluster.size(); node++) {
        cluster.startNode(node);
      }
      cluster.awaitReady();
      long start = System.nanoTime();
      Gigabyte.load(cluster, 1);
      System.out.println("loaded 1 GB in " + millisSince(start) + " ms");
      memory(cluster);
      int leader = cluster.awaitLeader();
      restart(cluster, (leader + 1) % cluster.size());
      restart(cluster, leader);
      restart(cluster, 0, 1, 2);
      memory(cluster);
    }
  }

  private static void restart(LocalCluster cluster, int... nodes) {
    for (int node : nodes) {
      cluster.node(node).kill();
    }
    long start = System.nanoTime();
    for (int node : nodes) {
      cluster.startNode(node);
    }
    Await.until(
        "ready",
        LIMIT,
        () -> {
          boolean ready = true;
          for (int node : nodes) {
            ready &= cluster.isReady(node);
          }
          return ready;
        });
    long millis = millisSince(start);
    System.out.println("restart of " + nodes.length + " node(s): ready after " + millis + " ms");
    assertThat(millis).isLessThan(LIMIT.toMillis());
  }

  private static void memory(LocalCluster cluster) {
    for (int node = 0; node < cluster.size(); node++) {
      long peak = cluster.node(node).memoryBytes("VmHWM").orElse(0);
      long now = cluster.node(node).memoryBytes("VmRSS").orElse(0);
      System.out.println(
          LocalCluster.name(node) + ": resident " + now / MIB + " MB, at most " + peak / MIB);
    }
  }

  private static long millisSince(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
  }
}
