package dev.holdfast.jepsen.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.client.Document;
import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.HoldfastException;
import dev.holdfast.client.Key;
import dev.holdfast.client.ReadLevel;
import dev.holdfast.client.SyncTable;
import dev.holdfast.client.TableSpec;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.nemesis.Fault;
import dev.holdfast.jepsen.nemesis.Nemesis;
import dev.holdfast.protocol.model.ScalarType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A million writes and strong reads while some partition splits every ten seconds: none may fail,
 * and every read must see the last write. Takes many minutes, so it runs only with {@code
 * -Dholdfast.measure=true}; {@code -Dholdfast.operations} asks for another number.
 */
@EnabledIfSystemProperty(named = "holdfast.measure", matches = "true")
class ManySplitsMeasurementTest {
  private static final int CLIENTS = 32;
  private static final int KEYS_PER_CLIENT = 1_000;
  private static final Duration BETWEEN_SPLITS = Duration.ofSeconds(10);
  private static final long OPERATIONS = Long.getLong("holdfast.operations", 1_000_000);

  private final AtomicLong operations = new AtomicLong();
  private final Queue<String> errors = new ConcurrentLinkedQueue<>();
  private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();

  @Test
  void noOperationFailsAndNoneIsLost() throws InterruptedException {
    try (LocalCluster cluster = LocalCluster.start(3, 1);
        HoldfastClient client = HoldfastClient.connect(cluster.nativeAddresses())) {
      client.sync().createTable(TableSpec.named("load").partitionKey("k", ScalarType.S));
      SyncTable table = client.sync().table("load").with(ReadLevel.STRONG);
      long begun = System.nanoTime();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int number = i;
        Thread thread = new Thread(() -> work(table, number), "client-" + i);
        thread.start();
        threads.add(thread);
      }
      int splits = split(new Nemesis(cluster, new Random(1)));
      for (Thread thread : threads) {
        thread.join();
      }
      System.out.println(
          operations
              + " operations and "
              + splits
              + " splits in "
              + Duration.ofNanos(System.nanoTime() - begun).toSeconds()
              + " s, "
              + errors.size()
              + " errors");
      assertThat(errors).isEmpty();
      assertThat(splits).isPositive();
      acknowledged.forEach((key, value) -> assertThat(value(table, key)).as(key).isEqualTo(value));
    }
  }

  private int split(Nemesis nemesis) {
    int count = 0;
    while (operations.get() < OPERATIONS) {
      LockSupport.parkNanos(BETWEEN_SPLITS.toNanos());
      Fault split = nemesis.strike(Fault.Kind.SPLIT);
      count++;
      System.out.println(operations + " operations, " + split.evidence());
    }
    return count;
  }

  private void work(SyncTable table, int number) {
    Random random = new Random(number);
    while (operations.getAndIncrement() < OPERATIONS) {
      String key = number + "-" + random.nextInt(KEYS_PER_CLIENT);
      try {
        if (random.nextBoolean()) {
          long value = acknowledged.getOrDefault(key, 0L) + 1;
          table.put(Document.builder().set("k", key).set("v", value).build());
          acknowledged.put(key, value);
        } else if (value(table, key) != acknowledged.getOrDefault(key, 0L)) {
          errors.add(key + " is not what was written");
        }
      } catch (HoldfastException e) {
        errors.add(e.toString());
      }
    }
  }

  private static long value(SyncTable table, String key) {
    return table.get(Key.of(key)).map(document -> document.longValue("v")).orElse(0L);
  }
}
