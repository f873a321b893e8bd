package dev.holdfast.jepsen.faults;

import static dev.holdfast.client.Expressions.add;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.HoldfastException;
import dev.holdfast.client.Key;
import dev.holdfast.client.SyncTable;
import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.cluster.ServerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A fourth node joins 1 GB of data in four partitions under a light load. Runs only with {@code
 * -Dholdfast.measure=true}; the goals are balanced within two minutes, and a 99th percentile of the
 * load that at most doubles.
 */
@EnabledIfSystemProperty(named = "holdfast.measure", matches = "true")
class JoinMeasurementTest {
  private static final int PARTITIONS = 4;

  /** Twelve replicas over four nodes. */
  private static final int SHARE = 3;

  private static final int WORKERS = 4;
  private static final Duration BEFORE = Duration.ofSeconds(30);
  private static final Duration BETWEEN_OPERATIONS = Duration.ofMillis(4);
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final Pattern VOTER_ON_N4 =
      Pattern.compile("\"node\"\\s*:\\s*\"n4\",\\s*\"role\"\\s*:\\s*\"(LEADER|FOLLOWER)\"");
  private static final Pattern META = Pattern.compile("\"meta\".*?\"partitions\"", Pattern.DOTALL);

  private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
  private final AtomicLong errors = new AtomicLong();
  private final AtomicBoolean stopped = new AtomicBoolean();

  @Test
  void aFourthNodeTakesItsShare() throws InterruptedException {
    try (LocalCluster cluster = LocalCluster.start(3, 1, "split.bytes.max=1000000000000");
        HoldfastClient client = HoldfastClient.connect(cluster.nativeAddresses())) {
      Gigabyte.load(cluster, PARTITIONS);
      assertThat(cluster.partitions()).hasSize(PARTITIONS);
      List<Thread> workers = new ArrayList<>();
      for (int i = 0; i < WORKERS; i++) {
        int worker = i;
        Thread thread = new Thread(() -> use(client.sync().table(Gigabyte.TABLE), worker));
        thread.start();
        workers.add(thread);
      }
      LockSupport.parkNanos(BEFORE.toNanos()); // the first seconds are for warming up
      nanos.clear();
      LockSupport.parkNanos(BEFORE.toNanos());
      report("before");

      long begun = System.nanoTime();
      try (ServerProcess n4 = cluster.startJoining("n4", "joining")) {
        Await.until("n4 has its share", LIMIT, () -> shareOfN4(cluster) >= SHARE);
        System.out.println(
            "n4 has its share after " + (System.nanoTime() - begun) / 1_000_000 + " ms");
        report("meanwhile");
        stopped.set(true);
        for (Thread worker : workers) {
          worker.join();
        }
        assertThat(errors).hasValue(0);
        assertThat(n4.isAlive()).isTrue();
      }
    }
  }

  /** Replicas of data that vote. */
  private static long shareOfN4(LocalCluster cluster) {
    return cluster
        .page(0, "/status")
        .map(page -> META.matcher(page).replaceFirst(""))
        .map(page -> VOTER_ON_N4.matcher(page).results().count())
        .orElse(0L);
  }

  private void use(SyncTable table, int worker) {
    Random random = new Random(worker);
    while (!stopped.get()) {
      Key key = Key.of(Gigabyte.key(random.nextInt(Gigabyte.ITEM_COUNT)));
      long begun = System.nanoTime();
      try {
        if (random.nextBoolean()) {
          table.get(key);
        } else {
          table.update(key, add("n", 1));
        }
        nanos.add(System.nanoTime() - begun);
      } catch (HoldfastException e) {
        errors.incrementAndGet();
      }
      LockSupport.parkNanos(BETWEEN_OPERATIONS.toNanos());
    }
  }

  private void report(String when) {
    List<Long> taken = new ArrayList<>();
    for (Long each = nanos.poll(); each != null; each = nanos.poll()) {
      taken.add(each);
    }
    Collections.sort(taken);
    System.out.println(
        when
            + ": "
            + taken.size()
            + " operations, p50 "
            + taken.get(taken.size() / 2) / 1_000
            + " us, p99 "
            + taken.get((int) (taken.size() * 0.99)) / 1_000
            + " us, the longest "
            + taken.get(taken.size() - 1) / 1_000_000
            + " ms, errors "
            + errors);
  }
}
