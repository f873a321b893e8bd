package dev.holdfast.jepsen.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.checker.Verdict;
import dev.holdfast.jepsen.history.Event;
import dev.holdfast.jepsen.history.History;
import dev.holdfast.jepsen.history.HistoryFile;
import dev.holdfast.jepsen.history.Timed;
import dev.holdfast.jepsen.store.FaultyStore;
import dev.holdfast.jepsen.store.FaultyStore.Mistake;
import dev.holdfast.jepsen.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every workload and its checker together find out a store that is not what it should be, and
 * nothing in a correct one; and a history that went through a file is judged alike.
 */
class ExperimentsTest {
  private static final int CLIENTS = 6;
  private static final int STEPS = 1_200;

  /** Nothing is too stale before its time. */
  private static final long TWO_BOUNDS_NANOS =
      2 * TimeUnit.MILLISECONDS.toNanos(Store.STALENESS_MILLIS_MAX);

  /** Which mistakes each of them must find. */
  private static final Map<String, Set<Mistake>> FOUND =
      Map.ofEntries(
          Map.entry(
              "register",
              EnumSet.of(
                  Mistake.FORGETS_WRITES,
                  Mistake.READS_WHAT_WAS_BEFORE,
                  Mistake.IGNORES_CONDITIONS)),
          Map.entry(
              "list-append",
              EnumSet.of(
                  Mistake.FORGETS_WRITES,
                  Mistake.APPLIES_TWICE,
                  Mistake.READS_PIECEMEAL,
                  Mistake.READS_WHAT_WAS_BEFORE,
                  Mistake.CHANGES_ALL_BUT_ONE,
                  Mistake.IGNORES_CONDITIONS)),
          Map.entry(
              "rw-register",
              EnumSet.of(
                  Mistake.FORGETS_WRITES,
                  Mistake.READS_PIECEMEAL,
                  Mistake.CHANGES_ALL_BUT_ONE,
                  Mistake.IGNORES_CONDITIONS)),
          Map.entry(
              "bank",
              EnumSet.of(
                  Mistake.CHANGES_ALL_BUT_ONE,
                  Mistake.IGNORES_CONDITIONS,
                  Mistake.READS_PIECEMEAL)),
          Map.entry(
              "counter",
              EnumSet.of(
                  Mistake.FORGETS_WRITES, Mistake.APPLIES_TWICE, Mistake.READS_WHAT_WAS_BEFORE)),
          Map.entry(
              "set", EnumSet.of(Mistake.FORGETS_WRITES, Mistake.PAGES_SKIP, Mistake.PAGES_REPEAT)),
          Map.entry("session", EnumSet.of(Mistake.FORGETS_WRITES, Mistake.READS_WHAT_WAS_BEFORE)),
          Map.entry("staleness", EnumSet.of(Mistake.READS_NOTHING)),
          Map.entry(
              "table", EnumSet.of(Mistake.FORGETS_WRITES, Mistake.KEEPS_ITEMS_OF_DELETED_TABLES)),
          Map.entry(
              "index",
              EnumSet.of(
                  Mistake.FORGETS_WRITES, Mistake.INDEX_FORGETS, Mistake.INDEX_ACTIVE_TOO_EARLY)),
          Map.entry(
              "index-register",
              EnumSet.of(
                  Mistake.FORGETS_WRITES,
                  Mistake.READS_WHAT_WAS_BEFORE,
                  Mistake.IGNORES_CONDITIONS)),
          Map.entry(
              "stream",
              EnumSet.of(
                  Mistake.FORGETS_WRITES,
                  Mistake.STREAM_SKIPS,
                  Mistake.STREAM_REPEATS,
                  Mistake.STREAM_SWAPS)));

  @TempDir private Path directory;

  static Stream<Arguments> correct() {
    return Experiments.all().stream()
        .flatMap(
            experiment ->
                Stream.of(
                        Mistake.NONE,
                        Mistake.LEAVES_OUTCOMES_OPEN,
                        Mistake.FORGETS_WHAT_IS_IN_DOUBT)
                    .map(mistake -> Arguments.of(experiment.name(), mistake)));
  }

  static Stream<Arguments> wrong() {
    return Experiments.all().stream()
        .flatMap(
            experiment ->
                Objects.requireNonNull(FOUND.get(experiment.name()), experiment.name()).stream()
                    .map(mistake -> Arguments.of(experiment.name(), mistake)));
  }

  static Stream<String> names() {
    return Experiments.all().stream().map(Experiment::name);
  }

  private static Experiment<?> named(String name) {
    return Experiments.named(name).orElseThrow();
  }

  private static <O extends Timed> History run(Experiment<O> experiment, FaultyStore store) {
    Experiment.Begun<O> begun = experiment.begin();
    begun.workload().prepare(store);
    AtomicInteger steps = new AtomicInteger();
    long end = System.nanoTime() + (experiment.name().equals("staleness") ? TWO_BOUNDS_NANOS : 0);
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    CompletableFuture.allOf(
            IntStream.range(0, CLIENTS)
                .mapToObj(
                    client ->
                        CompletableFuture.runAsync(
                            () ->
                                begun
                                    .workload()
                                    .run(
                                        store,
                                        client,
                                        new Random(client),
                                        () ->
                                            steps.incrementAndGet() > STEPS
                                                && System.nanoTime() - end > 0),
                            threads))
                .toArray(CompletableFuture[]::new))
        .join();
    threads.shutdown();
    begun.workload().finish(store);
    return new History(experiment.name(), 1, new TreeMap<>(), begun.events());
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("correct")
  void nothingIsFoundInACorrectStore(String name, Mistake mistake) {
    History history = run(named(name), new FaultyStore(mistake));

    assertThat(named(name).judge(history)).isEqualTo(Verdict.valid());
    assertThat(history.events().stream().anyMatch(event -> event.type() == Event.Type.INFO))
        .as("outcomes that were left open")
        .isEqualTo(mistake != Mistake.NONE);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("wrong")
  void mistakesAreFound(String name, Mistake mistake) {
    Verdict verdict = named(name).judge(run(named(name), new FaultyStore(mistake)));

    assertThat(verdict.kind()).as(verdict.explanation()).isEqualTo(Verdict.Kind.INVALID);
    assertThat(verdict.explanation()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("names")
  void aRunInWhichNothingSucceedsTestsNothing(String name) {
    Experiment<?> experiment = named(name);

    Verdict verdict = experiment.judge(new History(name, 1, new TreeMap<>(), List.of()));

    assertThat(verdict.kind()).isEqualTo(Verdict.Kind.UNTESTED);
  }

  @ParameterizedTest
  @MethodSource("names")
  void aHistoryIsTheSameAfterItWentThroughAFile(String name) throws IOException {
    History history = run(named(name), new FaultyStore(Mistake.LEAVES_OUTCOMES_OPEN));
    Path file = directory.resolve("history.jsonl");

    HistoryFile.writeJson(history, file);
    History again = HistoryFile.read(file);

    assertThat(operations(again, named(name))).isEqualTo(operations(history, named(name)));
    assertThat(named(name).judge(again)).isEqualTo(Verdict.valid());
  }

  private static <O extends Timed> List<O> operations(History history, Experiment<O> experiment) {
    return history.operations(experiment.notation());
  }
}
