package dev.holdfast.jepsen.nemesis;

import dev.holdfast.jepsen.cluster.FlushFile;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.cluster.PartitionView;
import dev.holdfast.jepsen.cluster.ServerProcess;
import dev.holdfast.jepsen.network.LinkQuality;
import dev.holdfast.jepsen.network.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Has a follower be asked for its vote while it has entries checked and not on disk (rule X1).
 *
 * <p>A leader that has one request on its way to each follower, as Ratis's over Netty has, never
 * has a second append checked behind one that is being flushed. Two leaders have. So, with the
 * voter's disk held:
 *
 * <ol>
 *   <li>the first leader's entries reach the voter and are not flushed;
 *   <li>leadership is passed on to the second, which does not reach the voter yet, and serves with
 *       the first one's help;
 *   <li>the two are cut off from each other: what clients write now the second has alone;
 *   <li>its entries reach the voter, and then it is cut off from there, but for answers;
 *   <li>the first misses it, as the voter does, and stands. Its log lacks those last entries.
 * </ol>
 *
 * <p>When the voter has said yes or no its disk goes on, and its answer goes to the second leader.
 */
final class Votes {
  private static final int ATTEMPTS_MAX = 4;
  private static final Duration BUSY_WITHIN = Duration.ofSeconds(10);
  private static final Duration SEEN_WITHIN = Duration.ofSeconds(8);
  private static final int SERVING_MILLIS = 1_500;
  private static final int WRITING_MILLIS = 200;
  private static final int READING_MILLIS = 3_000;
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final LocalCluster cluster;
  private final Random random;
  private final Hold hold;
  private final Transfers transfers;

  Votes(LocalCluster cluster, Random random, Hold hold, Transfers transfers) {
    this.cluster = cluster;
    this.random = random;
    this.hold = hold;
    this.transfers = transfers;
  }

  private record Roles(String partition, int first, int second, int voter) {}

  /** Tries again when a step came too late; fails when the vote was asked for in no attempt. */
  String betweenAppends() {
    List<String> late = new ArrayList<>();
    while (late.size() < ATTEMPTS_MAX) {
      Roles roles = busyPartition();
      try {
        Optional<String> evidence = attempt(roles, late);
        if (evidence.isPresent()) {
          return evidence.get();
        }
      } finally {
        cluster.flushes(roles.voter()).release();
        network().heal();
      }
      cluster.awaitReady();
    }
    throw new AssertionError("no vote was asked for between two appends: " + late);
  }

  private Network network() {
    return cluster.network();
  }

  /** One that clients write to, as the voter's flush of it was held for a moment. */
  private Roles busyPartition() {
    cluster.awaitLeader();
    List<PartitionView> views = new ArrayList<>(cluster.partitions());
    Collections.shuffle(views, random);
    for (PartitionView view : views) {
      if (view.leader() == PartitionView.NOBODY) {
        continue;
      }
      List<Integer> others =
          new ArrayList<>(
              IntStream.range(0, cluster.size()).filter(i -> i != view.leader()).boxed().toList());
      Collections.shuffle(others, random);
      Roles roles = new Roles(view.id(), view.leader(), others.get(0), others.get(1));
      FlushFile flushes = cluster.flushes(roles.voter());
      flushes.hold(view.id());
      boolean isBusy = isSeen(flushes, BUSY_WITHIN, seen -> seen.isHeld() && seen.firstTerm() > 0);
      flushes.release();
      if (isBusy) {
        return roles;
      }
    }
    throw new AssertionError("nobody writes to any of " + views);
  }

  /**
   * @param late is told what has failed
   */
  private Optional<String> attempt(Roles roles, List<String> late) {
    FlushFile flushes = cluster.flushes(roles.voter());
    try (ServerProcess command = transfers.begin(roles.partition(), roles.second())) {
      // Each request that waits for the flush blocks a thread of the voter's transport: not long.
      boolean isAboutToAsk =
          isSeen(() -> command.hasSocket() || !command.isAlive(), Hold.EFFECT_WITHIN);
      flushes.hold(roles.partition());
      network().set(roles.second(), roles.voter(), LinkQuality.CUT);
      if (!isAboutToAsk || !transfers.isPassed(command)) {
        late.add("leadership was not passed on");
        return Optional.empty();
      }
    }
    network().breakBetween(roles.first(), roles.voter()); // one is blocked, see above
    hold.millis(SERVING_MILLIS);
    network().setBetween(List.of(roles.first()), List.of(roles.second()), LinkQuality.CUT);
    hold.millis(WRITING_MILLIS);
    network().set(roles.second(), roles.voter(), LinkQuality.GOOD);
    if (!isSeen(flushes, SEEN_WITHIN, seen -> seen.laterTerm() > 0)) {
      late.add("the voter got nothing of the second leader");
      return Optional.empty();
    }
    network().set(roles.second(), roles.voter(), LinkQuality.CUT);
    if (!isSeen(flushes, SEEN_WITHIN, seen -> seen.voteTerm() > 0 && !seen.answer().isEmpty())) {
      late.add("no vote was asked for");
      return Optional.empty();
    }
    FlushFile.Reading seen = flushes.read();
    if (seen.voteTerm() > seen.laterTerm() + 1) {
      late.add("somebody stood in vain, and the second leader may have given up");
      return Optional.empty();
    }
    if (!isSeen(() -> isLedByAnother(roles), Hold.EFFECT_WITHIN)) {
      late.add("nobody succeeded the second leader");
      return Optional.empty();
    }
    hold.millis(READING_MILLIS);
    return Optional.of(words(roles, seen));
  }

  private static String words(Roles roles, FlushFile.Reading seen) {
    return ("%s: node %d had %d entries of term %d unflushed when it %s its vote in term %d to"
            + " node %d, and then answered %s to node %d")
        .formatted(
            roles.partition(),
            roles.voter(),
            seen.entryCount(),
            seen.laterTerm(),
            seen.isGranted() ? "gave" : "refused",
            seen.voteTerm(),
            roles.first(),
            seen.answer(),
            roles.second());
  }

  private boolean isLedByAnother(Roles roles) {
    return cluster.partitionsBy(roles.first()).stream()
        .filter(view -> view.id().equals(roles.partition()))
        .anyMatch(view -> view.leader() != PartitionView.NOBODY && view.leader() != roles.second());
  }

  private static boolean isSeen(
      FlushFile flushes, Duration within, Predicate<FlushFile.Reading> what) {
    return isSeen(() -> what.test(flushes.read()), within);
  }

  private static boolean isSeen(BooleanSupplier what, Duration within) {
    long end = System.nanoTime() + within.toNanos();
    while (!what.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return true;
  }
}
