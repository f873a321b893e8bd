package dev.holdfast.statemachine.transaction.simulation;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Outcome;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.ReadResult.Found;
import dev.holdfast.protocol.command.ReadResult.Observed;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.spi.StateSnapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads several items as of one moment, by the two rounds of R9. Versions are compared across
 * restarts of partitions, too: equal ones must mean the same there as well (decision 0016).
 */
final class TogetherLook {
  private static final int TRY_COUNT_MAX = 8;

  private final Simulation simulation;
  private final int number;
  private final Set<Integer> items;
  private int tries;

  /** What a partition says of an item: only the same one's versions can be compared. */
  private record Seen(Partition part, Observed what) {}

  TogetherLook(Simulation simulation, int number, Set<Integer> items) {
    this.simulation = simulation;
    this.number = number;
    this.items = items;
  }

  void begin() {
    if (++tries <= TRY_COUNT_MAX) {
      round(this::first);
    }
  }

  private void first(Map<Integer, Seen> first) {
    Collection<Attempt> writers = writers(first);
    boolean onePart = first.values().stream().map(Seen::part).distinct().count() == 1;
    if (onePart && writers.isEmpty()) {
      answer(first, Map.of());
      return;
    }
    ask(
        writers,
        outcomes -> {
          if (simulation.bugs().has(Bug.SECOND_ROUND_SKIPPED)) {
            answer(first, outcomes);
          } else {
            second(first, outcomes);
          }
        });
  }

  /** Looks again, and asks again after whom was undecided, at the same time. */
  private void second(Map<Integer, Seen> first, Map<AttemptId, Outcome> outcomes) {
    Map<Integer, Seen> second = new HashMap<>();
    Map<AttemptId, Outcome> again = new HashMap<>();
    List<Attempt> undecided =
        writers(first).stream()
            .filter(writer -> outcomes.get(writer.id()) == Outcome.UNDECIDED)
            .toList();
    Countdown both =
        new Countdown(
            2,
            () -> {
              boolean still =
                  again.values().stream().allMatch(outcome -> outcome == Outcome.UNDECIDED);
              if (still && isUnchanged(first, second)) {
                answer(first, outcomes);
              } else {
                begin();
              }
            });
    round(
        seen -> {
          second.putAll(seen);
          both.one();
        });
    ask(
        undecided,
        answers -> {
          again.putAll(answers);
          both.one();
        });
  }

  private boolean isUnchanged(Map<Integer, Seen> first, Map<Integer, Seen> second) {
    boolean compares = !simulation.bugs().has(Bug.VERSIONS_NOT_COMPARED);
    return first.entrySet().stream()
        .allMatch(
            entry -> {
              Seen before = entry.getValue();
              Seen after = Objects.requireNonNull(second.get(entry.getKey()));
              return before.part() == after.part()
                  && Objects.equals(before.what().writer(), after.what().writer())
                  && (!compares || before.what().version() == after.what().version());
            });
  }

  private void answer(Map<Integer, Seen> seen, Map<AttemptId, Outcome> outcomes) {
    Map<Integer, List<Integer>> lists = new TreeMap<>();
    seen.forEach(
        (item, one) -> {
          Observed observed = one.what();
          Attempt writer = observed.writer();
          boolean carriedOut = writer != null && outcomes.get(writer.id()) == Outcome.COMMITTED;
          @Nullable Found found = carriedOut ? observed.afterwards() : observed.now();
          lists.put(item, Lists.content(Objects.requireNonNull(found).item()));
        });
    simulation.history().saw(number, simulation.world().nowMicros(), lists);
  }

  private static Collection<Attempt> writers(Map<Integer, Seen> seen) {
    Map<AttemptId, Attempt> writers = new LinkedHashMap<>();
    for (Seen one : seen.values()) {
      Attempt writer = one.what().writer();
      if (writer != null) {
        writers.put(writer.id(), writer);
      }
    }
    return writers.values();
  }

  /** One snapshot of each partition, by where the items are as it begins (R5). */
  private void round(Consumer<Map<Integer, Seen>> action) {
    Map<Partition, List<Integer>> parts = new LinkedHashMap<>();
    for (int item : items) {
      parts.computeIfAbsent(simulation.partitionOf(item), part -> new ArrayList<>()).add(item);
    }
    Map<Integer, Seen> seen = new TreeMap<>();
    Countdown all =
        new Countdown(
            parts.size(),
            () -> {
              if (seen.size() == items.size()) {
                action.accept(seen);
              } else {
                begin(); // some had moved
              }
            });
    parts.forEach(
        (part, own) ->
            simulation.later(
                () -> {
                  look(part, own, seen);
                  simulation.later(all::one);
                }));
  }

  private static void look(Partition part, List<Integer> own, Map<Integer, Seen> seen) {
    if (part.isGone()) {
      return;
    }
    try (StateSnapshot snapshot = part.snapshot()) {
      for (int item : own) {
        ReadResult answer =
            snapshot.read(Partition.observation(item), KnownOutcomes.NONE_CARED_FOR);
        if (answer instanceof Observed observed) {
          seen.put(item, new Seen(part, observed));
        }
      }
    }
  }

  private void ask(Collection<Attempt> attempts, Consumer<Map<AttemptId, Outcome>> action) {
    Map<AttemptId, Outcome> outcomes = new HashMap<>();
    Countdown all = new Countdown(attempts.size(), () -> action.accept(outcomes));
    for (Attempt attempt : attempts) {
      simulation.later(
          () -> {
            outcomes.put(attempt.id(), simulation.ask(attempt));
            simulation.later(all::one);
          });
    }
  }

  /** Acts when so many things have happened; at once when there are none. */
  private static final class Countdown {
    private int left;
    private final Runnable action;

    Countdown(int count, Runnable action) {
      this.left = count;
      this.action = action;
      if (count == 0) {
        action.run();
      }
    }

    void one() {
      left--;
      if (left == 0) {
        action.run();
      }
    }
  }
}
