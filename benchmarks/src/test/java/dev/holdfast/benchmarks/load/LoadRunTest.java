package dev.holdfast.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoadRunTest {
  private static final int LANES = 8;

  private final ExecutorService answers = Executors.newFixedThreadPool(2);

  @AfterEach
  void stop() {
    answers.shutdownNow();
  }

  @Test
  void keepsAsManyOperationsInFlightAsAskedAndNoMore() {
    CountingTarget target = new CountingTarget(answers);

    Measurement measurement = run(target);

    assertThat(target.inFlightMax.get()).isBetween(1, LANES);
    assertThat(target.inFlight.get()).as("after the run").isZero();
    assertThat(measurement.latencyNanos().getTotalCount()).isPositive();
    assertThat(measurement.errorCount()).isZero();
  }

  @Test
  void answersThatAreThereAtOnceDoNotDeepenTheStack() {
    Measurement measurement = run(new CountingTarget(Runnable::run));

    assertThat(measurement.latencyNanos().getTotalCount()).isPositive();
  }

  @Test
  void failuresAreCountedApart() {
    Target failing = new FailingTarget();

    Measurement measurement = run(failing);

    assertThat(measurement.latencyNanos().getTotalCount()).isZero();
    assertThat(measurement.errorCount()).isPositive();
    assertThat(measurement.conflictCount()).isZero();
  }

  @Test
  void whatMeetsOthersIsTriedAgainUntilItSucceeds() {
    ConflictingTarget target = new ConflictingTarget();

    Measurement measurement = run(target);

    assertThat(target.wrongItems).as("another item instead of the refused one").hasValue(0);
    assertThat(measurement.latencyNanos().getTotalCount()).isPositive();
    assertThat(measurement.conflictCount()).isPositive();
    assertThat(measurement.errorCount()).isZero();
    assertThat(measurement.latencyMillis(0)).as("pauses are of the operation").isGreaterThan(2);
  }

  private static Measurement run(Target target) {
    LoadRun.Plan plan =
        new LoadRun.Plan(
            Operation.PUT,
            LANES,
            new ItemChoice.Uniform(1000),
            Duration.ofMillis(1),
            Duration.ofMillis(200),
            42);
    return new LoadRun(target, plan, new ProcessCpu(List.of())).measure();
  }

  /** Answers on the executor. */
  private static final class CountingTarget implements Target {
    final AtomicInteger inFlight = new AtomicInteger();
    final AtomicInteger inFlightMax = new AtomicInteger();
    private final Executor executor;

    CountingTarget(Executor executor) {
      this.executor = executor;
    }

    @Override
    public String name() {
      return "counting";
    }

    @Override
    public void prepare(int placeCount) {}

    @Override
    public CompletableFuture<?> put(int lane, PlacedItem item) {
      return start(Operation.PUT, lane, item.item().number());
    }

    @Override
    public CompletableFuture<?> start(Operation operation, int lane, long itemNumber) {
      inFlightMax.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
      return CompletableFuture.runAsync(inFlight::decrementAndGet, executor);
    }

    @Override
    public void close() {}
  }

  private static final class FailingTarget implements Target {
    @Override
    public String name() {
      return "failing";
    }

    @Override
    public void prepare(int placeCount) {}

    @Override
    public CompletableFuture<?> put(int lane, PlacedItem item) {
      return start(Operation.PUT, lane, item.item().number());
    }

    @Override
    public CompletableFuture<?> start(Operation operation, int lane, long itemNumber) {
      return CompletableFuture.supplyAsync(
          () -> {
            throw new IllegalStateException("no");
          });
    }

    @Override
    public void close() {}
  }

  /** Refuses every operation once, and then expects it again. */
  private static final class ConflictingTarget implements Target {
    final AtomicInteger wrongItems = new AtomicInteger();
    private final Map<Integer, Long> refused = new ConcurrentHashMap<>();

    @Override
    public String name() {
      return "conflicting";
    }

    @Override
    public void prepare(int placeCount) {}

    @Override
    public CompletableFuture<?> put(int lane, PlacedItem item) {
      return start(Operation.PUT, lane, item.item().number());
    }

    @Override
    public CompletableFuture<?> start(Operation operation, int lane, long itemNumber) {
      Long before = refused.remove(lane);
      if (before == null) {
        refused.put(lane, itemNumber);
        return CompletableFuture.supplyAsync(
            () -> {
              throw new ConflictException("wait");
            });
      }
      if (before != itemNumber) {
        wrongItems.incrementAndGet();
      }
      return CompletableFuture.completedFuture(true);
    }

    @Override
    public void close() {}
  }
}
