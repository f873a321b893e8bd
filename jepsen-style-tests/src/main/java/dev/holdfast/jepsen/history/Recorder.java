package dev.holdfast.jepsen.history;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Collects the operations of a run, all by one clock. Thread-safe. */
public final class Recorder<O extends Timed> {
  private final long originNanos = System.nanoTime();
  private final ConcurrentLinkedQueue<O> operations = new ConcurrentLinkedQueue<>();
  private final AtomicInteger nextProcess = new AtomicInteger();

  /** A process that has done nothing yet. One whose operation ended as unknown is never reused. */
  public int newProcess() {
    return nextProcess.getAndIncrement();
  }

  /** Nanoseconds since the run began. */
  public long nanos() {
    return System.nanoTime() - originNanos;
  }

  public void add(O operation) {
    operations.add(operation);
  }

  /** What has ended until now, in the order of calls. */
  public List<O> operations() {
    return operations.stream().sorted(Comparator.comparingLong(Timed::callNanos)).toList();
  }
}
