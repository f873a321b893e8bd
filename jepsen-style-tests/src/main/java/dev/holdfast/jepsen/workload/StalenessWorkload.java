package dev.holdfast.jepsen.workload;

import dev.holdfast.jepsen.history.Operation;
import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.Recorder;
import dev.holdfast.jepsen.store.Cell;
import dev.holdfast.jepsen.store.Change;
import dev.holdfast.jepsen.store.Clients;
import dev.holdfast.jepsen.store.Store;
import dev.holdfast.jepsen.store.Store.Level;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Every third client writes a key of its own, again and again with growing values, the others read
 * all keys at the level that bounds staleness, each from another node first.
 *
 * <p>After a write of unknown outcome its client takes another key: that write may still take
 * effect, and must then be the key's last.
 */
public final class StalenessWorkload implements Workload {
  private static final int WRITER_SHARE = 3;
  private static final long PAUSE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(15);

  private final Recorder<Operation> recorder;
  private final String table;
  private final AtomicInteger keyCount = new AtomicInteger();

  /** What each writer writes now. */
  private final List<String> current = new CopyOnWriteArrayList<>();

  public StalenessWorkload(Recorder<Operation> recorder, String table) {
    this.recorder = recorder;
    this.table = table;
  }

  @Override
  public void prepare(Store store) {
    store.createTable(table, Store.Shape.SINGLE);
  }

  @Override
  public void run(Clients clients, int number, Random random, BooleanSupplier stopped) {
    int process = recorder.newProcess();
    try (Store store = clients.open(number % clients.nodeCount())) {
      if (number % WRITER_SHARE == 0) {
        write(process, clients, store, random, stopped);
      } else {
        while (!stopped.getAsBoolean()) {
          List<String> keys = List.copyOf(current); // writers take some away meanwhile
          if (!keys.isEmpty()) {
            read(process, store, keys.get(random.nextInt(keys.size())));
          }
          clients.rest(1 + random.nextLong(PAUSE_NANOS_MAX));
        }
      }
    }
  }

  private void write(
      int first, Clients clients, Store store, Random random, BooleanSupplier stopped) {
    int process = first;
    String key = newKey("");
    long value = 0;
    while (!stopped.getAsBoolean()) {
      long call = recorder.nanos();
      Outcome outcome = Outcome.OK;
      value++;
      try {
        store.change(Change.put(Cell.of(table, key), value));
      } catch (RuntimeException e) {
        outcome = Calls.outcome(e);
      }
      recorder.add(Operation.write(process, key, outcome, value, call, recorder.nanos()));
      if (outcome == Outcome.UNKNOWN) {
        process = recorder.newProcess();
        key = newKey(key);
        value = 0;
      }
      clients.rest(1 + random.nextLong(PAUSE_NANOS_MAX));
    }
  }

  /** In the place of the old one. */
  private String newKey(String old) {
    String key = "b" + keyCount.getAndIncrement();
    current.add(key);
    current.remove(old);
    return key;
  }

  private Outcome read(int process, Store store, String key) {
    long call = recorder.nanos();
    Long value = null;
    Outcome outcome = Outcome.OK;
    try {
      value = store.get(Cell.of(table, key), Level.BOUNDED).value();
    } catch (RuntimeException e) {
      outcome = Outcome.FAILED;
    }
    recorder.add(Operation.read(process, key, outcome, value, call, recorder.nanos()));
    return outcome;
  }

  @Override
  public void finish(Store store) {
    int process = recorder.newProcess();
    for (int i = 0; i < keyCount.get(); i++) {
      String key = "b" + i;
      FinalReads.mustSucceed("the key " + key, () -> read(process, store, key));
    }
  }
}
