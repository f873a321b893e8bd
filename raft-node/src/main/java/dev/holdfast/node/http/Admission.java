package dev.holdfast.node.http;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what is in flight over all connections, and says when it is too much. Thread-safe. */
final class Admission {
  /** Connections that are being told at once that they are too many. */
  private static final int REFUSED_COUNT_MAX = 1_000;

  /** Requests of HTTP/2 that are open, for each that may be served at once. */
  private static final int EXCHANGES_PER_REQUEST = 2;

  /** What becomes of a new connection. */
  enum Entry {
    WELCOME,
    /** One too many: it is told so. */
    REFUSED,
    /** Too many even to be told. */
    IGNORED
  }

  private final HttpOptions options;
  private final AtomicInteger connectionCount = new AtomicInteger();
  private final AtomicInteger requestCount = new AtomicInteger();
  private final AtomicInteger exchangeCount = new AtomicInteger();
  private final AtomicLong bodyBytes = new AtomicLong();
  private final UnsentAnswers unsent;

  Admission(HttpOptions options) {
    this.options = options;
    this.unsent = new UnsentAnswers(options.unsentBytesMax());
  }

  /** Counts a connection in any case. */
  Entry enterConnection() {
    int over = connectionCount.incrementAndGet() - options.connectionCountMax();
    if (over <= 0) {
      return Entry.WELCOME;
    }
    return over <= REFUSED_COUNT_MAX ? Entry.REFUSED : Entry.IGNORED;
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

  /** A request begins to arrive by HTTP/2, where connections have many that hold their heads. */
  boolean enterExchange() {
    if (exchangeCount.incrementAndGet() <= EXCHANGES_PER_REQUEST * options.requestCountMax()) {
      return true;
    }
    exchangeCount.decrementAndGet();
    return false;
  }

  void leaveExchange() {
    exchangeCount.decrementAndGet();
  }

  boolean reserveBodyBytes(int bytes) {
    if (bodyBytes.addAndGet(bytes) <= options.bodyBytesInFlightMax()) {
      return true;
    }
    bodyBytes.addAndGet(-bytes);
    return false;
  }

  /** Whether a body of this size would find room at this moment; -1 is one of unknown size. */
  boolean hasRoomFor(long bytes) {
    return bodyBytes.get() + Math.max(0, bytes) <= options.bodyBytesInFlightMax();
  }

  void releaseBodyBytes(int bytes) {
    bodyBytes.addAndGet(-bytes);
  }

  UnsentAnswers unsent() {
    return unsent;
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
