package dev.holdfast.jepsen.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.checker.RegisterLinearizability;
import dev.holdfast.jepsen.checker.Verdict;
import dev.holdfast.jepsen.history.Operation;
import dev.holdfast.jepsen.history.Operation.Argument;
import dev.holdfast.jepsen.history.Recorder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Workload and checker together find what a store may get wrong, and nothing in a correct one. */
class RegisterWorkloadTest {
  private static final int CLIENTS = 4;
  private static final int STEPS = 800;

  /** In memory, and correct but for the calls that it is told to get wrong. */
  private static final class Store implements Registers {
    private final Map<String, Long> values = new HashMap<>();
    private final Map<String, Long> before = new HashMap<>();
    private final IntPredicate forgets;
    private final IntPredicate readsOld;
    private final IntPredicate doubts;
    private int writeCount;
    private int readCount;

    Store(IntPredicate forgets, IntPredicate readsOld, IntPredicate doubts) {
      this.forgets = forgets;
      this.readsOld = readsOld;
      this.doubts = doubts;
    }

    static boolean never(int call) {
      return false;
    }

    static boolean nowAndThen(int call) {
      return call % 50 == 49;
    }

    @Override
    public synchronized @Nullable Long read(String key) {
      return (readsOld.test(readCount++) ? before : values).get(key);
    }

    @Override
    public synchronized void write(String key, long value) {
      int call = writeCount++;
      if (!forgets.test(call)) {
        Long old = values.put(key, value);
        if (old != null) {
          before.put(key, old);
        }
      }
      if (doubts.test(call)) {
        throw new IllegalStateException("nobody knows");
      }
    }

    @Override
    public synchronized Swap compareAndSet(String key, Argument argument) {
      Long found = values.get(key);
      if (!Objects.equals(found, argument.expected())) {
        return new Swap(false, found);
      }
      write(key, argument.written());
      return new Swap(true, null);
    }

    @Override
    public void close() {}
  }

  private static Verdict.Kind judge(Store store) {
    Recorder<Operation> recorder = new Recorder<>();
    RegisterWorkload workload = new RegisterWorkload(recorder);
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
    workload.readAll(store);
    List<Operation> history = recorder.operations();
    assertThat(history).hasSizeGreaterThan(STEPS);
    return new RegisterLinearizability(1_000_000).check(history).kind();
  }

  @Test
  void aCorrectStoreIsFoundLinearizable() {
    assertThat(judge(new Store(Store::never, Store::never, Store::never)))
        .isEqualTo(Verdict.Kind.VALID);
  }

  @Test
  void writesOfUnknownOutcomeMayHaveHappenedOrNot() {
    assertThat(judge(new Store(Store::never, Store::never, Store::nowAndThen)))
        .isEqualTo(Verdict.Kind.VALID);
    assertThat(judge(new Store(Store::nowAndThen, Store::never, Store::nowAndThen)))
        .isEqualTo(Verdict.Kind.VALID);
  }

  @Test
  void aStoreThatForgetsAcknowledgedWritesIsFoundOut() {
    assertThat(judge(new Store(Store::nowAndThen, Store::never, Store::never)))
        .isEqualTo(Verdict.Kind.INVALID);
  }

  @Test
  void aStoreThatReadsTheValueBeforeTheLastIsFoundOut() {
    assertThat(judge(new Store(Store::never, Store::nowAndThen, Store::never)))
        .isEqualTo(Verdict.Kind.INVALID);
  }
}
