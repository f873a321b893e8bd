package dev.holdfast.node.http;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what is in flight over all connections, and says when it is too much. Thread-safe. */
final class Admission {
  private final HttpOptions options;
  private final AtomicInteger connectionCount = new AtomicInteger();
  private final AtomicInteger requestCount = new AtomicInteger();
  private final AtomicLong bodyBytes = new AtomicLong();

  Admission(HttpOptions options) {
    this.options = options;
  }

  /** Counts a connection in any case; false when it is one too many. */
  boolean enterConnection() {
    return connectionCount.incrementAndGet() <= options.connectionCountMax();
  }

  void leaveConnection() {
    connectionCount.decrementAndGet();
  }

  boolean enterRequest() {
    if (requestCount.incrementAndGet() <= options.requestCountMax()) {
      return true;
    }
    requestCount.decrementAndGet();
    return false;
  }

  void leaveRequest() {
    requestCount.decrementAndGet();
  }

  boolean reserveBodyBytes(int bytes) {
    if (bodyBytes.addAndGet(bytes) <= options.bodyBytesInFlightMax()) {
      return true;
    }
    bodyBytes.addAndGet(-bytes);
    return false;
  }

  void releaseBodyBytes(int bytes) {
    bodyBytes.addAndGet(-bytes);
  }

  int connectionCount() {
    return connectionCount.get();
  }

  int requestCount() {
    return requestCount.get();
  }

  long bodyBytes() {
    return bodyBytes.get();
  }
}
