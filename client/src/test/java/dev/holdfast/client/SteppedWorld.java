package dev.holdfast.client;

import dev.holdfast.client.routing.RouterWorld;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Time that goes on when it is told to, and an executor whose tasks run then; one thread. */
final class SteppedWorld implements RouterWorld, Executor {
  private record Timer(long nanos, long order, Runnable task) implements Comparable<Timer> {
    @Override
    public int compareTo(Timer other) {
      int byTime = Long.compare(nanos, other.nanos);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final Random random = new Random(1);
  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private long nowNanos;
  private long order;
  private boolean isClosed;

  @Override
  public long nanoTime() {
    return nowNanos;
  }

  @Override
  public long random() {
    return random.nextLong();
  }

  @Override
  public void after(Duration delay, Runnable task) {
    if (isClosed) {
      throw new RejectedExecutionException("closed");
    }
    timers.add(new Timer(nowNanos + delay.toNanos(), order++, task));
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /** No timer can be set any more. */
  void close() {
    isClosed = true;
  }

  /** Runs all that is due until so much time has passed. */
  void run(Duration duration) {
    long end = nowNanos + duration.toNanos();
    while (true) {
      Runnable task = tasks.poll();
      Timer timer = timers.peek();
      if (task != null) {
        task.run();
      } else if (timer != null && timer.nanos <= end) {
        timers.remove();
        nowNanos = timer.nanos;
        timer.task.run();
      } else {
        nowNanos = end;
        return;
      }
    }
  }
}
