package dev.holdfast.jepsen.workload;

import dev.holdfast.jepsen.history.Operation;
import dev.holdfast.jepsen.history.Operation.Argument;
import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.Recorder;
import dev.holdfast.jepsen.store.Cell;
import dev.holdfast.jepsen.store.Change;
import dev.holdfast.jepsen.store.Clients;
import dev.holdfast.jepsen.store.Expectation;
import dev.holdfast.jepsen.store.FollowedTables;
import dev.holdfast.jepsen.store.Store;
import dev.holdfast.jepsen.store.Store.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads, writes and compare-and-sets on a few registers at a time.
 *
 * <p>Checking costs grow steeply with the operations on one key, and more steeply with those of
 * unknown outcome, so a register that has had its share is replaced by one of a new name. Every
 * value is written once only: a read says which write it saw.
 *
 * <p>A compare-and-set that was refused is recorded as the read of what it found, which is what it
 * was, and says more than that it failed. Some expect what was there before, and are to be refused.
 */
public final class RegisterWorkload implements Workload {
  private static final int REGISTERS_AT_A_TIME = 12;
  private static final int OPERATIONS_OF_A_REGISTER_MAX = 200;
  private static final int UNKNOWN_OF_A_REGISTER_MAX = 5;
  private static final long PAUSE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(12);

  /** One register's share of the run. */
  private static final class Register {
    final String name;
    final AtomicInteger operationCount = new AtomicInteger();
    final AtomicInteger unknownCount = new AtomicInteger();
    volatile @Nullable Long lastSeen;
    volatile @Nullable Long seenBefore;

    Register(String name) {
      this.name = name;
    }

    boolean isUsedUp() {
      return operationCount.get() >= OPERATIONS_OF_A_REGISTER_MAX
          || unknownCount.get() >= UNKNOWN_OF_A_REGISTER_MAX;
    }
  }

  /** How registers are read. */
  public enum Access {
    /** By the keys of their items. */
    ITEM,
    /** By consistent reads of a global index, in which every register is a group of its own. */
    INDEX
  }

  private static final String INDEX = "byGroup";

  private final Access access;
  private final Recorder<Operation> recorder;
  private final String table;
  private final AtomicInteger nextName = new AtomicInteger();
  private final AtomicLong nextValue = new AtomicLong(1);
  private final List<Register> current = new ArrayList<>(); // guarded by itself

  public RegisterWorkload(Recorder<Operation> recorder, String table) {
    this(recorder, table, Access.ITEM);
  }

  public RegisterWorkload(Recorder<Operation> recorder, String table, Access access) {
    this.access = access;
    this.recorder = recorder;
    this.table = table;
    for (int i = 0; i < REGISTERS_AT_A_TIME; i++) {
      current.add(newRegister());
    }
  }

  @Override
  public void prepare(Store store) {
    if (access == Access.INDEX) {
      store.followed().createIndexed(table, INDEX);
    } else {
      store.createTable(table, Store.Shape.SINGLE);
    }
  }

  private Register newRegister() {
    return new Register("r" + nextName.getAndIncrement());
  }

  @Override
  public void run(Clients clients, int number, Random random, BooleanSupplier stopped) {
    new ClientLoop(recorder, PAUSE_NANOS_MAX)
        .run(
            clients,
            number,
            random,
            stopped,
            (process, store) -> step(process, store, register(random), random));
  }

  private Register register(Random random) {
    int place = random.nextInt(REGISTERS_AT_A_TIME);
    synchronized (current) {
      if (current.get(place).isUsedUp()) {
        current.set(place, newRegister());
      }
      return current.get(place);
    }
  }

  private Outcome step(int process, Store store, Register register, Random random) {
    int choice = random.nextInt(10);
    Operation operation;
    if (choice < 4) {
      operation = read(process, store, register.name, level(random));
    } else if (choice < 7) {
      operation = write(process, store, register.name);
    } else {
      operation = compareAndSet(process, store, register, random);
    }
    recorder.add(operation);
    register.operationCount.incrementAndGet();
    if (operation.outcome() == Outcome.OK) {
      Argument argument = operation.argument();
      register.seenBefore = register.lastSeen;
      register.lastSeen = argument == null ? operation.value() : Long.valueOf(argument.written());
    } else if (operation.outcome() == Outcome.UNKNOWN && operation.argument() != null) {
      register.unknownCount.incrementAndGet();
    }
    return operation.outcome();
  }

  /** Both are linearizable. */
  private static Level level(Random random) {
    return random.nextBoolean() ? Level.STRONG : Level.STRONG_FROM_ANY;
  }

  private Cell cell(String key) {
    return Cell.of(table, key);
  }

  private Operation read(int process, Store store, String key, Level level) {
    long call = recorder.nanos();
    Long value = null;
    Outcome outcome = Outcome.OK;
    try {
      value = access == Access.INDEX ? byIndex(store, key) : store.get(cell(key), level).value();
    } catch (RuntimeException e) {
      outcome = Outcome.FAILED; // a read has no effect, whatever became of it
    }
    return Operation.read(process, key, outcome, value, call, recorder.nanos());
  }

  private @Nullable Long byIndex(Store store, String key) {
    List<FollowedTables.Entry> found = store.followed().query(table, INDEX, key);
    if (found.size() > 1) {
      throw new AssertionError("an item is in its index more than once: " + found);
    }
    return found.isEmpty() ? null : Long.valueOf(found.get(0).value());
  }

  private Change put(String key, long value, Expectation expectation) {
    return new Change.Put(cell(key), value, access == Access.INDEX ? key : null, expectation);
  }

  private Operation write(int process, Store store, String key) {
    long value = nextValue.getAndIncrement();
    long call = recorder.nanos();
    Outcome outcome = Outcome.OK;
    try {
      store.change(put(key, value, Expectation.NONE));
    } catch (RuntimeException e) {
      outcome = Calls.outcome(e);
    }
    return Operation.write(process, key, outcome, value, call, recorder.nanos());
  }

  private Operation compareAndSet(int process, Store store, Register register, Random random) {
    String key = register.name;
    Long expected = random.nextInt(3) == 0 ? register.seenBefore : register.lastSeen;
    Argument argument = new Argument(expected, nextValue.getAndIncrement());
    Expectation expectation =
        expected == null ? Expectation.ABSENT : new Expectation.Value(expected);
    long call = recorder.nanos();
    Outcome outcome = Outcome.OK;
    try {
      Store.Answer answer = store.change(put(key, argument.written(), expectation));
      if (!answer.done()) {
        Long found = answer.before().value();
        return Operation.read(process, key, Outcome.OK, found, call, recorder.nanos());
      }
    } catch (RuntimeException e) {
      outcome = Calls.outcome(e);
    }
    return Operation.compareAndSet(process, key, outcome, argument, call, recorder.nanos());
  }

  /** Reads every register that was used. */
  @Override
  public void finish(Store store) {
    int process = recorder.newProcess();
    for (int i = 0; i < nextName.get(); i++) {
      String register = "r" + i;
      FinalReads.mustSucceed(
          "the register " + register,
          () -> {
            Operation last = read(process, store, register, Level.STRONG);
            recorder.add(last);
            return last.outcome();
          });
    }
  }
}
