package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.rpc.ClockReading;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What time it is for stamps and deadlines (transactions.md R12, decision 0033): a time that the
 * nodes of the cluster agree upon, not whatever somebody sets the clock of this machine to.
 *
 * <ul>
 *   <li>It goes on by the monotonic clock, and follows the system's clock as long as a majority of
 *       the nodes have theirs within the bound of it. So a clock that is set changes nothing until
 *       the others have the new time, too.
 *   <li>A node is <em>astray</em> from its start until its time has been found to be that of a
 *       majority, itself included, and whenever it is found surely to differ from that of so many
 *       others that they are a majority without it. It must neither lead nor coordinate, and moves
 *       no stamp on.
 *   <li>A node that by its own clock has heard from nobody for five seconds begins anew: it moves
 *       no stamp on, and is astray if the next answer does not make a majority. So a clock that
 *       runs away does no harm before the others are asked.
 *   <li>Nodes that are silent prove nothing. An answer that was long under way says only that the
 *       clocks are not further apart than the bound and that time; one that was so for five seconds
 *       says nothing.
 * </ul>
 *
 * <p>Thread-safe; its own lock is a leaf.
 */
public final class ClusterTime {
  private static final Logger log = LoggerFactory.getLogger(ClusterTime.class);
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Before every stamp, so that it moves none on. */
  private static final long NO_STAMP = Long.MIN_VALUE;

  private final NodeId self;
  private final long offsetMicrosMax;
  private final ConsensusClock clock;
  private final long originNanos; // of monotonic times, which may wrap: only differences mean much
  private final Map<NodeId, Compared> compared = new HashMap<>();
  private Set<NodeId> others = Set.of();
  private volatile boolean isAlone = true;
  private volatile long askedNanos; // the newest question that was answered
  private boolean isHeld; // the system's clock says something else than the agreed time
  private volatile long agreedAheadMicros; // of the monotonic clock
  private volatile Verdict verdict = Verdict.UNKNOWN;

  private enum Verdict {
    /** Not yet compared. */
    UNKNOWN,
    AGREED,
    ASTRAY
  }

  /**
   * What a peer's clocks were when we asked, ahead of our monotonic clock: so it stays true
   * whatever is done with ours.
   */
  private record Compared(Ahead system, Ahead agreed, boolean silent, long atNanos) {}

  /** By how many microseconds a clock is ahead of another, between these two. */
  record Ahead(long min, long max) {
    /** Whether it is not within the bound, wherever between the two it is. */
    boolean isSurelyBeyond(long bound) {
      return min > bound || max < -bound;
    }

    Ahead of(long other) {
      return new Ahead(min - other, max - other);
    }
  }

  /**
   * @param offsetMax how far the times of two nodes may be apart
   */
  public ClusterTime(NodeId self, Duration offsetMax, ConsensusClock clock) {
    this.self = self;
    this.offsetMicrosMax = TimeUnit.NANOSECONDS.toMicros(offsetMax.toNanos());
    this.clock = clock;
    this.originNanos = clock.monotonicNanos();
    this.askedNanos = originNanos;
    this.agreedAheadMicros = systemAheadMicros();
  }

  private long monotonicMicros() {
    return sinceOriginMicros(clock.monotonicNanos());
  }

  private long sinceOriginMicros(long monotonicNanos) {
    return TimeUnit.NANOSECONDS.toMicros(monotonicNanos - originNanos);
  }

  private long systemAheadMicros() {
    return clock.wallMicros() - monotonicMicros();
  }

  /** The agreed time, in microseconds since the epoch. */
  public long micros() {
    return monotonicMicros() + agreedAheadMicros;
  }

  /** The agreed time for a stamp; of a node that is astray, one that moves no stamp on. */
  long stampMicros() {
    long now = clock.monotonicNanos();
    return isAstray() || isOutOfTouch(now) ? NO_STAMP : sinceOriginMicros(now) + agreedAheadMicros;
  }

  private boolean isOutOfTouch(long nowNanos) {
    return !isAlone && nowNanos - askedNanos >= FRESH_NANOS;
  }

  /** Whether this node must neither lead nor coordinate. */
  public boolean isAstray() {
    return verdict != Verdict.AGREED;
  }

  /** For another node to compare with. */
  ClockReading reading() {
    return new ClockReading(clock.wallMicros(), micros(), isAstray());
  }

  /** The nodes of the cluster; those that are not named any more count no more. */
  synchronized void nodes(Set<NodeId> all) {
    others = new TreeSet<>(all);
    others.remove(self);
    isAlone = others.isEmpty();
    compared.keySet().retainAll(others);
    judge();
  }

  /**
   * A node has answered.
   *
   * @param sentNanos when it was asked, by the monotonic clock
   */
  synchronized void compare(NodeId node, ClockReading theirs, long sentNanos) {
    long now = clock.monotonicNanos();
    long sent = sinceOriginMicros(sentNanos);
    long received = sinceOriginMicros(now);
    if (others.contains(node) && now - sentNanos < FRESH_NANOS) {
      Verdict unlessProved = isOutOfTouch(now) ? Verdict.UNKNOWN : verdict;
      compared.put(
          node,
          new Compared(
              new Ahead(theirs.systemMicros() - received, theirs.systemMicros() - sent),
              new Ahead(theirs.agreedMicros() - received, theirs.agreedMicros() - sent),
              theirs.equals(ClockReading.SILENT),
              now));
      judge(unlessProved);
      askedNanos = sentNanos; // last: until it is judged it must not stamp
    }
  }

  /** To be called now and then, as the system's clock goes on when nobody answers, too. */
  synchronized void judge() {
    judge(verdict);
  }

  private void judge(Verdict unlessProved) {
    long now = clock.monotonicNanos();
    List<Compared> fresh =
        compared.values().stream().filter(each -> now - each.atNanos() < FRESH_NANOS).toList();
    int majority = (others.size() + 1) / 2 + 1;
    followSystem(fresh, majority);
    long beyond = fresh.stream().filter(this::isAgreedBeyond).count();
    if (1 + fresh.size() - beyond >= majority) {
      is(Verdict.AGREED);
    } else if (beyond >= majority) {
      is(Verdict.ASTRAY);
    } else {
      is(unlessProved);
    }
  }

  private boolean isAgreedBeyond(Compared peer) {
    return !peer.silent() && isBeyond(peer.agreed(), agreedAheadMicros);
  }

  private void followSystem(List<Compared> fresh, int majority) {
    long system = systemAheadMicros();
    long alike =
        fresh.stream().filter(peer -> peer.silent() || !isBeyond(peer.system(), system)).count();
    long setBy = system - agreedAheadMicros;
    if (1 + alike >= majority) {
      if (Math.abs(setBy) > offsetMicrosMax) {
        log.warn("node={} goes by its system's clock, {} ms on", self, inMillis(setBy));
      }
      agreedAheadMicros = system;
      isHeld = false;
    } else if (!isHeld && Math.abs(setBy) > offsetMicrosMax) {
      isHeld = true;
      log.warn(
          "node={} the system's clock is {} ms off the time agreed upon, which goes on until a"
              + " majority of the nodes have the new one",
          self,
          inMillis(setBy));
    }
  }

  private boolean isBeyond(Ahead theirs, long ours) {
    return theirs.of(ours).isSurelyBeyond(offsetMicrosMax);
  }

  private void is(Verdict now) {
    if (verdict == now) {
      return;
    }
    verdict = now;
    if (now == Verdict.ASTRAY) {
      log.error(
          "node={} its time is not that of the others, whose are ahead by {} ms: it neither leads"
              + " nor coordinates",
          self,
          compared.values().stream()
              .map(peer -> inMillis(peer.agreed().of(agreedAheadMicros).min()))
              .toList());
    } else if (now == Verdict.AGREED) {
      log.info("node={} has the time of a majority of the nodes", self);
    } else {
      log.warn("node={} has heard from nobody for long by its clock, which may be wrong", self);
    }
  }

  private static long inMillis(long micros) {
    return TimeUnit.MICROSECONDS.toMillis(micros);
  }

  /**
   * By how many microseconds the system's clock is ahead of the agreed time; for those who watch.
   */
  public long systemOffsetMicros() {
    return clock.wallMicros() - micros();
  }
}
