package dev.holdfast.jepsen.workload;

import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.HoldfastException;
import dev.holdfast.client.Key;
import dev.holdfast.client.ReadLevel;
import dev.holdfast.client.SyncTable;
import dev.holdfast.client.Update;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Counters that show whether every increment is applied once (invariant 7). */
public final class CounterWorkload {
  private static final String COUNT = "n";
  private static final long PAUSE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(20);

  private final SyncTable table;

  public CounterWorkload(HoldfastClient client, String table) {
    this.table = client.sync().table(table);
  }

  /** Increments by one again and again until told to stop; leaves all retries to the client. */
  public Tally run(String key, Update increment, Random random, BooleanSupplier stopped) {
    long acknowledged = 0;
    long refused = 0;
    long indeterminate = 0;
    while (!stopped.getAsBoolean()) {
      try {
        table.update(Key.of(key), increment);
        acknowledged++;
      } catch (HoldfastException.UnavailableException | HoldfastException.ThrottledException e) {
        refused++;
      } catch (HoldfastException.IndeterminateException e) {
        indeterminate++;
      }
      LockSupport.parkNanos(1 + random.nextLong(PAUSE_NANOS_MAX));
    }
    return new Tally(acknowledged, refused, indeterminate);
  }

  /** The counter now, read strongly. */
  public long value(String key) {
    return table
        .with(ReadLevel.STRONG)
        .get(Key.of(key))
        .map(item -> item.longValue(COUNT))
        .orElse(0L);
  }
}
