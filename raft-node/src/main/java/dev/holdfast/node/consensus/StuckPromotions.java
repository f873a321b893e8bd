package dev.holdfast.node.consensus;

import java.lang.reflect.Field;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees a replica that Ratis 3.3.0 has locked up as it became a voter.
 *
 * <p>When a listener finds itself among the voters of a configuration, {@code
 * ServerState.updateConfiguration} stops the listener's {@code FollowerState} and waits for the end
 * of that thread, while it holds the server's monitor. If the thread has just woken up to look at
 * its time-out, it waits for that monitor: for ever, and no append is answered any more (decision
 * 0023). Seen when a node joined on a busy machine.
 *
 * <p>What it waits for is a future. Such a thread has been told to stop, and does nothing but end
 * once it has the monitor, so it does no harm to complete that future for it. Ratis offers no way
 * to it but reflection; where that fails, a restart of the node helps, too.
 *
 * <p>Called by one thread, now and then.
 */
final class StuckPromotions {
  private static final Logger log = LoggerFactory.getLogger(StuckPromotions.class);
  static final String RATIS_TYPE = "org.apache.ratis.server.impl.FollowerState";
  static final String IS_RUNNING = "isRunning";
  static final String STOPPED = "stopped";
  private static final int THREADS_MORE = 64;

  private final String type;
  private Set<Long> suspects = Set.of();

  StuckPromotions() {
    this(RATIS_TYPE);
  }

  /**
   * @param type of the threads to look for
   */
  StuckPromotions(String type) {
    this.type = type;
  }

  /** Frees whoever was stuck at the last look already: nobody waits that long for a monitor. */
  void look() {
    Set<Long> stuck = new HashSet<>();
    for (Thread thread : threads()) {
      if (thread != null
          && thread.getClass().getName().equals(type)
          && thread.getState() == Thread.State.BLOCKED
          && isToldToStop(thread)) {
        stuck.add(thread.getId());
        if (suspects.contains(thread.getId())) {
          free(thread);
        }
      }
    }
    suspects = stuck;
  }

  private static Thread[] threads() {
    ThreadGroup root = Thread.currentThread().getThreadGroup();
    while (root.getParent() != null) {
      root = root.getParent();
    }
    Thread[] threads = new Thread[root.activeCount() + THREADS_MORE];
    root.enumerate(threads);
    return threads;
  }

  private static boolean isToldToStop(Thread thread) {
    try {
      return !field(thread, IS_RUNNING).getBoolean(thread);
    } catch (ReflectiveOperationException | RuntimeException e) {
      return false;
    }
  }

  private static void free(Thread thread) {
    try {
      if (field(thread, STOPPED).get(thread) instanceof CompletableFuture<?> stopped) {
        stopped.complete(null);
        log.info("freed {}, which waited for who waited for it", thread.getName());
      }
    } catch (ReflectiveOperationException | RuntimeException e) {
      log.error("{} is stuck: restart this node", thread.getName(), e);
    }
  }

  private static Field field(Thread thread, String name) throws ReflectiveOperationException {
    Field field = thread.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }
}
