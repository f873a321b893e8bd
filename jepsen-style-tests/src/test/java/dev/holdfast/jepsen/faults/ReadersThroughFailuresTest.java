package dev.holdfast.jepsen.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.client.Document;
import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.HoldfastSession;
import dev.holdfast.client.Key;
import dev.holdfast.client.ReadLevel;
import dev.holdfast.client.Table;
import dev.holdfast.client.TableSpec;
import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.protocol.model.ScalarType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Reads that any replica may serve go on while there is no leader, on three real processes. */
class ReadersThroughFailuresTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Key KEY = Key.of("a");

  /** One caller that asks again 5 ms after each answer. */
  private static final class Reader {
    private final Supplier<CompletableFuture<?>> call;
    private final Executor pause = CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS);
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong longestNanos = new AtomicLong();
    private volatile boolean stopping;

    Reader(Supplier<CompletableFuture<?>> call) {
      this.call = call;
    }

    Reader begin() {
      step();
      return this;
    }

    private void step() {
      if (stopping) {
        return;
      }
      long begun = System.nanoTime();
      CompletableFuture<?> unused =
          call.get()
              .whenComplete(
                  (answer, failure) -> {
                    (failure == null ? answered : failed).incrementAndGet();
                    longestNanos.accumulateAndGet(System.nanoTime() - begun, Math::max);
                    pause.execute(this::step);
                  });
    }

    @Override
    public String toString() {
      return answered
          + " answered, "
          + failed
          + " failed, longest "
          + TimeUnit.NANOSECONDS.toMillis(longestNanos.get())
          + " ms";
    }
  }

  @Test
  void readersGoOnWhileTheLeaderIsDeadAndWhileItComesBack() {
    try (LocalCluster cluster = LocalCluster.start(3, 1);
        HoldfastClient client = HoldfastClient.connect(cluster.nativeAddresses())) {
      client.sync().createTable(TableSpec.named("things").partitionKey("k", ScalarType.S));
      Table table = client.table("things");
      HoldfastSession session = client.startSession();
      session.table("things").put(Document.of(Map.of("k", "a", "n", 1))).join();
      List<Reader> readers =
          List.of(
              new Reader(() -> table.with(ReadLevel.EVENTUAL).get(KEY)).begin(),
              new Reader(() -> session.table("things").get(KEY)).begin());
      Await.until("reads", LIMIT, () -> readers.stream().allMatch(r -> r.answered.get() > 50));

      int leader = cluster.awaitLeader();
      cluster.node(leader).kill();
      List<Long> atDeath = readers.stream().map(reader -> reader.answered.get()).toList();
      table.put(Document.of(Map.of("k", "b", "n", 2))).join(); // takes an election and the wait
      for (int i = 0; i < readers.size(); i++) {
        assertThat(readers.get(i).answered.get() - atDeath.get(i))
            .as("reads answered without a leader: %s", readers.get(i))
            .isGreaterThan(20);
      }

      cluster.startNode(leader);
      cluster.awaitReady();
      readers.forEach(reader -> reader.stopping = true);
      System.out.println("EVENTUAL: " + readers.get(0) + "; SESSION: " + readers.get(1));
      assertThat(readers).allSatisfy(reader -> assertThat(reader.failed.get()).isZero());
    }
  }
}
