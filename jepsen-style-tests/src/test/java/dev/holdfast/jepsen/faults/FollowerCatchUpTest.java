package dev.holdfast.jepsen.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.cluster.LocalCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A follower that was away catches up: from the log, or by a checkpoint when that is purged. */
class FollowerCatchUpTest {
  private static final String INSTALLED = "holdfast_snapshot_installed_total{partition=\"p1\"}";

  @SuppressWarnings("NullAway.Init")
  private static LocalCluster cluster;

  @SuppressWarnings("NullAway.Init")
  private static Ledger ledger;

  @BeforeAll
  static void start() {
    cluster = LocalCluster.start(3, 1, "snapshot.log.bytes=1000000");
    ledger = new Ledger(cluster);
  }

  @AfterAll
  static void stop() {
    ledger.close();
    cluster.close();
  }

  @Test
  void aFollowerThatMissedALittleIsCaughtUpFromTheLog() {
    int leader = cluster.awaitLeader();
    int follower = (leader + 1) % cluster.size();
    ledger.write(20, 100);
    cluster.node(follower).kill();
    ledger.write(100, 100);
    cluster.startNode(follower);
    cluster.awaitReady();
    ledger.awaitCaughtUp(follower, cluster.awaitLeader());

    assertThat(cluster.metric(follower, INSTALLED).orElse(0)).isZero();
    ledger.assertHeldBy(follower);
  }

  @Test
  void aFollowerThatMissedMoreThanTheLogKeepsIsCaughtUpByASnapshot() {
    int leader = cluster.awaitLeader();
    int follower = (leader + 1) % cluster.size();
    ledger.write(20, 100);
    cluster.node(follower).kill();
    ledger.write(400, 20_000);
    cluster.startNode(follower);
    cluster.awaitReady();
    ledger.awaitCaughtUp(follower, cluster.awaitLeader());

    assertThat(cluster.metric(follower, INSTALLED).orElse(0)).as(cluster.logs()).isPositive();
    ledger.assertHeldBy(follower);
  }
}
