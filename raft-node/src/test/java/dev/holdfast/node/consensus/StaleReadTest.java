package dev.holdfast.node.consensus;

import static dev.holdfast.node.consensus.TestCluster.P1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.rpc.ReadMode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Invariant 4 while a leader is cut off from its followers and does not know that it is deposed.
 * That such a leader is a danger is shown by {@link RatisReadsTest}.
 */
class StaleReadTest {
  @TempDir Path directory;

  private final AtomicInteger acknowledged = new AtomicInteger();
  private final AtomicInteger readCount = new AtomicInteger();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final List<String> violations = new CopyOnWriteArrayList<>();

  @Test
  void aDeposedLeaderThatDoesNotKnowItNeverServesAnOldValue() throws IOException {
    try (CutOff cut = new CutOff();
        TestCluster cluster = TestCluster.started(directory, 1)) {
      cluster.put(P1, "k", "0");
      ExecutorService threads = Executors.newCachedThreadPool();
      List<CompletableFuture<Void>> work = new ArrayList<>();
      for (NodeId node : cluster.running()) {
        work.add(
            CompletableFuture.runAsync(() -> readFor(cluster, node, ReadMode.STRONG), threads));
        work.add(
            CompletableFuture.runAsync(
                () -> readFor(cluster, node, ReadMode.STRONG_FROM_ANY), threads));
      }
      work.add(CompletableFuture.runAsync(() -> writeFor(cluster), threads));

      for (int round = 0; round < 2; round++) {
        NodeId old = cluster.awaitLeader(P1);
        long term = cluster.replica(old, P1).term();
        cut.isolate(old);
        TestCluster.await(
            "another leader", () -> cluster.leader(P1).filter(n -> !n.equals(old)).isPresent());
        TestCluster.await("it leads in a higher term", () -> higherTerm(cluster, term));
        int before = acknowledged.get();
        TestCluster.await("writes go on", () -> acknowledged.get() > before + 20);
        cut.heal();
        int healed = acknowledged.get();
        TestCluster.await("and after healing", () -> acknowledged.get() > healed + 20);
      }
      stopped.set(true);
      work.forEach(CompletableFuture::join);
      threads.shutdown();
      assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();

      assertThat(violations).isEmpty();
      assertThat(readCount.get()).isGreaterThan(100);
      assertThat(cluster.faults()).isEmpty();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean higherTerm(TestCluster cluster, long term) {
    return cluster.running().stream().anyMatch(node -> cluster.replica(node, P1).term() > term);
  }

  private void writeFor(TestCluster cluster) {
    for (int value = 1; !stopped.get(); value++) {
      for (boolean done = false; !done && !stopped.get(); ) {
        for (NodeId node : cluster.running()) {
          try {
            cluster
                .node(node)
                .ask(TestCluster.write(P1, "k", Integer.toString(value)))
                .get(3, TimeUnit.SECONDS);
            acknowledged.set(value);
            done = true;
            break;
          } catch (InterruptedException | ExecutionException | TimeoutException e) {
            Thread.onSpinWait(); // refused, or left open: the same value again
          }
        }
      }
    }
  }

  private void readFor(TestCluster cluster, NodeId node, ReadMode mode) {
    while (!stopped.get()) {
      int floor = acknowledged.get();
      try {
        String value =
            TestCluster.value(
                cluster
                    .node(node)
                    .ask(TestCluster.get(P1, mode, "k"))
                    .get(Duration.ofSeconds(3).toMillis(), TimeUnit.MILLISECONDS));
        readCount.incrementAndGet();
        if (value == null || Integer.parseInt(value) < floor) {
          violations.add(node + " " + mode.level() + " read " + value + " after " + floor);
        }
      } catch (InterruptedException | ExecutionException | TimeoutException e) {
        Thread.onSpinWait(); // refusing is allowed
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}
