package dev.holdfast.jepsen.workload;

import dev.holdfast.jepsen.history.Operation;
import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.Recorder;
import dev.holdfast.jepsen.store.Cell;
import dev.holdfast.jepsen.store.Change;
import dev.holdfast.jepsen.store.Clients;
import dev.holdfast.jepsen.store.Store;
import dev.holdfast.jepsen.store.Store.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BooleanSupplier;

/**
 * Sessions that each write keys of their own, alone or in a transaction over several tables, and
 * read everybody's. Now and then a session's token is carried to another client, as between
 * processes, and the session goes on there.
 *
 * <p>After a write of unknown outcome a session takes another key, as that write may still take
 * effect and must then be the key's last (see {@code SessionGuarantees}).
 */
public final class SessionWorkload implements Workload {
  private static final int STEPS_WITH_A_CLIENT_MAX = 40;
  private static final long PAUSE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(20);

  private final Recorder<Operation> recorder;
  private final String table;
  private final List<String> others;
  private final AtomicReferenceArray<String> keys;
  private final AtomicInteger sessionCount = new AtomicInteger(); // that have begun
  private final AtomicLong staleEventualReads = new AtomicLong();

  /**
   * @param others tables that transactions write, too, best in other partitions
   */
  public SessionWorkload(
      Recorder<Operation> recorder, String table, List<String> others, int sessionsMax) {
    this.recorder = recorder;
    this.table = table;
    this.others = List.copyOf(others);
    this.keys = new AtomicReferenceArray<>(sessionsMax);
    for (int i = 0; i < sessionsMax; i++) {
      keys.set(i, "s" + i);
    }
  }

  @Override
  public void prepare(Store store) {
    store.createTable(table, Store.Shape.SINGLE);
    others.forEach(other -> store.createTable(other, Store.Shape.SINGLE));
  }

  /**
   * How many reads at EVENTUAL, made by others right after an acknowledged write, did not see it:
   * proof that in this run a session had something to guarantee. (The session's own reads at
   * EVENTUAL wait a moment for what it has seen.)
   */
  public long staleEventualReads() {
    return staleEventualReads.get();
  }

  /** Runs one session; moves between nodes, or clients that turn to another node first. */
  @Override
  public void run(Clients clients, int number, Random random, BooleanSupplier stopped) {
    int process = recorder.newProcess();
    sessionCount.accumulateAndGet(number + 1, Math::max);
    String token = "";
    long written = 0;
    while (!stopped.getAsBoolean()) {
      int node = random.nextInt(clients.nodeCount());
      try (Store store = clients.openSession(node, token);
          Store stranger = clients.open((node + 1) % clients.nodeCount())) {
        int steps = 1 + random.nextInt(STEPS_WITH_A_CLIENT_MAX);
        for (int step = 0; step < steps && !stopped.getAsBoolean(); step++) {
          if (random.nextInt(3) == 0) {
            written = write(process, number, store, random.nextBoolean(), written);
            compare(stranger, keys.get(number), written);
          } else {
            read(process, store, keys.get(random.nextInt(sessionCount.get())));
          }
          read(process, store, keys.get(number));
          clients.rest(1 + random.nextLong(PAUSE_NANOS_MAX));
        }
        token = store.sessionToken();
      }
    }
  }

  /** Returns the last value that the session's present key was given; 0 for none. */
  private long write(int process, int number, Store store, boolean together, long written) {
    String key = keys.get(number);
    long value = written + 1;
    List<Change> changes = new ArrayList<>();
    changes.add(Change.put(Cell.of(table, key), value));
    if (together) {
      others.forEach(other -> changes.add(Change.put(Cell.of(other, key), value)));
    }
    long call = recorder.nanos();
    Outcome outcome = Outcome.OK;
    try {
      if (together) {
        store.changeTogether(changes);
      } else {
        store.change(changes.get(0));
      }
    } catch (RuntimeException e) {
      outcome = Calls.outcome(e);
    }
    recorder.add(Operation.write(process, key, outcome, value, call, recorder.nanos()));
    if (outcome == Outcome.UNKNOWN) {
      keys.set(number, key + "+");
      return 0;
    }
    return outcome == Outcome.OK ? value : written;
  }

  private void compare(Store stranger, String key, long written) {
    try {
      Long found = stranger.get(Cell.of(table, key), Level.EVENTUAL).value();
      if ((found == null ? 0 : found) < written) {
        staleEventualReads.incrementAndGet();
      }
    } catch (RuntimeException e) {
      return; // says nothing
    }
  }

  private void read(int process, Store store, String key) {
    long call = recorder.nanos();
    Long value = null;
    Outcome outcome = Outcome.OK;
    try {
      value = store.get(Cell.of(table, key), Level.SESSION).value();
    } catch (RuntimeException e) {
      outcome = Outcome.FAILED;
    }
    recorder.add(Operation.read(process, key, outcome, value, call, recorder.nanos()));
  }

  /** A session has no end to look at. */
  @Override
  public void finish(Store store) {}
}
