package dev.holdfast.benchmarks.load;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * A closed loop: each lane starts its next operation when the last one is answered, on the thread
 * that brought the answer. An operation that meets other transactions is tried again until it
 * succeeds, after pauses that grow as those of our own client do.
 *
 * <p>Closed loops hide queueing delay behind a stall (coordinated omission); the figures compare
 * systems under the same number of outstanding operations and say nothing about open arrival.
 */
public final class LoadRun {
  private static final long LATENCY_NANOS_MAX = TimeUnit.MINUTES.toNanos(1);
  private static final Duration ERROR_PAUSE = Duration.ofMillis(5);
  private static final int CONFLICT_PAUSE_DOUBLINGS_MAX = 6;

  /**
   * How to load.
   *
   * @param outstanding operations in flight, at least 1
   * @param choice of the items that exist
   * @param warmUpMax after this the measuring begins whether or not the rate has settled
   */
  public record Plan(
      Operation operation,
      int outstanding,
      ItemChoice choice,
      Duration warmUpMax,
      Duration measured,
      long seed) {}

  private final Target target;
  private final Plan plan;
  private final ProcessCpu servers;
  private final Recorder latencies = new Recorder(LATENCY_NANOS_MAX, 3);
  private final LongAdder errors = new LongAdder();
  private final LongAdder conflicts = new LongAdder();
  private volatile boolean running = true;
  private volatile @Nullable Throwable lastError;

  public LoadRun(Target target, Plan plan, ProcessCpu servers) {
    this.target = target;
    this.plan = plan;
    this.servers = servers;
  }

  /** Blocks for warm-up and measuring; all operations have ended when it returns. */
  public Measurement measure() {
    Phaser lanes = new Phaser(1);
    SplittableRandom seeds = new SplittableRandom(plan.seed());
    for (int lane = 0; lane < plan.outstanding(); lane++) {
      lanes.register();
      new Lane(lane, seeds.split(), lanes).pump();
    }
    try {
      boolean steady = warmUp();
      return measureNow(steady);
    } finally {
      running = false;
      lanes.arriveAndAwaitAdvance();
    }
  }

  /** Why the latest failed operation failed; null when none did. */
  public @Nullable Throwable lastError() {
    return lastError;
  }

  private boolean warmUp() {
    SteadyState rate = new SteadyState();
    long end = System.nanoTime() + plan.warmUpMax().toNanos();
    while (System.nanoTime() < end) {
      pause(Duration.ofSeconds(1));
      if (rate.settledAfter(latencies.getIntervalHistogram().getTotalCount())) {
        return true;
      }
    }
    return false;
  }

  private Measurement measureNow(boolean steady) {
    ProcessCpu client = ProcessCpu.ofThisProcess();
    latencies.reset();
    errors.reset();
    conflicts.reset();
    long startNanos = System.nanoTime();
    long serverMicros = servers.totalMicros();
    long clientMicros = client.totalMicros();

    pause(plan.measured());

    Histogram histogram = latencies.getIntervalHistogram();
    Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
    return new Measurement(
        histogram,
        errors.sum(),
        conflicts.sum(),
        took,
        servers.totalMicros() - serverMicros,
        client.totalMicros() - clientMicros,
        steady);
  }

  private static void pause(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    for (long left = duration.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** One chain of operations; its methods run one after another, on changing threads. */
  private final class Lane {
    private final int number;
    private final SplittableRandom random;
    private final Phaser lanes;
    private long item;
    private long startNanos;
    private int conflictCount;

    Lane(int number, SplittableRandom random, Phaser lanes) {
      this.number = number;
      this.random = random;
      this.lanes = lanes;
    }

    /** Starts the next operation, or ends the lane. */
    void pump() {
      item = plan.choice().next(random);
      startNanos = System.nanoTime();
      conflictCount = 0;
      attempt();
    }

    private void attempt() {
      if (!running) {
        lanes.arriveAndDeregister();
        return;
      }
      CompletableFuture<?> answer = target.start(plan.operation(), number, item);
      if (answer.isDone()) {
        // another thread goes on, so that answers that are there at once do not deepen the stack
        CompletableFuture<?> unused = answer.whenCompleteAsync((done, error) -> goOn(error));
      } else {
        CompletableFuture<?> unused = answer.whenComplete((done, error) -> goOn(error));
      }
    }

    private void goOn(@Nullable Throwable error) {
      if (error == null) {
        latencies.recordValue(Math.min(LATENCY_NANOS_MAX, System.nanoTime() - startNanos));
        pump();
      } else if (isConflict(error)) {
        conflicts.increment();
        after(conflictPause(), this::attempt);
      } else {
        errors.increment();
        lastError = error;
        // an answer like "no leader" comes back at once: do not ask in a tight loop
        after(ERROR_PAUSE, this::pump);
      }
    }

    /** Between half of a pause and the whole of it, so that those who met do not meet again. */
    private Duration conflictPause() {
      int doublings = Math.min(conflictCount++, CONFLICT_PAUSE_DOUBLINGS_MAX);
      long nanos = ERROR_PAUSE.toNanos() << doublings;
      return Duration.ofNanos(nanos / 2 + random.nextLong(nanos / 2 + 1));
    }

    private static boolean isConflict(Throwable error) {
      Throwable cause = error instanceof CompletionException ? error.getCause() : error;
      return cause instanceof ConflictException;
    }

    private static void after(Duration pause, Runnable next) {
      CompletableFuture.delayedExecutor(pause.toNanos(), TimeUnit.NANOSECONDS).execute(next);
    }
  }
}
