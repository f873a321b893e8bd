package dev.holdfast.node.http;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that pack and unpack large bodies. A body takes them a fraction of a second, so what
 * waits here waits for seconds at most; whoever comes when the queue is full is rejected, and does
 * without: a request is refused, an answer goes as it is.
 */
public final class Coders {
  static final int THREAD_COUNT = 2;
  static final int WAITING_COUNT_MAX = 256;

  private Coders() {}

  /** Daemon threads; the caller shuts them down after the server. */
  public static ExecutorService start() {
    return new ThreadPoolExecutor(
        THREAD_COUNT,
        THREAD_COUNT,
        0,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(WAITING_COUNT_MAX),
        task -> {
          Thread thread = new Thread(task, "coders");
          thread.setDaemon(true);
          return thread;
        });
  }
}
