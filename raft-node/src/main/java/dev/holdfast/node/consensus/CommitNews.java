package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.NodeId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.leader.LogAppender;

/**
 * Tells followers at once what is committed, and what is in the log. By itself Ratis says so with
 * the next entry or heartbeat, which on an idle partition is seconds away (decision 0026): for so
 * long a follower would hold an entry, and readers would wait for it.
 *
 * <p>Changes nothing about what is committed (L3, L5): it only makes the next message come earlier.
 * Does nothing on a replica that does not lead. Thread-safe.
 */
final class CommitNews {
  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int LOOK_AGAIN_COUNT = 5;
  private static final long NOTHING = -1;

  private final ScheduledExecutorService executor;
  private final Map<RaftPeerId, LogAppender> appenders = new ConcurrentHashMap<>();
  private final AtomicBoolean lookingAgain = new AtomicBoolean();

  CommitNews(ScheduledExecutorService executor) {
    this.executor = executor;
  }

  /** Ratis sends entries to a follower by this from now on; those of earlier terms have stopped. */
  void sendsBy(LogAppender appender) {
    appenders.put(appender.getFollowerId(), appender);
  }

  /** The last entry that a follower is known to have; only a leader knows. */
  long matchIndex(NodeId follower) {
    LogAppender appender = appenders.get(RatisPeers.id(follower));
    return appender == null ? NOTHING : appender.getFollower().getMatchIndex();
  }

  /** Sees to it that every follower which has the entry soon knows that it is committed. */
  void spread(long index) {
    if (spreadNow(index) && lookingAgain.compareAndSet(false, true)) {
      lookAgain(index, LOOK_AGAIN_COUNT);
    }
  }

  /**
   * Has entries sent that Ratis may have forgotten: its appender looks whether there are any, and
   * then begins to wait for a signal, and misses the one that is given in between (report in
   * docs/upstream). It would wait until the next heartbeat, which is seconds away.
   */
  void wakeAppenders() {
    for (LogAppender appender : appenders.values()) {
      if (appender.isRunning() && appender.hasAppendEntries()) {
        appender.notifyLogAppender();
      }
    }
  }

  /** Whether entries are on their way to a follower that does not know, so that it may yet hear. */
  private boolean spreadNow(long index) {
    boolean onTheirWay = false;
    for (LogAppender appender : appenders.values()) {
      if (!appender.isRunning() || appender.getFollower().getCommitIndex() >= index) {
        continue;
      }
      if (appender.hasAppendEntries()) {
        onTheirWay = true; // a heartbeat now would only keep them up
      } else {
        appender.triggerHeartbeat();
        appender.notifyLogAppender(); // the one that a trigger gives, and only once, may be missed
      }
    }
    return onTheirWay;
  }

  private void lookAgain(long index, int remainingCount) {
    ScheduledFuture<?> unused =
        executor.schedule(
            () -> {
              if (spreadNow(index) && remainingCount > 1) {
                lookAgain(index, remainingCount - 1);
              } else {
                lookingAgain.set(false);
              }
            },
            LOOK_AGAIN_NANOS,
            TimeUnit.NANOSECONDS);
  }
}
