package dev.holdfast.jepsen.faults;

import static dev.holdfast.client.Expressions.add;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.Key;
import dev.holdfast.client.ReadLevel;
import dev.holdfast.client.SyncTable;
import dev.holdfast.client.TableSpec;
import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.cluster.PartitionView;
import dev.holdfast.protocol.model.ScalarType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A cluster left to itself under load: it splits what is hot and spreads the leaders, and does not
 * split what would not get better by it. What is hot is set so low that these tests reach it.
 */
class SelfSteeringTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String TABLE = "hot";
  private static final int KEYS = 64;
  private static final int WRITERS = 6;

  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicLongArray increments = new AtomicLongArray(KEYS);
  private final ExecutorService threads = Executors.newFixedThreadPool(WRITERS);

  @SuppressWarnings("NullAway.Init")
  private LocalCluster cluster;

  @SuppressWarnings("NullAway.Init")
  private HoldfastClient client;

  @BeforeEach
  void start() {
    cluster =
        LocalCluster.start(
            3,
            1,
            "split.units.per.second=400",
            "split.window.seconds=2",
            "split.cooldown.seconds=2",
            "split.bytes.min=0");
    client = HoldfastClient.connect(cluster.nativeAddresses());
    client.sync().createTable(TableSpec.named(TABLE).partitionKey("k", ScalarType.N));
  }

  @AfterEach
  void stop() throws InterruptedException {
    stopped.set(true);
    threads.shutdown();
    assertThat(threads.awaitTermination(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    client.close();
    cluster.close();
  }

  /** Counts what was acknowledged; a failure ends the writer with it. */
  private List<CompletableFuture<Void>> increment(int keyCount) {
    List<CompletableFuture<Void>> writers = new ArrayList<>();
    for (int writer = 0; writer < WRITERS; writer++) {
      Random random = new Random(writer);
      writers.add(
          CompletableFuture.runAsync(
              () -> {
                SyncTable table = client.sync().table(TABLE);
                while (!stopped.get()) {
                  int key = random.nextInt(keyCount);
                  table.update(Key.of(key), add("n", 1));
                  increments.incrementAndGet(key);
                }
              },
              threads));
    }
    return writers;
  }

  private double decisions(String what) {
    return IntStream.range(0, cluster.size())
        .mapToDouble(
            node ->
                cluster
                    .metric(node, "holdfast_controller_decisions_total{what=\"" + what + "\"}")
                    .orElse(0))
        .sum();
  }

  @Test
  void aHotTableIsSplitItsLeadersSpreadAndNoIncrementIsLost() {
    List<CompletableFuture<Void>> writers = increment(KEYS);

    Await.until("three partitions", LIMIT, () -> cluster.partitions().size() >= 3);
    Await.until(
        "leaders on several nodes",
        LIMIT,
        () ->
            cluster.partitions().stream()
                    .map(PartitionView::leader)
                    .filter(leader -> leader != PartitionView.NOBODY)
                    .distinct()
                    .count()
                >= 2);
    stopped.set(true);
    writers.forEach(CompletableFuture::join);

    SyncTable table = client.sync().table(TABLE).with(ReadLevel.STRONG);
    for (int key = 0; key < KEYS; key++) {
      long stored = table.get(Key.of(key)).orElseThrow().longValue("n");
      assertThat(stored).as("counter %d", key).isEqualTo(increments.get(key));
    }
    assertThat(decisions("step.split")).isGreaterThanOrEqualTo(2);
  }

  @Test
  void aSingleHotKeyIsNotSplitAndItIsSaidWhy() {
    List<CompletableFuture<Void>> writers = increment(1);

    Await.until("the reason", LIMIT, () -> decisions("verdict.one-hot-key") > 0);
    stopped.set(true);
    writers.forEach(CompletableFuture::join);

    assertThat(cluster.partitions()).hasSize(1);
    assertThat(decisions("step.split")).isZero();
  }
}
