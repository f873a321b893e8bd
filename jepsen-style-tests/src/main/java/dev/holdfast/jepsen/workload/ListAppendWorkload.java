package dev.holdfast.jepsen.workload;

import dev.holdfast.jepsen.history.ListOperation;
import dev.holdfast.jepsen.history.ListOperation.Body;
import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.Recorder;
import dev.holdfast.jepsen.store.Cell;
import dev.holdfast.jepsen.store.Change;
import dev.holdfast.jepsen.store.Clients;
import dev.holdfast.jepsen.store.Content;
import dev.holdfast.jepsen.store.Expectation;
import dev.holdfast.jepsen.store.NoEffectException;
import dev.holdfast.jepsen.store.Store;
import java.util.ArrayList;
import java.util.Collection;
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

/**
 * Transactions that append a number to several lists in several tables, others that read several,
 * and single reads and appends among them.
 *
 * <p>A list that has had its share of appends is replaced by one of a new name, so that values stay
 * short. Some appends are conditional on another list being as it was last seen: transactions that
 * read and write, without which there is no write skew to find.
 */
public final class ListAppendWorkload implements Workload {
  private static final int LISTS_AT_A_TIME = 8;
  private static final int APPENDS_OF_A_LIST_MAX = 100;
  private static final int APPENDED_MAX = 3;
  private static final int FINAL_READ_LISTS_MAX = 100;
  private static final long PAUSE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(20);

  private final Recorder<ListOperation> recorder;
  private final List<String> tables;
  private final AtomicLong nextNumber = new AtomicLong(1);
  private final AtomicIntegerArray appendCounts = new AtomicIntegerArray(LISTS_AT_A_TIME);
  private final Map<String, List<Long>> lastSeen = new ConcurrentHashMap<>();

  public ListAppendWorkload(Recorder<ListOperation> recorder, List<String> tables) {
    this.recorder = recorder;
    this.tables = List.copyOf(tables);
  }

  @Override
  public void prepare(Store store) {
    tables.forEach(table -> store.createTable(table, Store.Shape.SINGLE));
  }

  /** Where a list is kept. */
  public Cell cell(String list) {
    return Cell.of(tables.get(place(list) % tables.size()), list);
  }

  /** The place of a list among those of its time, from 0. */
  private static int place(String list) {
    return Integer.parseInt(list.substring(1, list.indexOf('-')));
  }

  private static String name(int place, int generation) {
    return "l" + place + "-" + generation;
  }

  private String current(int place) {
    return name(place, appendCounts.get(place) / APPENDS_OF_A_LIST_MAX);
  }

  /** All lists that were used until now. */
  public List<String> lists() {
    List<String> lists = new ArrayList<>();
    for (int place = 0; place < LISTS_AT_A_TIME; place++) {
      for (int i = 0; i <= appendCounts.get(place) / APPENDS_OF_A_LIST_MAX; i++) {
        lists.add(name(place, i));
      }
    }
    return lists;
  }

  @Override
  public void run(Clients clients, int number, Random random, BooleanSupplier stopped) {
    new ClientLoop(recorder, PAUSE_NANOS_MAX)
        .run(clients, number, random, stopped, (process, store) -> step(process, store, random));
  }

  private Outcome step(int process, Store store, Random random) {
    int choice = random.nextInt(20);
    if (choice < 6) {
      return append(process, store, some(random, 2 + random.nextInt(APPENDED_MAX - 1)));
    }
    if (choice < 10) {
      return appendIf(process, store, some(random, 2 + random.nextInt(2)));
    }
    if (choice < 16) {
      return read(process, store, some(random, 2 + random.nextInt(LISTS_AT_A_TIME - 1)));
    }
    String one = some(random, 1).get(0);
    return choice < 18 ? readOne(process, store, one) : appendToOne(process, store, one);
  }

  private List<String> some(Random random, int count) {
    List<String> lists = new ArrayList<>();
    for (int place = 0; place < LISTS_AT_A_TIME; place++) {
      lists.add(current(place));
    }
    Collections.shuffle(lists, random);
    return lists.subList(0, count);
  }

  /** A new number that is about to be appended to these. */
  private Map<String, Long> numbers(Collection<String> lists) {
    long number = nextNumber.getAndIncrement();
    Map<String, Long> numbers = new HashMap<>();
    for (String list : lists) {
      appendCounts.incrementAndGet(place(list));
      numbers.put(list, number);
    }
    return numbers;
  }

  private Outcome read(int process, Store store, Collection<String> which) {
    Map<String, List<Long>> asked = new HashMap<>();
    which.forEach(list -> asked.put(list, List.of()));
    return record(process, Body.read(asked), () -> Body.read(seen(store, which)));
  }

  private Outcome readOne(int process, Store store, String list) {
    return record(
        process,
        Body.read(Map.of(list, List.of())),
        () -> Body.read(Map.of(list, store.get(cell(list), Store.Level.STRONG).numbers())));
  }

  private Outcome append(int process, Store store, Collection<String> which) {
    Map<String, Long> numbers = numbers(which);
    Body body = Body.append(numbers);
    return record(
        process,
        body,
        () -> {
          store.changeTogether(appends(which, number(numbers)));
          return body;
        });
  }

  /** To all but the first of these, if that is still what was last seen of it. */
  private Outcome appendIf(int process, Store store, List<String> which) {
    String other = which.get(0);
    List<String> rest = which.subList(1, which.size());
    Map<String, Long> numbers = numbers(rest);
    List<Long> expected = lastSeen.getOrDefault(other, List.of());
    Body body = new Body(Map.of(other, expected), numbers);
    return record(
        process,
        body,
        () -> {
          List<Change> changes = new ArrayList<>(appends(rest, number(numbers)));
          changes.add(new Change.Check(cell(other), new Expectation.Numbers(expected)));
          if (!store.changeTogether(changes)) {
            throw new NoEffectException(new IllegalStateException(other + " has changed"));
          }
          return body;
        });
  }

  private Outcome appendToOne(int process, Store store, String list) {
    Map<String, Long> numbers = numbers(List.of(list));
    return record(
        process,
        Body.append(numbers),
        () -> {
          Store.Answer answer = store.change(Change.append(cell(list), number(numbers)));
          return new Body(Map.of(list, answer.before().numbers()), numbers);
        });
  }

  private List<Change> appends(Collection<String> lists, long number) {
    return lists.stream().map(list -> Change.append(cell(list), number)).toList();
  }

  private Map<String, List<Long>> seen(Store store, Collection<String> lists) {
    Map<Cell, Content> found = store.getTogether(lists.stream().map(this::cell).toList());
    Map<String, List<Long>> seen = new HashMap<>();
    found.forEach((cell, content) -> seen.put(cell.key(), content.numbers()));
    return seen;
  }

  private static long number(Map<String, Long> numbers) {
    return numbers.values().iterator().next();
  }

  /**
   * @param asked what is known of the operation should it not succeed
   */
  private Outcome record(int process, Body asked, Supplier<Body> operation) {
    long call = recorder.nanos();
    Body body = asked;
    Outcome outcome;
    try {
      body = operation.get();
      outcome = Outcome.OK;
      lastSeen.putAll(body.reads());
    } catch (NoEffectException e) {
      outcome = Outcome.FAILED;
    } catch (RuntimeException e) {
      outcome = asked.appends().isEmpty() ? Outcome.FAILED : Outcome.UNKNOWN;
    }
    recorder.add(ListOperation.of(process, body, outcome, call, recorder.nanos()));
    return outcome;
  }

  @Override
  public void finish(Store store) {
    readAll(store);
  }

  /**
   * Reads every list that was used, when all clients have ended, so that an append lost at the end
   * is noticed as well.
   *
   * @return the lists as they were at one moment; empty when there are too many for that
   */
  public Map<String, List<Long>> readAll(Store store) {
    List<String> all = lists();
    Map<String, List<Long>> seen = new HashMap<>();
    int process = recorder.newProcess();
    for (int from = 0; from < all.size(); from += FINAL_READ_LISTS_MAX) {
      List<String> some = all.subList(from, Math.min(all.size(), from + FINAL_READ_LISTS_MAX));
      FinalReads.mustSucceed(
          "the lists",
          () ->
              record(
                  process,
                  Body.read(Map.of()),
                  () -> {
                    Map<String, List<Long>> found = seen(store, some);
                    seen.putAll(found);
                    return Body.read(found);
                  }));
    }
    return all.size() <= FINAL_READ_LISTS_MAX ? seen : Map.of();
  }
}
