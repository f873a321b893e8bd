package dev.holdfast.jepsen.workload;

import dev.holdfast.jepsen.history.BankOperation;
import dev.holdfast.jepsen.history.BankOperation.Function;
import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.Recorder;
import dev.holdfast.jepsen.store.Cell;
import dev.holdfast.jepsen.store.Change;
import dev.holdfast.jepsen.store.Clients;
import dev.holdfast.jepsen.store.Content;
import dev.holdfast.jepsen.store.Expectation;
import dev.holdfast.jepsen.store.Store;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Transfers between two accounts or three, spread over tables, and reads of all of them. */
public final class BankWorkload implements Workload {
  private static final int ACCOUNTS = 10;
  private static final long BALANCE_AT_FIRST = 20; // some transfers find too little
  private static final long AMOUNT_MAX = 5;
  private static final long PAUSE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(30);

  private final Recorder<BankOperation> recorder;
  private final List<String> tables;

  public BankWorkload(Recorder<BankOperation> recorder, List<String> tables) {
    this.recorder = recorder;
    this.tables = List.copyOf(tables);
  }

  /** The accounts by name, with what is on them at first. */
  public static SortedMap<String, Long> atFirst() {
    SortedMap<String, Long> balances = new TreeMap<>();
    IntStream.range(0, ACCOUNTS).forEach(i -> balances.put("a" + i, BALANCE_AT_FIRST));
    return balances;
  }

  /** Where an account is kept. */
  public Cell cell(String account) {
    int place = Integer.parseInt(account.substring(1));
    return Cell.of(tables.get(place % tables.size()), account);
  }

  @Override
  public void prepare(Store store) {
    tables.forEach(table -> store.createTable(table, Store.Shape.SINGLE));
    open(store);
  }

  /** Puts on the accounts what is on them at first, where there are tables. */
  public void open(Store store) {
    atFirst().forEach((account, balance) -> store.change(Change.put(cell(account), balance)));
  }

  @Override
  public void run(Clients clients, int number, Random random, BooleanSupplier stopped) {
    new ClientLoop(recorder, PAUSE_NANOS_MAX)
        .run(
            clients,
            number,
            random,
            stopped,
            (process, store) ->
                random.nextInt(3) == 0 ? read(process, store) : transfer(process, store, random));
  }

  private Outcome read(int process, Store store) {
    long call = recorder.nanos();
    SortedMap<String, Long> balances = new TreeMap<>();
    Outcome outcome = Outcome.OK;
    try {
      balances.putAll(balances(store));
    } catch (RuntimeException e) {
      outcome = Outcome.FAILED; // a read has no effect, whatever became of it
    }
    recorder.add(
        new BankOperation(process, Function.READ, balances, outcome, call, recorder.nanos()));
    return outcome;
  }

  private Map<String, Long> balances(Store store) {
    Map<Cell, Content> found =
        store.getTogether(atFirst().keySet().stream().map(this::cell).toList());
    Map<String, Long> balances = new TreeMap<>();
    found.forEach((cell, content) -> balances.put(cell.key(), balance(content)));
    return balances;
  }

  /** An account that is not there any more is empty: the total shows it. */
  private static long balance(Content content) {
    Long balance = content.value();
    return balance == null ? 0 : balance;
  }

  private Outcome transfer(int process, Store store, Random random) {
    SortedMap<String, Long> changes = changes(random);
    long call = recorder.nanos();
    Outcome outcome;
    try {
      outcome = store.changeTogether(transfer(changes)) ? Outcome.OK : Outcome.FAILED;
    } catch (RuntimeException e) {
      outcome = Calls.outcome(e);
    }
    recorder.add(
        new BankOperation(process, Function.TRANSFER, changes, outcome, call, recorder.nanos()));
    return outcome;
  }

  /** Nobody pays more than he has. */
  private List<Change> transfer(SortedMap<String, Long> changes) {
    List<Change> transfer = new ArrayList<>();
    changes.forEach(
        (account, change) ->
            transfer.add(
                new Change.Add(
                    cell(account),
                    change,
                    change < 0 ? new Expectation.AtLeast(-change) : Expectation.NONE)));
    return transfer;
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

  @Override
  public void finish(Store store) {
    int process = recorder.newProcess();
    FinalReads.mustSucceed("the balances", () -> read(process, store));
  }
}
