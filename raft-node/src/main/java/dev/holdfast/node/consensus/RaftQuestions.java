package dev.holdfast.node.consensus;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads for what Ratis does only once it has some division's lock, for which one may wait long:
 * nobody else is to wait with it. They end when they have nothing to do.
 */
final class RaftQuestions {
  private static final int THREADS = 8;
  private static final long IDLE_SECONDS_MAX = 10;

  private RaftQuestions() {}

  static Executor threads() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS_MAX,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // each group asks one thing at a time, or few
            task -> {
              Thread thread = new Thread(task, "raft-questions");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }
}
