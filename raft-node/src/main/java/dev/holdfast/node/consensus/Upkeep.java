package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node does for its replicas from time to time, each on a schedule of its own: expire what
 * waits, seek leaders, spread them at the start, measure rates, have digests compared.
 */
final class Upkeep {
  private static final Logger log = LoggerFactory.getLogger(Upkeep.class);
  private static final Duration TICK = Duration.ofMillis(25);
  private static final Duration CHORES = Duration.ofSeconds(1);
  private static final Duration RATES = Duration.ofSeconds(5);
  private static final int WATCHES_PER_TIMEOUT = 10;

  /** Leaders that are passed on at a time while the cluster starts. */
  private static final int SPREAD_COUNT_MAX = 2;

  private final Collection<Replica> replicas;
  private final ConsensusOptions options;
  private final ConsensusWorld world;
  private final RaftHost host;
  private final ElectionTurns elections;
  private final LeaderSpread spread;
  private final PeerWatch peers;
  private final StuckPromotions stuckPromotions = new StuckPromotions();
  private final List<ScheduledFuture<?>> schedules = new ArrayList<>();
  private volatile boolean stopped;

  /**
   * @param replicas a live view of those that are here
   */
  Upkeep(RaftHost host, Collection<Replica> replicas, ReplicaParts parts) {
    this.replicas = replicas;
    this.options = parts.options();
    this.world = parts.world();
    this.host = host;
    this.elections = new ElectionTurns(host.node());
    this.spread = new LeaderSpread(host.node(), options, world.clock());
    this.peers = new PeerWatch(options.electionTimeoutMax().multipliedBy(2));
  }

  /** Call once, when all replicas are open. */
  synchronized void start() {
    spread.begin();
    tickRates(); // what is counted begins here
    every(TICK, this::tick);
    every(options.electionTimeoutMin().dividedBy(WATCHES_PER_TIMEOUT), this::seekLeaders);
    every(CHORES, this::doChores);
    every(RATES, this::tickRates);
    if (!options.digestInterval().isZero()) {
      every(
          options.digestInterval(), () -> replicas.forEach(replica -> replica.digests().verify()));
    }
  }

  private void every(Duration pause, Runnable task) {
    schedules.add(
        world
            .executor()
            .scheduleWithFixedDelay(
                () -> attempt(task), pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS));
  }

  private static void attempt(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) { // else the schedule would end, and nobody would see it
      log.warn("upkeep failed", e);
    }
  }

  /** Begins nothing any more; what has begun may still end. */
  synchronized void stop() {
    stopped = true;
    schedules.forEach(schedule -> schedule.cancel(false));
  }

  private void tick() {
    long now = world.clock().monotonicNanos();
    long underWay =
        spread.isOver()
            ? SPREAD_COUNT_MAX
            : replicas.stream().filter(replica -> replica.handover().isUnderWay()).count();
    for (Replica replica : replicas) {
      try {
        replica.tick(now);
        if (!stopped && underWay < SPREAD_COUNT_MAX && !replica.handover().isUnderWay()) {
          Optional<NodeId> target = spread.nextTarget(replica);
          target.ifPresent(node -> passOn(replica, node));
          underWay += target.isPresent() ? 1 : 0;
        }
      } catch (RuntimeException e) {
        log.warn("partition={} tick failed", replica.partition(), e);
      }
    }
  }

  private void passOn(Replica replica, NodeId target) {
    CompletableFuture<Void> unused =
        replica
            .handover()
            .to(target, options.handoverTimeout())
            .exceptionally(
                failure -> {
                  log.debug("partition={} stays: {}", replica.partition(), failure.toString());
                  return null;
                });
  }

  private void seekLeaders() {
    if (!stopped) {
      elections.look(replicas);
    }
  }

  private void doChores() {
    host.syncMarks();
    replicas.forEach(host::connect);
    long now = world.clock().monotonicNanos();
    replicas.forEach(replica -> replica.takeOwedCheckpoint(now));
    replicas.forEach(replica -> replica.tickLoad(now));
    peers.look(replicas);
    world.time().judge();
    if (world.time().isAstray() && !stopped) {
      replicas.forEach(replica -> CleanStop.leaveToOthers(replica, options)); // R12
    }
    stuckPromotions.look();
  }

  private void tickRates() {
    long now = world.clock().monotonicNanos();
    replicas.forEach(replica -> replica.tickRates(now));
  }
}
