package dev.holdfast.statemachine.transaction.simulation;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Outcome;
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
  private final Map<Partition, List<Integer>> parts = new LinkedHashMap<>();
  private int tries;

  TogetherLook(Simulation simulation, int number, Set<Integer> items) {
    this.simulation = simulation;
    this.number = number;
    for (int item : items) {
      parts.computeIfAbsent(simulation.partitionOf(item), part -> new ArrayList<>()).add(item);
    }
  }

  void begin() {
    if (++tries <= TRY_COUNT_MAX) {
      round(this::first);
    }
  }

  private void first(Map<Integer, Observed> first) {
    Collection<Attempt> writers = writers(first);
    if (parts.size() == 1 && writers.isEmpty()) {
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
  private void second(Map<Integer, Observed> first, Map<AttemptId, Outcome> outcomes) {
    Map<Integer, Observed> second = new HashMap<>();
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

  private boolean isUnchanged(Map<Integer, Observed> first, Map<Integer, Observed> second) {
    boolean compares = !simulation.bugs().has(Bug.VERSIONS_NOT_COMPARED);
    return first.entrySet().stream()
        .allMatch(
            entry -> {
              Observed before = entry.getValue();
              Observed after = Objects.requireNonNull(second.get(entry.getKey()));
              return Objects.equals(before.writer(), after.writer())
                  && (!compares || before.version() == after.version());
            });
  }

  private void answer(Map<Integer, Observed> seen, Map<AttemptId, Outcome> outcomes) {
    Map<Integer, List<Integer>> lists = new TreeMap<>();
    seen.forEach(
        (item, observed) -> {
          Attempt writer = observed.writer();
          boolean carriedOut = writer != null && outcomes.get(writer.id()) == Outcome.COMMITTED;
          @Nullable Found found = carriedOut ? observed.afterwards() : observed.now();
          lists.put(item, Lists.content(Objects.requireNonNull(found).item()));
        });
    simulation.history().saw(number, simulation.world().nowMicros(), lists);
  }

  private static Collection<Attempt> writers(Map<Integer, Observed> seen) {
    Map<AttemptId, Attempt> writers = new LinkedHashMap<>();
    for (Observed observed : seen.values()) {
      Attempt writer = observed.writer();
      if (writer != null) {
        writers.put(writer.id(), writer);
      }
    }
    return writers.values();
  }

  /** One snapshot of each partition. */
  private void round(Consumer<Map<Integer, Observed>> action) {
    Map<Integer, Observed> seen = new TreeMap<>();
    Countdown all = new Countdown(parts.size(), () -> action.accept(seen));
    parts.forEach(
        (part, items) ->
            simulation.later(
                () -> {
                  try (StateSnapshot snapshot = part.snapshot()) {
                    for (int item : items) {
                      Observed observed =
                          (Observed)
                              snapshot.read(
                                  Partition.observation(item), KnownOutcomes.NONE_CARED_FOR);
                      seen.put(item, observed);
                    }
                  }
                  simulation.later(all::one);
                }));
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
