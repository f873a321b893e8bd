package dev.holdfast.client.routing;

import dev.holdfast.protocol.rpc.StoreException.ThrottledException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Counts what is under way and turns the rest away (invariant 11). Thread-safe. */
final class Admission {
  private final int operationsMax;
  private final long bytesMax;
  private final AtomicInteger operations = new AtomicInteger();
  private final AtomicLong bytesInFlight = new AtomicLong();

  Admission(int operationsMax, long bytesMax) {
    this.operationsMax = operationsMax;
    this.bytesMax = bytesMax;
  }

  /** Starts the operation if there is room; one that is alone is let in whatever its size. */
  <T> CompletableFuture<T> admit(int bytes, Supplier<CompletableFuture<T>> operation) {
    int others = operations.getAndIncrement();
    long otherBytes = bytesInFlight.getAndAdd(bytes);
    if (others >= operationsMax || (others > 0 && otherBytes + bytes > bytesMax)) {
      leave(bytes);
      return CompletableFuture.failedFuture(
          new ThrottledException("too many operations under way: " + others));
    }
    CompletableFuture<T> result;
    try {
      result = operation.get();
    } catch (RuntimeException e) {
      result = CompletableFuture.failedFuture(e);
    }
    return result.whenComplete((value, failure) -> leave(bytes));
  }

  private void leave(int bytes) {
    operations.decrementAndGet();
    bytesInFlight.addAndGet(-bytes);
  }
}
