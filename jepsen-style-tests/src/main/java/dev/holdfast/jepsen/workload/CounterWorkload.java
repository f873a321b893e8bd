package dev.holdfast.jepsen.workload;

import dev.holdfast.jepsen.history.CounterOperation;
import dev.holdfast.jepsen.history.CounterOperation.Function;
import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.Recorder;
import dev.holdfast.jepsen.store.Cell;
import dev.holdfast.jepsen.store.Change;
import dev.holdfast.jepsen.store.Clients;
import dev.holdfast.jepsen.store.Store;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Increments of a few counters, whose retries are left to the clients' own, and reads of them: they
 * show whether every increment is counted once (invariant 7).
 */
public final class CounterWorkload implements Workload {
  private static final int COUNTERS = 4;
  private static final long AMOUNT_MAX = 3;
  private static final long PAUSE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(20);

  private final Recorder<CounterOperation> recorder;
  private final String table;

  public CounterWorkload(Recorder<CounterOperation> recorder, String table) {
    this.recorder = recorder;
    this.table = table;
  }

  @Override
  public void prepare(Store store) {
    store.createTable(table, Store.Shape.SINGLE);
  }

  @Override
  public void run(Clients clients, int number, Random random, BooleanSupplier stopped) {
    new ClientLoop(recorder, PAUSE_NANOS_MAX)
        .run(clients, number, random, stopped, (process, store) -> step(process, store, random));
  }

  private Outcome step(int process, Store store, Random random) {
    String counter = "c" + random.nextInt(COUNTERS);
    return random.nextInt(4) == 0
        ? read(process, store, counter)
        : add(process, store, counter, 1 + random.nextLong(AMOUNT_MAX));
  }

  private Outcome add(int process, Store store, String counter, long amount) {
    long call = recorder.nanos();
    Outcome outcome = Outcome.OK;
    try {
      store.change(Change.add(Cell.of(table, counter), amount));
    } catch (RuntimeException e) {
      outcome = Calls.outcome(e);
    }
    record(process, counter, Function.ADD, amount, outcome, call);
    return outcome;
  }

  private Outcome read(int process, Store store, String counter) {
    long call = recorder.nanos();
    long found = 0;
    Outcome outcome = Outcome.OK;
    try {
      Long value = store.get(Cell.of(table, counter), Store.Level.STRONG).value();
      found = value == null ? 0 : value;
    } catch (RuntimeException e) {
      outcome = Outcome.FAILED; // a read has no effect, whatever became of it
    }
    record(process, counter, Function.READ, found, outcome, call);
    return outcome;
  }

  private void record(
      int process, String counter, Function function, long amount, Outcome outcome, long call) {
    recorder.add(
        new CounterOperation(process, counter, function, amount, outcome, call, recorder.nanos()));
  }

  @Override
  public void finish(Store store) {
    int process = recorder.newProcess();
    for (int i = 0; i < COUNTERS; i++) {
      String counter = "c" + i;
      FinalReads.mustSucceed("the counter " + counter, () -> read(process, store, counter));
    }
  }
}
