package dev.holdfast.jepsen.workload;

import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.Recorder;
import dev.holdfast.jepsen.history.TableOperation;
import dev.holdfast.jepsen.history.TableOperation.Function;
import dev.holdfast.jepsen.store.Cell;
import dev.holdfast.jepsen.store.Change;
import dev.holdfast.jepsen.store.Clients;
import dev.holdfast.jepsen.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The first client deletes a table and creates it again, the others put items meanwhile, get them,
 * and scan the table: what was deleted must not come back (invariant 12).
 */
public final class TableWorkload implements Workload {
  private static final int PAGE = 50;
  private static final long YOUNGEST = 200;
  private static final long PAUSE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(15);
  private static final long LIFE_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(300);
  private static final long LIFE_NANOS_RANGE = TimeUnit.MILLISECONDS.toNanos(1_500);

  private final Recorder<TableOperation> recorder;
  private final String table;
  private final AtomicLong nextKey = new AtomicLong(1);

  public TableWorkload(Recorder<TableOperation> recorder, String table) {
    this.recorder = recorder;
    this.table = table;
  }

  @Override
  public void prepare(Store store) {
    long call = recorder.nanos();
    store.createTable(table, Store.Shape.SINGLE);
    record(recorder.newProcess(), Function.CREATE, 0, List.of(), Outcome.OK, call);
  }

  @Override
  public void run(Clients clients, int number, Random random, BooleanSupplier stopped) {
    int process = recorder.newProcess();
    try (Store store = clients.open(number % clients.nodeCount())) {
      while (!stopped.getAsBoolean()) {
        if (number == 0) {
          process = recreate(process, clients, store, random);
        } else {
          Outcome outcome = use(process, store, random);
          process = outcome == Outcome.UNKNOWN ? recorder.newProcess() : process;
        }
        clients.rest(1 + random.nextLong(PAUSE_NANOS_MAX));
      }
    }
  }

  /** Lets the table live a while. Returns the process that goes on. */
  private int recreate(int process, Clients clients, Store store, Random random) {
    clients.rest(LIFE_NANOS_MIN + random.nextLong(LIFE_NANOS_RANGE));
    int next = call(process, Function.DELETE, () -> store.deleteTable(table));
    return call(next, Function.CREATE, () -> store.createTable(table, Store.Shape.SINGLE));
  }

  /** Returns the process that goes on. */
  private int call(int process, Function function, Runnable what) {
    long call = recorder.nanos();
    Outcome outcome = Outcome.OK;
    try {
      what.run();
    } catch (RuntimeException e) {
      outcome = Calls.outcome(e);
    }
    record(process, function, 0, List.of(), outcome, call);
    return outcome == Outcome.UNKNOWN ? recorder.newProcess() : process;
  }

  private Outcome use(int process, Store store, Random random) {
    int choice = random.nextInt(10);
    if (choice < 5) {
      return put(process, store);
    }
    if (choice < 9) {
      long next = nextKey.get();
      return get(process, store, Math.max(1, next - 1 - random.nextLong(YOUNGEST)));
    }
    return scan(process, store);
  }

  private Outcome put(int process, Store store) {
    long key = nextKey.getAndIncrement();
    long call = recorder.nanos();
    Outcome outcome = Outcome.OK;
    try {
      store.change(Change.put(cell(key), key));
    } catch (RuntimeException e) {
      outcome = Calls.outcome(e);
    }
    record(process, Function.PUT, key, List.of(key), outcome, call);
    return outcome;
  }

  private Outcome get(int process, Store store, long key) {
    long call = recorder.nanos();
    List<Long> found = List.of();
    Outcome outcome = Outcome.OK;
    try {
      Long value = store.get(cell(key), Store.Level.STRONG).value();
      found = value == null ? List.of() : List.of(value);
    } catch (RuntimeException e) {
      outcome = Outcome.FAILED;
    }
    record(process, Function.GET, key, found, outcome, call);
    return outcome;
  }

  private Outcome scan(int process, Store store) {
    long call = recorder.nanos();
    List<Long> found = new ArrayList<>();
    Outcome outcome = Outcome.OK;
    try {
      @Nullable Cell after = null;
      do {
        Store.Page page = store.scan(table, PAGE, after);
        page.cells().forEach(cell -> found.add(Long.valueOf(cell.key())));
        after = page.last();
      } while (after != null);
    } catch (RuntimeException e) {
      outcome = Outcome.FAILED; // a part says nothing
      found.clear();
    }
    record(process, Function.SCAN, 0, found, outcome, call);
    return outcome;
  }

  private Cell cell(long key) {
    return Cell.of(table, Long.toString(key));
  }

  private void record(
      int process, Function function, long key, List<Long> items, Outcome outcome, long call) {
    recorder.add(
        new TableOperation(process, function, key, items, outcome, call, recorder.nanos()));
  }

  /** The table may have been left deleted. */
  @Override
  public void finish(Store store) {
    int process = recorder.newProcess();
    FinalReads.mustSucceed(
        "the table",
        () -> {
          Outcome outcome = scan(process, store);
          if (outcome != Outcome.OK) {
            call(
                recorder.newProcess(),
                Function.CREATE,
                () -> store.createTable(table, Store.Shape.SINGLE));
          }
          return outcome;
        });
  }
}
