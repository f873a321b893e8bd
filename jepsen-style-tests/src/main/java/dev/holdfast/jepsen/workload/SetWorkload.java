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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Items that are added to a few collections of a table, and read by scans of the table and queries
 * of a collection, in pages so small that much happens between them.
 *
 * <p>Reading costs grow with the set, so a table that has had its share is followed by another.
 * Until that one is there, which may take as long as a fault, the old one gets more.
 */
public final class SetWorkload implements Workload {
  private static final int COLLECTIONS = 4;
  private static final int SHARE_OF_A_TABLE = 1_000;
  private static final int PAGE_MIN = 5;
  private static final int PAGE_RANGE = 60;
  private static final long PAUSE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(20);

  private final Recorder<SetOperation> recorder;
  private final String prefix;
  private final AtomicLong nextElement = new AtomicLong(1);
  private final AtomicInteger nextTable = new AtomicInteger();
  private final AtomicBoolean isCreating = new AtomicBoolean();

  /** Those that are there; elements are added to the last. */
  private final List<Table> tables = new CopyOnWriteArrayList<>();

  /**
   * @param addedCount how many elements were called to be added
   */
  private record Table(String name, AtomicLong addedCount) {
    boolean isFull() {
      return addedCount.get() >= SHARE_OF_A_TABLE;
    }
  }

  /**
   * @param prefix with which the names of the tables begin
   */
  public SetWorkload(Recorder<SetOperation> recorder, String prefix) {
    this.recorder = recorder;
    this.prefix = prefix;
  }

  @Override
  public void prepare(Store store) {
    createTable(store);
  }

  /** Under a name that none has had, as nobody knows what became of one whose creation failed. */
  private void createTable(Store store) {
    String name = prefix + "-" + nextTable.getAndIncrement();
    store.createTable(name, Store.Shape.COLLECTIONS);
    tables.add(new Table(name, new AtomicLong()));
  }

  private Table current() {
    return tables.get(tables.size() - 1);
  }

  @Override
  public void run(Clients clients, int number, Random random, BooleanSupplier stopped) {
    new ClientLoop(recorder, PAUSE_NANOS_MAX)
        .run(clients, number, random, stopped, (process, store) -> step(process, store, random));
  }

  private Outcome step(int process, Store store, Random random) {
    Table table = current();
    if (table.isFull() && isCreating.compareAndSet(false, true)) {
      succeed(store, table);
    }
    String collection = collection(table, random.nextInt(COLLECTIONS));
    int choice = random.nextInt(10);
    if (choice < 7) {
      table.addedCount().getAndIncrement();
      return add(process, store, collection);
    }
    return choice % 2 == 0
        ? read(process, store, Function.SCAN, table.name(), random)
        : read(process, store, Function.QUERY, collection, random);
  }

  /** Creates the one after a table; after a failure another client tries. */
  private void succeed(Store store, Table full) {
    try {
      if (current().equals(full)) {
        createTable(store);
      }
    } catch (RuntimeException e) {
      // of no interest to the history: elements go on into the full one
    } finally {
      isCreating.set(false);
    }
  }

  private static String collection(Table table, int number) {
    return table.name() + "/" + number;
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
    for (Table table : tables) {
      FinalReads.mustSucceed(
          "the set " + table.name(),
          () -> read(process, store, Function.SCAN, table.name(), random));
      for (int i = 0; i < COLLECTIONS; i++) {
        String collection = collection(table, i);
        FinalReads.mustSucceed(
            "the collection " + collection,
            () -> read(process, store, Function.QUERY, collection, random));
      }
    }
  }
}
