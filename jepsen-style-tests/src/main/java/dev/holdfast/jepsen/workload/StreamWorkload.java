package dev.holdfast.jepsen.workload;

import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.Recorder;
import dev.holdfast.jepsen.history.StreamOperation;
import dev.holdfast.jepsen.history.StreamOperation.ChangeTold;
import dev.holdfast.jepsen.history.StreamOperation.Function;
import dev.holdfast.jepsen.history.StreamOperation.Shard;
import dev.holdfast.jepsen.store.Cell;
import dev.holdfast.jepsen.store.Change;
import dev.holdfast.jepsen.store.Clients;
import dev.holdfast.jepsen.store.Expectation;
import dev.holdfast.jepsen.store.FollowedTables;
import dev.holdfast.jepsen.store.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Items of a table with a stream are put, alone and two together, deleted, and put as they are
 * already, which changes nothing; at the end the whole stream is read. A delete expects the value
 * that it deletes: so every change has a value of its own.
 */
public final class StreamWorkload implements Workload {
  private static final int KEYS = 150;
  private static final int TRIES_MAX = 40;
  private static final long PAUSE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(15);
  private static final long SETTLE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Recorder<StreamOperation> recorder;
  private final String table;
  private final AtomicLong nextValue = new AtomicLong(1);

  /** What was put last, as far as anybody knows. */
  private final Map<String, Long> lastPut = new ConcurrentHashMap<>();

  public StreamWorkload(Recorder<StreamOperation> recorder, String table) {
    this.recorder = recorder;
    this.table = table;
  }

  @Override
  public void prepare(Store store) {
    store.followed().createStreamed(table);
  }

  @Override
  public void run(Clients clients, int number, Random random, BooleanSupplier stopped) {
    new ClientLoop(recorder, PAUSE_NANOS_MAX)
        .run(clients, number, random, stopped, (process, store) -> step(process, store, random));
  }

  private static String key(int number) {
    return "k" + number;
  }

  private Outcome step(int process, Store store, Random random) {
    int number = random.nextInt(KEYS);
    String key = key(number);
    Long last = lastPut.get(key);
    int choice = random.nextInt(20);
    if (choice < 3) {
      return putTogether(process, store, key, key((number + 1 + random.nextInt(KEYS - 1)) % KEYS));
    }
    if (choice < 7 && last != null) {
      return changeExpected(process, store, Function.DELETE, key, last);
    }
    if (choice < 8 && last != null) {
      return changeExpected(process, store, Function.TOUCH, key, last);
    }
    return put(process, store, key);
  }

  private Change change(Function function, String key, long value, Expectation expectation) {
    Cell cell = Cell.of(table, key);
    return function == Function.DELETE
        ? new Change.Delete(cell, expectation)
        : new Change.Put(cell, value, expectation);
  }

  private Outcome put(int process, Store store, String key) {
    long value = nextValue.getAndIncrement();
    long call = recorder.nanos();
    Outcome outcome = Outcome.OK;
    try {
      store.change(change(Function.PUT, key, value, Expectation.NONE));
      lastPut.put(key, value);
    } catch (RuntimeException e) {
      outcome = Calls.outcome(e);
    }
    add(process, Function.PUT, key, value, outcome, call);
    return outcome;
  }

  private void add(
      int process,
      Function function,
      String key,
      @Nullable Long value,
      Outcome outcome,
      long call) {
    recorder.add(
        StreamOperation.ofItem(process, function, key, value, outcome, call, recorder.nanos()));
  }

  /** Two items by one transaction; the second is told as the work of a process of its own. */
  private Outcome putTogether(int process, Store store, String one, String other) {
    long first = nextValue.getAndIncrement();
    long second = nextValue.getAndIncrement();
    long call = recorder.nanos();
    Outcome outcome = Outcome.OK;
    try {
      boolean done =
          store.changeTogether(
              List.of(
                  change(Function.PUT, one, first, Expectation.NONE),
                  change(Function.PUT, other, second, Expectation.NONE)));
      if (done) {
        lastPut.put(one, first);
        lastPut.put(other, second);
      } else {
        outcome = Outcome.FAILED;
      }
    } catch (RuntimeException e) {
      outcome = Calls.outcome(e);
    }
    add(process, Function.PUT, one, first, outcome, call);
    add(recorder.newProcess(), Function.PUT, other, second, outcome, call);
    return outcome;
  }

  private Outcome changeExpected(
      int process, Store store, Function function, String key, long value) {
    long call = recorder.nanos();
    Outcome outcome = Outcome.OK;
    try {
      Change change = change(function, key, value, new Expectation.Value(value));
      outcome = store.change(change).done() ? Outcome.OK : Outcome.FAILED;
    } catch (RuntimeException e) {
      outcome = Calls.outcome(e);
    }
    add(process, function, key, value, outcome, call);
    return outcome;
  }

  /** What an operation of unknown outcome has left behind may still be carried out meanwhile. */
  @Override
  public void finish(Store store) {
    for (int i = 1; ; i++) {
      List<StreamOperation> readings = readings(store);
      boolean isRead = readings.stream().allMatch(each -> each.outcome() == Outcome.OK);
      if (isRead && (i >= TRIES_MAX || isTold(readings))) {
        readings.forEach(recorder::add);
        return;
      }
      if (i >= 2 * TRIES_MAX) {
        throw new AssertionError("the stream cannot be read at the end");
      }
      store.followed().rest(SETTLE_NANOS);
    }
  }

  /** All items, and the stream as the last. */
  private List<StreamOperation> readings(Store store) {
    int process = recorder.newProcess();
    List<StreamOperation> readings = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      readings.add(read(process, store, key(i)));
    }
    readings.add(stream(process, store));
    return readings;
  }

  private StreamOperation read(int process, Store store, String key) {
    long call = recorder.nanos();
    Long value = null;
    Outcome outcome = Outcome.OK;
    try {
      value = store.get(Cell.of(table, key), Store.Level.STRONG).value();
    } catch (RuntimeException e) {
      outcome = Outcome.FAILED;
    }
    return StreamOperation.ofItem(
        process, Function.READ, key, value, outcome, call, recorder.nanos());
  }

  private StreamOperation stream(int process, Store store) {
    long call = recorder.nanos();
    FollowedTables.Stream stream = new FollowedTables.Stream(List.of(), List.of());
    Outcome outcome = Outcome.OK;
    try {
      stream = store.followed().stream(table);
    } catch (RuntimeException e) {
      outcome = Outcome.FAILED;
    }
    return new StreamOperation(
        process,
        Function.STREAM,
        "",
        null,
        stream.shards().stream().map(each -> new Shard(each.name(), each.parent())).toList(),
        stream.records().stream().map(StreamWorkload::told).toList(),
        outcome,
        call,
        recorder.nanos());
  }

  private static ChangeTold told(FollowedTables.StreamRecord record) {
    return new ChangeTold(
        record.shard(),
        record.sequence(),
        record.kind(),
        record.key(),
        record.before(),
        record.after());
  }

  /** Whether the stream ends with what was read. */
  private static boolean isTold(List<StreamOperation> readings) {
    Map<String, Long> told = new HashMap<>();
    for (ChangeTold record : readings.get(readings.size() - 1).records()) {
      if (record.after() == null) {
        told.remove(record.key());
      } else {
        told.put(record.key(), record.after());
      }
    }
    return readings.stream()
        .filter(each -> each.function() == Function.READ)
        .allMatch(each -> Objects.equals(told.get(each.key()), each.value()));
  }
}
