package dev.holdfast.node.http;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what is in flight over all connections, and says when it is too much. Thread-safe. */
final class Admission {
  /** Connections that are being told at once that they are too many. */
  private static final int REFUSED_COUNT_MAX = 1_000;

  /** Requests of HTTP/2 that are open, for each that may be served at once. */
  private static final int EXCHANGES_PER_REQUEST = 2;

  /**
   * Pipelined messages that wait, for each request that may be served at once; about 1 KiB each.
   */
  private static final int WAITING_PER_REQUEST = 16;

  /** The share of the answers that may be left unread which may wait to be compressed. */
  private static final int PACKING_SHARE = 4;

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
  private final AtomicInteger waitingCount = new AtomicInteger();
  private final AtomicLong bodyBytes = new AtomicLong();
  private final AtomicLong packingBytes = new AtomicLong();
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

  /** A message of HTTP/1.1 has come before its turn. */
  boolean enterWaiting() {
    if (waitingCount.incrementAndGet() <= WAITING_PER_REQUEST * options.requestCountMax()) {
      return true;
    }
    waitingCount.decrementAndGet();
    return false;
  }

  void leaveWaiting(int count) {
    waitingCount.addAndGet(-count);
  }

  /** An answer is to be compressed aside; one alone always may. */
  boolean enterPacking(int bytes) {
    long total = packingBytes.addAndGet(bytes);
    if (total == bytes || total <= options.unsentBytesMax() / PACKING_SHARE) {
      return true;
    }
    packingBytes.addAndGet(-bytes);
    return false;
  }

  void leavePacking(int bytes) {
    packingBytes.addAndGet(-bytes);
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

  int waitingCount() {
    return waitingCount.get();
  }

  int exchangeCount() {
    return exchangeCount.get();
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
