package dev.holdfast.jepsen.workload;

import dev.holdfast.jepsen.history.BankOperation;
import dev.holdfast.jepsen.history.BankOperation.Function;
import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.Recorder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Transfers between two accounts or three, and reads of all of them. Thread-safe. */
public final class BankWorkload {
  private static final int ACCOUNTS = 10;
  private static final long BALANCE_AT_FIRST = 20; // some transfers find too little
  private static final long AMOUNT_MAX = 5;
  private static final long PAUSE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(30);

  private final Recorder<BankOperation> recorder;

  public BankWorkload(Recorder<BankOperation> recorder) {
    this.recorder = recorder;
  }

  /** The accounts by name, with what is on them at first. */
  public static SortedMap<String, Long> atFirst() {
    SortedMap<String, Long> balances = new TreeMap<>();
    IntStream.range(0, ACCOUNTS).forEach(i -> balances.put("a" + i, BALANCE_AT_FIRST));
    return balances;
  }

  /** Runs one client until told to stop. */
  public void run(Accounts accounts, Random random, BooleanSupplier stopped) {
    int process = recorder.newProcess();
    while (!stopped.getAsBoolean()) {
      Outcome outcome =
          random.nextInt(3) == 0 ? read(process, accounts) : transfer(process, accounts, random);
      process = outcome == Outcome.UNKNOWN ? recorder.newProcess() : process;
      LockSupport.parkNanos(1 + random.nextLong(PAUSE_NANOS_MAX));
    }
  }

  private Outcome read(int process, Accounts accounts) {
    long call = recorder.nanos();
    SortedMap<String, Long> balances = new TreeMap<>();
    Outcome outcome = Outcome.OK;
    try {
      balances.putAll(accounts.balances());
    } catch (RuntimeException e) {
      outcome = Outcome.FAILED; // a read has no effect, whatever became of it
    }
    recorder.add(
        new BankOperation(process, Function.READ, balances, outcome, call, recorder.nanos()));
    return outcome;
  }

  private Outcome transfer(int process, Accounts accounts, Random random) {
    SortedMap<String, Long> changes = changes(random);
    long call = recorder.nanos();
    Outcome outcome;
    try {
      outcome = accounts.transfer(changes) ? Outcome.OK : Outcome.FAILED;
    } catch (NoEffectException e) {
      outcome = Outcome.FAILED;
    } catch (RuntimeException e) {
      outcome = Outcome.UNKNOWN;
    }
    recorder.add(
        new BankOperation(process, Function.TRANSFER, changes, outcome, call, recorder.nanos()));
    return outcome;
  }

  /** One pays one other or, sometimes, two. */
  private static SortedMap<String, Long> changes(Random random) {
    List<String> names = new ArrayList<>(atFirst().keySet());
    Collections.shuffle(names, random);
    long amount = 1 + random.nextLong(AMOUNT_MAX);
    if (random.nextInt(3) > 0) {
      return new TreeMap<>(Map.of(names.get(0), -amount, names.get(1), amount));
    }
    long more = 1 + random.nextLong(AMOUNT_MAX);
    return new TreeMap<>(
        Map.of(names.get(0), -amount - more, names.get(1), amount, names.get(2), more));
  }

  /** One more read of all, which must succeed. */
  public void readAll(Accounts accounts) {
    if (read(recorder.newProcess(), accounts) != Outcome.OK) {
      throw new AssertionError("the balances cannot be read");
    }
  }
}
