package dev.holdfast.jepsen.workload;

import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.Recorder;
import dev.holdfast.jepsen.history.SetOperation;
import dev.holdfast.jepsen.history.SetOperation.Function;
import dev.holdfast.jepsen.store.Cell;
import dev.holdfast.jepsen.store.Change;
import dev.holdfast.jepsen.store.Clients;
import dev.holdfast.jepsen.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Items that are added to a few collections of a table, and read by scans of the table and queries
 * of a collection, in pages so small that much happens between them.
 *
 * <p>Reading costs grow with the set, so a table that has had its share is followed by another;
 * after the last, reading goes on alone.
 */
public final class SetWorkload implements Workload {
  private static final int COLLECTIONS = 4;
  private static final int TABLES = 16;
  private static final int ELEMENTS_OF_A_TABLE_MAX = 1_000;
  private static final int PAGE_MIN = 5;
  private static final int PAGE_RANGE = 60;
  private static final long PAUSE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(20);

  private final Recorder<SetOperation> recorder;
  private final String prefix;
  private final AtomicLong nextElement = new AtomicLong(1);

  /**
   * @param prefix with which the names of the tables begin
   */
  public SetWorkload(Recorder<SetOperation> recorder, String prefix) {
    this.recorder = recorder;
    this.prefix = prefix;
  }

  @Override
  public void prepare(Store store) {
    for (int i = 0; i < TABLES; i++) {
      store.createTable(table(i), Store.Shape.COLLECTIONS);
    }
  }

  private String table(long number) {
    return prefix + "-" + number;
  }

  /** The one that elements are added to now. */
  private String current() {
    return table(Math.min(TABLES - 1, nextElement.get() / ELEMENTS_OF_A_TABLE_MAX));
  }

  private boolean isFull() {
    return nextElement.get() >= TABLES * ELEMENTS_OF_A_TABLE_MAX;
  }

  @Override
  public void run(Clients clients, int number, Random random, BooleanSupplier stopped) {
    new ClientLoop(recorder, PAUSE_NANOS_MAX)
        .run(clients, number, random, stopped, (process, store) -> step(process, store, random));
  }

  private Outcome step(int process, Store store, Random random) {
    String table = current();
    String collection = table + "/" + random.nextInt(COLLECTIONS);
    int choice = random.nextInt(10);
    if (choice < 7 && !isFull()) {
      return add(process, store, collection);
    }
    return choice % 2 == 0
        ? read(process, store, Function.SCAN, table, random)
        : read(process, store, Function.QUERY, collection, random);
  }

  private Outcome add(int process, Store store, String collection) {
    long element = nextElement.getAndIncrement();
    long call = recorder.nanos();
    Outcome outcome = Outcome.OK;
    try {
      store.change(Change.put(new Cell(tableOf(collection), collection, element), element));
    } catch (RuntimeException e) {
      outcome = Calls.outcome(e);
    }
    recorder.add(
        new SetOperation(
            process, Function.ADD, collection, List.of(element), outcome, call, recorder.nanos()));
    return outcome;
  }

  private Outcome read(
      int process, Store store, Function function, String collection, Random random) {
    int limit = PAGE_MIN + random.nextInt(PAGE_RANGE);
    List<Long> found = new ArrayList<>();
    long call = recorder.nanos();
    Outcome outcome = Outcome.OK;
    try {
      Cell after = null;
      do {
        Store.Page page = page(store, function, collection, limit, after);
        page.cells().forEach(cell -> found.add(Objects.requireNonNull(cell.sort(), "sort key")));
        after = page.last();
      } while (after != null);
    } catch (RuntimeException e) {
      outcome = Outcome.FAILED; // a part says nothing
      found.clear();
    }
    recorder.add(
        new SetOperation(process, function, collection, found, outcome, call, recorder.nanos()));
    return outcome;
  }

  private Store.Page page(
      Store store, Function function, String collection, int limit, @Nullable Cell after) {
    return function == Function.SCAN
        ? store.scan(collection, limit, after)
        : store.query(tableOf(collection), collection, limit, after);
  }

  private static String tableOf(String collection) {
    return collection.substring(0, collection.indexOf('/'));
  }

  @Override
  public void finish(Store store) {
    int process = recorder.newProcess();
    Random random = new Random(0);
    for (int i = 0; i < TABLES; i++) {
      String table = table(i);
      FinalReads.mustSucceed(
          "the set " + table, () -> read(process, store, Function.SCAN, table, random));
      for (int j = 0; j < COLLECTIONS; j++) {
        String collection = table + "/" + j;
        FinalReads.mustSucceed(
            "the collection " + collection,
            () -> read(process, store, Function.QUERY, collection, random));
      }
    }
  }
}
