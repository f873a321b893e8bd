package dev.holdfast.jepsen.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.client.Document;
import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.HoldfastException;
import dev.holdfast.client.SyncTable;
import dev.holdfast.client.TableSpec;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.nemesis.Fault;
import dev.holdfast.jepsen.nemesis.Nemesis;
import dev.holdfast.protocol.model.ScalarType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Measures what writers notice of splits. Needs a quiet machine, so it runs only with {@code
 * -Dholdfast.measure=true}; the goal is a 99th percentile in the second around a split at most 100
 * ms above the one before, and no error.
 */
@EnabledIfSystemProperty(named = "holdfast.measure", matches = "true")
class SplitMeasurementTest {
  private static final int WRITERS = 8;
  private static final int SPLITS = 6;
  private static final Duration WARM_UP = Duration.ofSeconds(40);
  private static final Duration BETWEEN_SPLITS = Duration.ofSeconds(5);

  /** So that the processors of a small machine are busy, not full: a full one pauses by itself. */
  private static final Duration BETWEEN_WRITES = Duration.ofMillis(4);

  private record Write(long endNanos, long nanos) {}

  private final ConcurrentLinkedQueue<Write> writes = new ConcurrentLinkedQueue<>();
  private final AtomicLong errors = new AtomicLong();
  private final AtomicBoolean stopped = new AtomicBoolean();

  @Test
  void writersHardlyNoticeSplits() throws InterruptedException {
    try (LocalCluster cluster = LocalCluster.start(3, 1);
        HoldfastClient client = HoldfastClient.connect(cluster.nativeAddresses())) {
      client.sync().createTable(TableSpec.named("load").partitionKey("k", ScalarType.S));
      SyncTable table = client.sync().table("load");
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        int writer = i;
        Thread thread = new Thread(() -> write(table, writer), "writer-" + i);
        thread.start();
        threads.add(thread);
      }
      LockSupport.parkNanos(WARM_UP.toNanos());
      Nemesis nemesis = new Nemesis(cluster, new Random(1));
      for (int i = 0; i < SPLITS; i++) {
        LockSupport.parkNanos(BETWEEN_SPLITS.toNanos());
        long before = System.nanoTime();
        Fault split = nemesis.strike(Fault.Kind.SPLIT);
        LockSupport.parkNanos(BETWEEN_SPLITS.toNanos());
        report(split, before);
      }
      stopped.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(errors).hasValue(0);
    }
  }

  private void write(SyncTable table, int writer) {
    Random random = new Random(writer);
    while (!stopped.get()) {
      long begun = System.nanoTime();
      try {
        table.put(
            Document.builder()
                .set("k", writer + "-" + random.nextInt(5000))
                .set("v", begun)
                .build());
        writes.add(new Write(System.nanoTime(), System.nanoTime() - begun));
      } catch (HoldfastException e) {
        errors.incrementAndGet();
      }
      LockSupport.parkNanos(BETWEEN_WRITES.toNanos());
    }
  }

  private void report(Fault split, long begunNanos) {
    List<Long> before = new ArrayList<>();
    List<Long> around = new ArrayList<>();
    long longest = 0;
    long endOfLongest = begunNanos;
    for (Write write : writes) {
      if (write.endNanos() > begunNanos && write.nanos() > longest) {
        longest = write.nanos();
        endOfLongest = write.endNanos();
      }
    }
    for (Write write : writes) {
      long age = write.endNanos() - endOfLongest;
      if (Math.abs(age) < 500_000_000L) {
        around.add(write.nanos());
      } else if (write.endNanos() < begunNanos && begunNanos - write.endNanos() < 1_000_000_000L) {
        before.add(write.nanos());
      }
    }
    System.out.println(
        split.evidence()
            + ": p99 of the second before "
            + percentile99(before)
            + " ms, of the second around it "
            + percentile99(around)
            + " ms, the longest "
            + longest / 1_000_000
            + " ms, errors "
            + errors);
    writes.clear();
  }

  private static long percentile99(List<Long> nanos) {
    if (nanos.isEmpty()) {
      return -1;
    }
    Collections.sort(nanos);
    return nanos.get((int) (nanos.size() * 0.99)) / 1_000_000;
  }
}
