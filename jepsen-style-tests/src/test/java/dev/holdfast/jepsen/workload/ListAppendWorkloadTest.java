package dev.holdfast.jepsen.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.checker.ListAppendSerializability;
import dev.holdfast.jepsen.checker.Verdict;
import dev.holdfast.jepsen.history.ListOperation;
import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.Recorder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Workload and checker together find out a store that is not what it should be. */
class ListAppendWorkloadTest {
  private static final int CLIENTS = 4;
  private static final int STEPS = 800;

  /** What is wrong with a store, each time at every twentieth call that it can happen to. */
  private enum Mistake {
    NONE,
    READS_PIECEMEAL,
    APPENDS_TO_ALL_BUT_ONE,
    IGNORES_THE_CONDITION,
    FORGETS_APPENDS,
    APPENDS_TWICE,
    LEAVES_OUTCOMES_OPEN
  }

  private static final class Store implements Lists {
    private final Mistake mistake;
    private final Map<String, List<Long>> values = new HashMap<>();
    private int callCount;

    Store(Mistake mistake) {
      this.mistake = mistake;
    }

    private synchronized boolean strikes(Mistake one) {
      return mistake == one && callCount++ % 20 == 0;
    }

    @Override
    public Map<String, List<Long>> read(Collection<String> lists) {
      Map<String, List<Long>> seen = new HashMap<>();
      boolean piecemeal = strikes(Mistake.READS_PIECEMEAL);
      synchronized (this) {
        for (String list : lists) {
          List<Long> value = readOne(list);
          boolean isOld = piecemeal && seen.size() % 2 == 0 && !value.isEmpty();
          seen.put(list, isOld ? value.subList(0, value.size() - 1) : value);
        }
      }
      return seen;
    }

    @Override
    public synchronized List<Long> readOne(String list) {
      return List.copyOf(values.getOrDefault(list, List.of()));
    }

    @Override
    public synchronized void append(Collection<String> lists, long number) {
      boolean isOpen = strikes(Mistake.LEAVES_OUTCOMES_OPEN);
      if (isOpen && number % 2 == 0) {
        throw new IllegalStateException("nobody knows");
      }
      int left = strikes(Mistake.APPENDS_TO_ALL_BUT_ONE) ? lists.size() - 1 : lists.size();
      for (String list : lists) {
        if (left-- > 0) {
          values.computeIfAbsent(list, any -> new ArrayList<>()).add(number);
        }
      }
      if (isOpen) {
        throw new IllegalStateException("nobody knows");
      }
    }

    @Override
    public synchronized boolean appendIf(
        String other, List<Long> expected, Collection<String> lists, long number) {
      if (readOne(other).equals(expected) || strikes(Mistake.IGNORES_THE_CONDITION)) {
        append(lists, number);
        return true;
      }
      return false;
    }

    @Override
    public synchronized List<Long> appendToOne(String list, long number) {
      List<Long> before = readOne(list);
      if (!strikes(Mistake.FORGETS_APPENDS)) {
        append(List.of(list), number);
      }
      if (strikes(Mistake.APPENDS_TWICE)) {
        append(List.of(list), number);
      }
      return before;
    }

    @Override
    public void close() {}
  }

  private static Verdict judge(Mistake mistake) {
    Store store = new Store(mistake);
    Recorder<ListOperation> recorder = new Recorder<>();
    ListAppendWorkload workload = new ListAppendWorkload(recorder);
    AtomicInteger steps = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    CompletableFuture.allOf(
            IntStream.range(0, CLIENTS)
                .mapToObj(
                    client ->
                        CompletableFuture.runAsync(
                            () ->
                                workload.run(
                                    store,
                                    new Random(client),
                                    () -> steps.incrementAndGet() > STEPS),
                            threads))
                .toArray(CompletableFuture[]::new))
        .join();
    threads.shutdown();
    Map<String, List<Long>> end = workload.readAll(store);
    assertThat(end).hasSizeGreaterThan(8); // lists were replaced
    List<ListOperation> history = recorder.operations();
    assertThat(history).hasSizeGreaterThan(STEPS);
    assertThat(history.stream().anyMatch(each -> each.outcome() == Outcome.UNKNOWN))
        .isEqualTo(mistake == Mistake.LEAVES_OUTCOMES_OPEN);
    return ListAppendSerializability.check(history, end);
  }

  @Test
  void aCorrectStoreIsFoundStrictlySerializable() {
    assertThat(judge(Mistake.NONE)).isEqualTo(Verdict.valid());
  }

  @Test
  void appendsOfUnknownOutcomeMayHaveHappenedOrNot() {
    assertThat(judge(Mistake.LEAVES_OUTCOMES_OPEN)).isEqualTo(Verdict.valid());
  }

  @Test
  void readsThatAreNotOfOneMomentAreFoundOut() {
    assertThat(judge(Mistake.READS_PIECEMEAL).explanation()).startsWith("G-single");
  }

  @Test
  void transactionsThatAreCarriedOutInPartAreFoundOut() {
    assertThat(judge(Mistake.APPENDS_TO_ALL_BUT_ONE).kind()).isEqualTo(Verdict.Kind.INVALID);
  }

  @Test
  void conditionsThatAreNotCheckedAreFoundOut() {
    assertThat(judge(Mistake.IGNORES_THE_CONDITION).explanation()).startsWith("G");
  }

  @Test
  void acknowledgedAppendsThatAreForgottenAreFoundOut() {
    assertThat(judge(Mistake.FORGETS_APPENDS).explanation()).startsWith("lost append");
  }

  @Test
  void appendsThatAreCarriedOutTwiceAreFoundOut() {
    assertThat(judge(Mistake.APPENDS_TWICE).explanation()).startsWith("duplicate append");
  }
}
