package dev.holdfast.jepsen.workload;

import dev.holdfast.jepsen.history.Operation;
import dev.holdfast.jepsen.history.Operation.Argument;
import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.Recorder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
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
 * was, and says more than that it failed.
 */
public final class RegisterWorkload {
  private static final int REGISTERS_AT_A_TIME = 4;
  private static final int OPERATIONS_OF_A_REGISTER_MAX = 200;
  private static final int UNKNOWN_OF_A_REGISTER_MAX = 5;
  private static final int FINAL_READS_MAX = 5;
  private static final long PAUSE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(12);

  /** One register's share of the run. */
  private static final class Register {
    final String name;
    final AtomicInteger operationCount = new AtomicInteger();
    final AtomicInteger unknownCount = new AtomicInteger();
    volatile @Nullable Long lastSeen;

    Register(String name) {
      this.name = name;
    }

    boolean isUsedUp() {
      return operationCount.get() >= OPERATIONS_OF_A_REGISTER_MAX
          || unknownCount.get() >= UNKNOWN_OF_A_REGISTER_MAX;
    }
  }

  private final Recorder<Operation> recorder;
  private final AtomicInteger nextName = new AtomicInteger();
  private final AtomicLong nextValue = new AtomicLong(1);
  private final List<Register> current = new ArrayList<>(); // guarded by itself

  public RegisterWorkload(Recorder<Operation> recorder) {
    this.recorder = recorder;
    for (int i = 0; i < REGISTERS_AT_A_TIME; i++) {
      current.add(newRegister());
    }
  }

  private Register newRegister() {
    return new Register("r" + nextName.getAndIncrement());
  }

  /** Runs one client until told to stop; returns how many of its operations succeeded. */
  public long run(Registers registers, Random random, BooleanSupplier stopped) {
    int process = recorder.newProcess();
    long okCount = 0;
    while (!stopped.getAsBoolean()) {
      Outcome outcome = step(process, registers, register(random), random);
      okCount += outcome == Outcome.OK ? 1 : 0;
      process = outcome == Outcome.UNKNOWN ? recorder.newProcess() : process;
      LockSupport.parkNanos(1 + random.nextLong(PAUSE_NANOS_MAX));
    }
    return okCount;
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

  private Outcome step(int process, Registers registers, Register register, Random random) {
    int choice = random.nextInt(10);
    Operation operation;
    if (choice < 4) {
      operation = read(process, registers, register.name);
    } else if (choice < 7) {
      operation = write(process, registers, register.name);
    } else {
      operation = compareAndSet(process, registers, register);
    }
    recorder.add(operation);
    register.operationCount.incrementAndGet();
    if (operation.outcome() == Outcome.OK) {
      Argument argument = operation.argument();
      register.lastSeen = argument == null ? operation.value() : Long.valueOf(argument.written());
    } else if (operation.outcome() == Outcome.UNKNOWN && operation.argument() != null) {
      register.unknownCount.incrementAndGet();
    }
    return operation.outcome();
  }

  private Operation read(int process, Registers registers, String key) {
    long call = recorder.nanos();
    Long value = null;
    Outcome outcome = Outcome.OK;
    try {
      value = registers.read(key);
    } catch (RuntimeException e) {
      outcome = Outcome.FAILED; // a read has no effect, whatever became of it
    }
    return Operation.read(process, key, outcome, value, call, recorder.nanos());
  }

  private Operation write(int process, Registers registers, String key) {
    long value = nextValue.getAndIncrement();
    long call = recorder.nanos();
    Outcome outcome = Outcome.OK;
    try {
      registers.write(key, value);
    } catch (RuntimeException e) {
      outcome = classed(e);
    }
    return Operation.write(process, key, outcome, value, call, recorder.nanos());
  }

  private Operation compareAndSet(int process, Registers registers, Register register) {
    String key = register.name;
    Argument argument = new Argument(register.lastSeen, nextValue.getAndIncrement());
    long call = recorder.nanos();
    Outcome outcome = Outcome.OK;
    try {
      Registers.Swap swap = registers.compareAndSet(key, argument);
      if (!swap.done()) {
        return Operation.read(process, key, Outcome.OK, swap.found(), call, recorder.nanos());
      }
    } catch (RuntimeException e) {
      outcome = classed(e);
    }
    return Operation.compareAndSet(process, key, outcome, argument, call, recorder.nanos());
  }

  private static Outcome classed(RuntimeException failure) {
    return failure instanceof NoEffectException ? Outcome.FAILED : Outcome.UNKNOWN;
  }

  /** Reads every register that was used, so that a write lost at the end is noticed as well. */
  public void readAll(Registers registers) {
    int process = recorder.newProcess();
    for (int i = 0; i < nextName.get(); i++) {
      Operation last = read(process, registers, "r" + i);
      for (int again = 0; again < FINAL_READS_MAX && last.outcome() != Outcome.OK; again++) {
        last = read(process, registers, "r" + i);
      }
      recorder.add(last);
    }
  }
}
