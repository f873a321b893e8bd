package dev.holdfast.jepsen.workload;

import dev.holdfast.jepsen.history.IndexOperation;
import dev.holdfast.jepsen.history.IndexOperation.Function;
import dev.holdfast.jepsen.history.IndexOperation.Row;
import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.Recorder;
import dev.holdfast.jepsen.store.Cell;
import dev.holdfast.jepsen.store.Change;
import dev.holdfast.jepsen.store.Clients;
import dev.holdfast.jepsen.store.Expectation;
import dev.holdfast.jepsen.store.FollowedTables;
import dev.holdfast.jepsen.store.Store;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Items that are put, moved between the groups of a global index, taken out of it and deleted,
 * while the first client adds another index, reads it as soon as it is ACTIVE, and takes it away
 * again.
 *
 * <p>A few items are written all the time, so that updates of an entry meet; many are there from
 * the beginning, so that an index that is added is filled for a while.
 */
public final class IndexWorkload implements Workload {
  private static final String INDEX = "byGroup";
  private static final String ADDED = "added";
  private static final int GROUPS = 5; // one of which no index knows
  private static final int BUSY_KEYS = 40;
  private static final int QUIET_KEYS = 1_500;
  private static final int PUT_TOGETHER = 50;
  private static final int TRIES_MAX = 60;
  private static final long PAUSE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(12);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long SETTLE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long LIFE_NANOS = TimeUnit.SECONDS.toNanos(4);

  private final Recorder<IndexOperation> recorder;
  private final String table;
  private final AtomicLong nextValue = new AtomicLong(1);

  public IndexWorkload(Recorder<IndexOperation> recorder, String table) {
    this.recorder = recorder;
    this.table = table;
  }

  @Override
  public void prepare(Store store) {
    store.followed().createIndexed(table, INDEX);
    Random random = new Random(0);
    for (int first = 0; first < QUIET_KEYS; first += PUT_TOGETHER) {
      List<Row> rows = new ArrayList<>();
      List<Change> changes = new ArrayList<>();
      for (int i = first; i < first + PUT_TOGETHER; i++) {
        Row row = new Row("quiet-" + i, nextValue.getAndIncrement(), group(random));
        rows.add(row);
        changes.add(put(row));
      }
      long call = recorder.nanos();
      Outcome outcome = Outcome.OK;
      try {
        outcome = store.changeTogether(changes) ? Outcome.OK : Outcome.FAILED;
      } catch (RuntimeException e) {
        outcome = Calls.outcome(e);
      }
      for (Row row : rows) {
        int process = recorder.newProcess();
        add(process, Function.PUT, row.key(), List.of(row), 0, outcome, call);
      }
    }
  }

  private static @Nullable String group(Random random) {
    int number = random.nextInt(GROUPS);
    return number == 0 ? null : "g" + number;
  }

  private Change put(Row row) {
    return new Change.Put(Cell.of(table, row.key()), row.value(), row.group(), Expectation.NONE);
  }

  private void add(
      int process,
      Function function,
      String of,
      List<Row> rows,
      long count,
      Outcome outcome,
      long call) {
    recorder.add(
        new IndexOperation(process, function, of, rows, count, outcome, call, recorder.nanos()));
  }

  @Override
  public void run(Clients clients, int number, Random random, BooleanSupplier stopped) {
    if (number == 0) {
      steer(clients, stopped);
      return;
    }
    new ClientLoop(recorder, PAUSE_NANOS_MAX)
        .run(clients, number, random, stopped, (process, store) -> step(process, store, random));
  }

  private Outcome step(int process, Store store, Random random) {
    String key =
        random.nextInt(10) == 0
            ? "quiet-" + random.nextInt(QUIET_KEYS)
            : "busy-" + random.nextInt(BUSY_KEYS);
    int choice = random.nextInt(200);
    if (choice == 0) {
      return scan(process, store, random.nextBoolean() ? INDEX : IndexOperation.TABLE);
    }
    return choice < 50
        ? change(process, store, Function.DELETE, key, null)
        : change(
            process,
            store,
            Function.PUT,
            key,
            new Row(key, nextValue.getAndIncrement(), group(random)));
  }

  private Outcome change(
      int process, Store store, Function function, String key, @Nullable Row row) {
    long call = recorder.nanos();
    Outcome outcome = Outcome.OK;
    try {
      store.change(
          row == null ? new Change.Delete(Cell.of(table, key), Expectation.NONE) : put(row));
    } catch (RuntimeException e) {
      outcome = Calls.outcome(e);
    }
    add(process, function, key, row == null ? List.of() : List.of(row), 0, outcome, call);
    return outcome;
  }

  private Outcome scan(int process, Store store, String of) {
    long call = recorder.nanos();
    List<Row> rows = List.of();
    Outcome outcome = Outcome.OK;
    try {
      rows = rows(store, of, Store.Level.STRONG);
    } catch (RuntimeException e) {
      outcome = Outcome.FAILED; // a part says nothing
    }
    add(process, Function.SCAN, of, rows, 0, outcome, call);
    return outcome;
  }

  private List<Row> rows(Store store, String of, Store.Level level) {
    return store.followed().scan(table, indexOrTable(of), level).stream()
        .map(entry -> new Row(entry.key(), entry.value(), entry.group()))
        .toList();
  }

  private static @Nullable String indexOrTable(String of) {
    return of.equals(IndexOperation.TABLE) ? null : of;
  }

  /** Adds the other index and takes it away, again and again. */
  private void steer(Clients clients, BooleanSupplier stopped) {
    try (Store store = clients.open(0)) {
      long activeSince = -1;
      while (!stopped.getAsBoolean()) {
        String status = status(store);
        long now = recorder.nanos();
        if (status.isEmpty()) {
          activeSince = -1;
          call(Function.ADD_INDEX, () -> store.followed().addIndex(table, ADDED));
        } else if (status.equals(FollowedTables.ACTIVE) && activeSince < 0) {
          activeSince = now;
          scan(recorder.newProcess(), store, ADDED);
        } else if (status.equals(FollowedTables.ACTIVE) && now - activeSince > LIFE_NANOS) {
          scan(recorder.newProcess(), store, ADDED);
          call(Function.REMOVE_INDEX, () -> store.followed().removeIndex(table, ADDED));
        }
        clients.rest(LOOK_NANOS);
      }
    }
  }

  /** Of the other index; empty of one that is not there. */
  private String status(Store store) {
    try {
      String status = store.followed().statusOf(table, ADDED);
      return status == null ? "" : status;
    } catch (RuntimeException e) {
      return "not known";
    }
  }

  private void call(Function function, Runnable what) {
    long call = recorder.nanos();
    Outcome outcome = Outcome.OK;
    try {
      what.run();
    } catch (RuntimeException e) {
      outcome = Calls.outcome(e);
    }
    add(recorder.newProcess(), function, ADDED, List.of(), 0, outcome, call);
  }

  /** Waits until indexes have followed, for some thirty seconds; what is left then is recorded. */
  @Override
  public void finish(Store store) {
    List<String> indexes = settled(store);
    for (int i = 1; ; i++) {
      List<IndexOperation> readings = new ArrayList<>();
      readings.add(reading(store, IndexOperation.TABLE, Store.Level.STRONG));
      indexes.forEach(index -> readings.add(reading(store, index, Store.Level.EVENTUAL)));
      boolean isRead = readings.stream().allMatch(each -> each.outcome() == Outcome.OK);
      if (isRead && (i >= TRIES_MAX || isFollowed(readings))) {
        readings.forEach(recorder::add);
        return;
      }
      if (i >= 2 * TRIES_MAX) {
        throw new AssertionError("table and indexes cannot be read at the end");
      }
      store.followed().rest(SETTLE_NANOS);
    }
  }

  /** The indexes that there are, all of which must be ACTIVE. */
  private List<String> settled(Store store) {
    for (int i = 0; i < TRIES_MAX; i++) {
      String status = status(store);
      if (status.isEmpty()) {
        return List.of(INDEX);
      }
      if (status.equals(FollowedTables.ACTIVE)) {
        return List.of(INDEX, ADDED);
      }
      store.followed().rest(SETTLE_NANOS);
    }
    throw new AssertionError("an index is neither ACTIVE nor gone at the end");
  }

  private IndexOperation reading(Store store, String of, Store.Level level) {
    int process = recorder.newProcess();
    long call = recorder.nanos();
    List<Row> rows = List.of();
    long count = 0;
    Outcome outcome = Outcome.OK;
    try {
      rows = rows(store, of, level);
      count = store.followed().count(table, indexOrTable(of));
    } catch (RuntimeException e) {
      outcome = Outcome.FAILED;
    }
    return new IndexOperation(
        process, Function.FINAL, of, rows, count, outcome, call, recorder.nanos());
  }

  /** Whether there is nothing left to wait for. */
  private static boolean isFollowed(List<IndexOperation> readings) {
    Set<Row> expected = new HashSet<>(readings.get(0).rows());
    expected.removeIf(row -> row.group() == null);
    return readings.stream().allMatch(each -> each.count() == each.rows().size())
        && readings.stream().skip(1).allMatch(each -> Set.copyOf(each.rows()).equals(expected));
  }
}
