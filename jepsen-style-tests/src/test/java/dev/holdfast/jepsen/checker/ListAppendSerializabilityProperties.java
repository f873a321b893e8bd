package dev.holdfast.jepsen.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.history.ListOperation;
import dev.holdfast.jepsen.history.ListOperation.Body;
import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;

/** The cycle search against one that tries every order of a small history. */
class ListAppendSerializabilityProperties {
  private static final List<String> LISTS = List.of("x", "y", "z");

  @Property(tries = 5_000)
  void agreesWithABruteForceSearchOnSmallHistories(@ForAll long seed) {
    Random random = new Random(seed);
    Map<String, List<Long>> end = new HashMap<>();
    List<ListOperation> history = historyOfLists(random, 2 + random.nextInt(6), end);
    for (int mistake = random.nextInt(5); mistake > 0; mistake--) {
      distort(random, history);
    }
    Map<String, List<Long>> finalLists = random.nextInt(3) == 0 ? end : Map.of();

    Verdict verdict = ListAppendSerializability.check(history, finalLists);

    boolean succeeded = history.stream().anyMatch(each -> each.outcome() == Outcome.OK);
    boolean serializable =
        succeeded && existsOrder(history, new BitSet(), new HashMap<>(), finalLists);
    Statistics.label("serializable")
        .collect(serializable)
        .coverage(
            coverage -> {
              coverage.check(true).percentage(share -> share > 10);
              coverage.check(false).percentage(share -> share > 10);
            });
    assertThat(verdict.kind())
        .as("%s; %s", verdict, history)
        .isEqualTo(succeeded ? judged(serializable) : Verdict.Kind.UNTESTED);
  }

  private static Verdict.Kind judged(boolean serializable) {
    return serializable ? Verdict.Kind.VALID : Verdict.Kind.INVALID;
  }

  @Property(tries = 300)
  void acceptsWhatRealListsDid(@ForAll long seed) {
    Map<String, List<Long>> end = new HashMap<>();
    List<ListOperation> history = historyOfLists(new Random(seed), 60, end);
    history.add(ListOperation.of(0, Body.read(end), Outcome.OK, 10_000, 10_001));

    assertThat(ListAppendSerializability.check(history, end)).isEqualTo(Verdict.valid());
  }

  /** Operations that took effect at one instant between call and return; most of them short. */
  private static List<ListOperation> historyOfLists(
      Random random, int count, Map<String, List<Long>> state) {
    List<ListOperation> history = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Map<String, List<Long>> seen = new TreeMap<>();
      Map<String, Long> numbers = new TreeMap<>();
      for (String list : LISTS) {
        if (random.nextInt(3) > 0) {
          seen.put(list, List.copyOf(state.getOrDefault(list, List.of())));
        }
        if (random.nextInt(3) == 0) {
          numbers.put(list, (long) i);
        }
      }
      int kind = random.nextInt(3);
      Body body =
          kind == 0 ? Body.read(seen) : kind == 1 ? Body.append(numbers) : new Body(seen, numbers);
      Outcome outcome = outcome(random, !body.appends().isEmpty());
      boolean happened =
          outcome == Outcome.OK || (outcome == Outcome.UNKNOWN && random.nextBoolean());
      if (happened) {
        body.appends()
            .forEach(
                (list, number) ->
                    state.computeIfAbsent(list, any -> new ArrayList<>()).add(number));
      }
      long instant = 10L * i;
      long call = instant - random.nextInt(25);
      history.add(ListOperation.of(i, body, outcome, call, instant + random.nextInt(25)));
    }
    return history;
  }

  private static Outcome outcome(Random random, boolean mayBeUnknown) {
    return switch (random.nextInt(8)) {
      case 0 -> Outcome.FAILED;
      case 1, 2 -> mayBeUnknown ? Outcome.UNKNOWN : Outcome.OK;
      default -> Outcome.OK;
    };
  }

  /** Makes one operation say something else: of a list, of the time, or of its end. */
  private static void distort(Random random, List<ListOperation> history) {
    int place = random.nextInt(history.size());
    ListOperation old = history.get(place);
    Map<String, List<Long>> seen = new TreeMap<>(old.reads());
    long shift = 0;
    if (seen.isEmpty() || random.nextInt(4) == 0) {
      shift = random.nextLong(60) - 30;
    } else {
      List<String> lists = List.copyOf(seen.keySet());
      String list = lists.get(random.nextInt(lists.size()));
      seen.computeIfPresent(list, (any, numbers) -> distorted(random, numbers));
    }
    Body body = new Body(seen, old.appends());
    history.set(
        place,
        ListOperation.of(
            old.process(),
            body,
            old.outcome(),
            old.callNanos() + shift,
            old.returnNanos() + shift));
  }

  private static List<Long> distorted(Random random, List<Long> numbers) {
    List<Long> other = new ArrayList<>(numbers);
    switch (random.nextInt(4)) {
      case 0 -> other.add((long) random.nextInt(6));
      case 1 -> Collections.shuffle(other, random);
      default -> {
        if (!other.isEmpty()) {
          other.remove(other.size() - 1);
        }
      }
    }
    return other;
  }

  private static boolean existsOrder(
      List<ListOperation> history,
      BitSet done,
      Map<String, List<Long>> state,
      Map<String, List<Long>> finalLists) {
    long earliestReturn = Long.MAX_VALUE;
    for (int i = 0; i < history.size(); i++) {
      if (!done.get(i) && history.get(i).outcome() == Outcome.OK) {
        earliestReturn = Math.min(earliestReturn, history.get(i).returnNanos());
      }
    }
    if (earliestReturn == Long.MAX_VALUE && isEnd(state, finalLists)) {
      return true;
    }
    for (int i = 0; i < history.size(); i++) {
      ListOperation each = history.get(i);
      boolean candidate =
          !done.get(i)
              && each.outcome() != Outcome.FAILED
              && each.callNanos() <= earliestReturn
              && isEnd(state, each.reads());
      if (candidate) {
        BitSet more = (BitSet) done.clone();
        more.set(i);
        if (existsOrder(history, more, after(state, each), finalLists)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isEnd(Map<String, List<Long>> state, Map<String, List<Long>> lists) {
    return lists.entrySet().stream()
        .allMatch(list -> state.getOrDefault(list.getKey(), List.of()).equals(list.getValue()));
  }

  private static Map<String, List<Long>> after(
      Map<String, List<Long>> state, ListOperation operation) {
    Map<String, List<Long>> after = new HashMap<>(state);
    operation
        .appends()
        .forEach(
            (list, number) -> {
              List<Long> longer = new ArrayList<>(after.getOrDefault(list, List.of()));
              longer.add(number);
              after.put(list, longer);
            });
    return after;
  }
}
