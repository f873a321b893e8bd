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

  /** Away while so many items of so many bytes were written, and back again. */
  private static int followerThatMissed(int itemCount, int itemBytes) {
    int follower = (cluster.awaitLeader() + 1) % cluster.size();
    ledger.write(20, 100);
    cluster.node(follower).kill();
    ledger.write(itemCount, itemBytes);
    cluster.startNode(follower);
    cluster.awaitReady();
    ledger.awaitCaughtUp(follower, cluster.awaitLeader());
    return follower;
  }

  @Test
  void aFollowerThatMissedALittleIsCaughtUpFromTheLog() {
    int follower = followerThatMissed(100, 100);

    assertThat(cluster.metric(follower, INSTALLED).orElse(0)).isZero();
    ledger.assertHeldBy(follower);
  }

  @Test
  void aFollowerThatMissedMoreThanTheLogKeepsIsCaughtUpByASnapshot() {
    int follower = followerThatMissed(400, 20_000);

    assertThat(cluster.metric(follower, INSTALLED).orElse(0)).as(cluster.logs()).isPositive();
    ledger.assertHeldBy(follower);
  }
}
