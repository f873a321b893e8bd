package dev.holdfast.node.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Stops node processes: asks all, waits, and kills what does not listen, saying so. */
final class Stopping {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Stopping() {}

  static void stop(SortedMap<String, ProcessHandle> nodes, PrintWriter out)
      throws InterruptedException {
    nodes.values().forEach(ProcessHandle::destroy); // SIGTERM
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (Map.Entry<String, ProcessHandle> node : nodes.entrySet()) {
      if (!endsBefore(deadline, node.getValue())) {
        node.getValue().destroyForcibly();
        out.println(
            node.getKey()
                + " did not stop within "
                + PATIENCE.toSeconds()
                + " s and was killed; its data are safe, it recovers at the next start");
        out.flush();
        endsBefore(System.nanoTime() + PATIENCE.toNanos(), node.getValue());
      }
    }
  }

  private static boolean endsBefore(long deadline, ProcessHandle process)
      throws InterruptedException {
    try {
      process.onExit().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot wait for process " + process.pid(), e);
    }
  }
}
