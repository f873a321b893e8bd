package dev.holdfast.jepsen.workload;

import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.Recorder;
import dev.holdfast.jepsen.history.RegisterTransaction;
import dev.holdfast.jepsen.history.RegisterTransaction.Body;
import dev.holdfast.jepsen.store.Cell;
import dev.holdfast.jepsen.store.Change;
import dev.holdfast.jepsen.store.Clients;
import dev.holdfast.jepsen.store.Content;
import dev.holdfast.jepsen.store.Expectation;
import dev.holdfast.jepsen.store.NoEffectException;
import dev.holdfast.jepsen.store.Store;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Transactions that write several registers in several tables, others that read several, and others
 * that write some if others, or the same, are as they were last seen: those have lost updates,
 * write skew and long forks to find.
 *
 * <p>Some expect what was there before, and are to be refused. A register that has had its share of
 * writes is replaced by one of a new name.
 */
public final class RegisterTransactionWorkload implements Workload {
  private static final int REGISTERS_AT_A_TIME = 6;
  private static final int WRITES_OF_A_REGISTER_MAX = 60;
  private static final int FINAL_READ_MAX = 100;
  private static final long PAUSE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long NOTHING = 0; // values begin at 1

  private final Recorder<RegisterTransaction> recorder;
  private final List<String> tables;
  private final AtomicLong nextValue = new AtomicLong(1);
  private final AtomicIntegerArray writeCounts = new AtomicIntegerArray(REGISTERS_AT_A_TIME);
  private final Map<String, Long> lastSeen = new ConcurrentHashMap<>();
  private final Map<String, Long> seenBefore = new ConcurrentHashMap<>();

  public RegisterTransactionWorkload(Recorder<RegisterTransaction> recorder, List<String> tables) {
    this.recorder = recorder;
    this.tables = List.copyOf(tables);
  }

  @Override
  public void prepare(Store store) {
    tables.forEach(table -> store.createTable(table, Store.Shape.SINGLE));
  }

  private Cell cell(String register) {
    return Cell.of(tables.get(place(register) % tables.size()), register);
  }

  private static int place(String register) {
    return Integer.parseInt(register.substring(1, register.indexOf('-')));
  }

  private static String name(int place, int generation) {
    return "x" + place + "-" + generation;
  }

  private int generation(int place) {
    return writeCounts.get(place) / WRITES_OF_A_REGISTER_MAX;
  }

  @Override
  public void run(Clients clients, int number, Random random, BooleanSupplier stopped) {
    new ClientLoop(recorder, PAUSE_NANOS_MAX)
        .run(clients, number, random, stopped, (process, store) -> step(process, store, random));
  }

  private Outcome step(int process, Store store, Random random) {
    List<String> some = some(random, 2 + random.nextInt(2));
    int choice = random.nextInt(10);
    if (choice < 4) {
      return read(process, store, some);
    }
    if (choice < 6) {
      return write(process, store, List.of(), some, random);
    }
    // one is read and not written, or written as well
    List<String> read = some.subList(0, 1);
    return choice < 8
        ? write(process, store, read, some.subList(1, some.size()), random)
        : write(process, store, read, some, random);
  }

  private List<String> some(Random random, int count) {
    List<String> registers = new ArrayList<>();
    for (int place = 0; place < REGISTERS_AT_A_TIME; place++) {
      registers.add(name(place, generation(place)));
    }
    Collections.shuffle(registers, random);
    return registers.subList(0, count);
  }

  private Outcome read(int process, Store store, List<String> registers) {
    return record(process, Body.read(Map.of()), () -> Body.read(seen(store, registers)));
  }

  private Map<String, @Nullable Long> seen(Store store, List<String> registers) {
    Map<Cell, Content> found = store.getTogether(registers.stream().map(this::cell).toList());
    Map<String, @Nullable Long> seen = new HashMap<>();
    found.forEach((cell, content) -> seen.put(cell.key(), content.value()));
    return seen;
  }

  /** Writes if the others are as they were last seen; a register may be among both. */
  private Outcome write(
      int process, Store store, List<String> others, List<String> registers, Random random) {
    Map<String, Long> writes = new HashMap<>();
    for (String register : registers) {
      writes.put(register, nextValue.getAndIncrement());
      writeCounts.incrementAndGet(place(register));
    }
    Map<String, @Nullable Long> reads = new HashMap<>();
    for (String other : others) {
      Map<String, Long> known = random.nextInt(4) == 0 ? seenBefore : lastSeen;
      long last = known.getOrDefault(other, NOTHING);
      reads.put(other, last == NOTHING ? null : Long.valueOf(last));
    }
    Body body = new Body(reads, writes);
    return record(
        process,
        body,
        () -> {
          if (!store.changeTogether(changes(body))) {
            throw new NoEffectException(new IllegalStateException(others + " have changed"));
          }
          return body;
        });
  }

  private List<Change> changes(Body body) {
    List<Change> changes = new ArrayList<>();
    body.writes()
        .forEach(
            (register, value) ->
                changes.add(new Change.Put(cell(register), value, expectation(register, body))));
    for (String other : body.reads().keySet()) {
      if (!body.writes().containsKey(other)) {
        changes.add(new Change.Check(cell(other), expectation(other, body)));
      }
    }
    return changes;
  }

  private static Expectation expectation(String register, Body body) {
    if (!body.reads().containsKey(register)) {
      return Expectation.NONE;
    }
    Long expected = body.reads().get(register);
    return expected == null ? Expectation.ABSENT : new Expectation.Value(expected);
  }

  /**
   * @param asked what is known of the transaction should it not succeed
   */
  private Outcome record(int process, Body asked, Supplier<Body> transaction) {
    long call = recorder.nanos();
    Body body = asked;
    Outcome outcome;
    try {
      body = transaction.get();
      outcome = Outcome.OK;
      body.reads().forEach((key, value) -> see(key, value == null ? NOTHING : value));
      body.writes().forEach(this::see);
    } catch (RuntimeException e) {
      outcome = asked.writes().isEmpty() ? Outcome.FAILED : Calls.outcome(e);
    }
    recorder.add(RegisterTransaction.of(process, body, outcome, call, recorder.nanos()));
    return outcome;
  }

  private void see(String register, long value) {
    Long before = lastSeen.put(register, value);
    if (before != null && before != value) {
      seenBefore.put(register, before);
    }
  }

  @Override
  public void finish(Store store) {
    List<String> all = new ArrayList<>();
    for (int place = 0; place < REGISTERS_AT_A_TIME; place++) {
      for (int i = 0; i <= generation(place); i++) {
        all.add(name(place, i));
      }
    }
    int process = recorder.newProcess();
    for (int from = 0; from < all.size(); from += FINAL_READ_MAX) {
      List<String> some = all.subList(from, Math.min(all.size(), from + FINAL_READ_MAX));
      FinalReads.mustSucceed("the registers", () -> read(process, store, some));
    }
  }
}
