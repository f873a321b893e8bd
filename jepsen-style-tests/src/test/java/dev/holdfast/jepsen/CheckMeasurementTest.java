package dev.holdfast.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.history.History;
import dev.holdfast.jepsen.history.HistoryFile;
import dev.holdfast.jepsen.history.ListNotation;
import dev.holdfast.jepsen.history.ListOperation;
import dev.holdfast.jepsen.history.Notation;
import dev.holdfast.jepsen.history.Operation;
import dev.holdfast.jepsen.history.Operation.Argument;
import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.RegisterNotation;
import dev.holdfast.jepsen.history.RegisterTransaction;
import dev.holdfast.jepsen.history.RegisterTransactionNotation;
import dev.holdfast.jepsen.history.Timed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures how long {@code jepsen check} takes, in 2 GB, for large valid histories of a store that
 * is simulated; runs only with {@code -Dholdfast.measure=true}. The goals are 30 s for 100,000
 * operations on 100 registers, and 60 s for 100,000 transactions on lists.
 */
@EnabledIfSystemProperty(named = "holdfast.measure", matches = "true")
class CheckMeasurementTest {
  private static final int OPERATIONS = 100_000;
  private static final int REGISTERS = 100;
  private static final int LISTS_AT_A_TIME = 8;
  private static final int PROCESSES = 30;
  private static final int TOUCHED = 3;
  private static final int LONG_NANOS = 3_000_000;
  private static final int APPENDS_OF_A_LIST_MAX = 100;

  @TempDir private Path directory;

  /** When an operation is called, takes effect, and returns. */
  private record Times(long call, long effect, long end, int process) {}

  /** In the order in which they take effect. */
  private static List<Times> times(Random random) {
    PriorityQueue<long[]> free = new PriorityQueue<>((a, b) -> Long.compare(a[0], b[0]));
    for (int process = 0; process < PROCESSES; process++) {
      free.add(new long[] {random.nextInt(LONG_NANOS), process});
    }
    List<Times> times = new ArrayList<>();
    for (int i = 0; i < OPERATIONS; i++) {
      long[] next = free.remove();
      long call = next[0];
      long effect = call + 1 + random.nextInt(LONG_NANOS);
      long end = effect + 1 + random.nextInt(LONG_NANOS);
      times.add(new Times(call, effect, end, (int) next[1]));
      next[0] = end + 1 + random.nextInt(LONG_NANOS);
      free.add(next);
    }
    times.sort((a, b) -> Long.compare(a.effect(), b.effect()));
    return times;
  }

  private <O extends Timed> void check(String workload, List<O> operations, Notation<O> notation)
      throws IOException, InterruptedException {
    Path file = directory.resolve(workload + ".jsonl");
    HistoryFile.writeJson(
        new History(workload, 1, new TreeMap<>(), History.events(operations, notation)), file);
    long begin = System.nanoTime();
    Process check =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx2g",
                "-cp",
                System.getProperty("java.class.path"),
                Jepsen.class.getName(),
                "check",
                file.toString())
            .inheritIO()
            .start();
    assertThat(check.waitFor()).isZero();
    System.out.printf(
        "%s: %,d operations judged in %d ms%n",
        workload, operations.size(), Duration.ofNanos(System.nanoTime() - begin).toMillis());
  }

  @Test
  void registers() throws Exception {
    Random random = new Random(1);
    Map<String, Long> state = new HashMap<>();
    List<Operation> history = new ArrayList<>();
    long next = 1;
    for (Times t : times(random)) {
      String key = "r" + random.nextInt(REGISTERS);
      @Nullable Long now = state.get(key);
      int choice = random.nextInt(10);
      if (choice < 5) {
        history.add(Operation.read(t.process(), key, Outcome.OK, now, t.call(), t.end()));
      } else if (choice < 8) {
        state.put(key, next);
        history.add(Operation.write(t.process(), key, Outcome.OK, next++, t.call(), t.end()));
      } else {
        state.put(key, next);
        history.add(
            Operation.compareAndSet(
                t.process(), key, Outcome.OK, new Argument(now, next++), t.call(), t.end()));
      }
    }
    check("register", history, new RegisterNotation());
  }

  @Test
  void lists() throws Exception {
    Random random = new Random(2);
    Map<String, List<Long>> state = new HashMap<>();
    int[] generations = new int[LISTS_AT_A_TIME];
    List<ListOperation> history = new ArrayList<>();
    long next = 1;
    for (Times t : times(random)) {
      Map<String, List<Long>> reads = new TreeMap<>();
      Map<String, Long> appends = new TreeMap<>();
      for (int i = 0; i < TOUCHED; i++) {
        int place = random.nextInt(LISTS_AT_A_TIME);
        String list = "l" + place + "-" + generations[place];
        List<Long> now = state.computeIfAbsent(list, name -> new ArrayList<>());
        if (history.size() % 2 == 0) {
          reads.put(list, List.copyOf(now));
        } else if (!appends.containsKey(list)) {
          now.add(next);
          appends.put(list, next++);
          generations[place] += now.size() >= APPENDS_OF_A_LIST_MAX ? 1 : 0;
        }
      }
      history.add(
          ListOperation.of(
              t.process(), new ListOperation.Body(reads, appends), Outcome.OK, t.call(), t.end()));
    }
    check("list-append", history, new ListNotation());
  }

  @Test
  void transactionsOnRegisters() throws Exception {
    Random random = new Random(3);
    Map<String, @Nullable Long> state = new HashMap<>();
    List<RegisterTransaction> history = new ArrayList<>();
    long next = 1;
    for (Times t : times(random)) {
      Map<String, @Nullable Long> reads = new TreeMap<>();
      Map<String, Long> writes = new TreeMap<>();
      for (int i = 0; i < TOUCHED; i++) {
        String key = "x" + random.nextInt(REGISTERS * 10);
        if (history.size() % 2 == 0) {
          reads.put(key, state.get(key));
        } else {
          writes.put(key, next++);
        }
      }
      state.putAll(writes);
      history.add(
          RegisterTransaction.of(
              t.process(),
              new RegisterTransaction.Body(reads, writes),
              Outcome.OK,
              t.call(),
              t.end()));
    }
    check("rw-register", history, new RegisterTransactionNotation());
  }
}
