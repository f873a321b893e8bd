package dev.holdfast.jepsen.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.cluster.ServerProcess;
import java.nio.file.Files;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes that join and leave, and replicas that move, on real processes (design section 11). */
@Timeout(300)
class MembershipTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int ITEM_BYTES = 200;
  private static final Pattern VOTER_ON_N4 =
      Pattern.compile("\"node\"\\s*:\\s*\"n4\",\\s*\"role\"\\s*:\\s*\"(LEADER|FOLLOWER)\"");
  private static final String BY_HAND = "balance=off";

  @SuppressWarnings("NullAway.Init")
  private LocalCluster cluster;

  @SuppressWarnings("NullAway.Init")
  private Ledger ledger;

  private void start(String... options) {
    cluster = LocalCluster.start(3, 1, options);
    ledger = new Ledger(cluster);
    ledger.write(100, ITEM_BYTES);
  }

  @AfterEach
  void stop() {
    ledger.close();
    cluster.close();
  }

  /** Writes until the command has ended; returns its exit code. */
  private int writingThrough(ServerProcess command) {
    try (command) {
      while (command.isAlive()) {
        ledger.tryWrite(ITEM_BYTES);
      }
      return command.awaitExit(LIMIT);
    }
  }

  private int run(int by, String... command) {
    return writingThrough(cluster.startCommand(by, command));
  }

  private void move(int by, String partition, String from, String to) {
    assertThat(run(by, "partitions", "move", "--partition", partition, "--from", from, "--to", to))
        .as("move of %s from %s to %s%n%s", partition, from, to, cluster.logs())
        .isZero();
  }

  private void awaitJoined(int by) {
    Await.until(
        "n4 is in the cluster",
        LIMIT,
        () -> cluster.page(by, "/status").filter(page -> page.contains("\"n4\"")).isPresent());
  }

  @Test
  void aNodeJoinsTakesOverAllThatAnotherHasAndThatOneIsForgotten() {
    start(BY_HAND);
    int old = cluster.awaitLeader();
    int by = (old + 1) % cluster.size();
    String leaving = LocalCluster.name(old);
    try (ServerProcess n4 = cluster.startJoining("n4", "joining")) {
      awaitJoined(by);
      assertThat(run(by, "nodes", "decommission", leaving)).isZero();
      move(by, "p1", leaving, "n4");
      move(by, "meta", leaving, "n4");
      Await.until(
          "what it had is deleted",
          LIMIT,
          () -> !Files.exists(cluster.replicaDirectory(old, "p1")));
      assertThat(run(by, "nodes", "remove", leaving)).isZero();
      cluster.node(old).stop();
      ledger.assertNothingIsLost();

      n4.kill(); // two of three live: the one that left is not missed
      ledger.write(25, ITEM_BYTES);
      ledger.assertNothingIsLost();
    }
    try (ServerProcess again = cluster.startJoining("n4", "joining")) {
      ledger.write(25, ITEM_BYTES);
      assertThat(again.isAlive()).isTrue();
      ledger.assertNothingIsLost();
    }
  }

  private void awaitEmpty(int node) {
    Await.until(
        "nothing is left on " + LocalCluster.name(node),
        LIMIT,
        () ->
            !Files.exists(cluster.replicaDirectory(node, "p1"))
                && !Files.exists(cluster.replicaDirectory(node, "meta")));
  }

  /** Nobody says what moves. */
  @Test
  void aNodeThatIsToLeaveIsEmptiedByTheClusterItself() {
    start();
    int leaving = cluster.awaitLeader();
    int by = (leaving + 1) % cluster.size();
    try (ServerProcess n4 = cluster.startJoining("n4", "joining")) {
      awaitJoined(by);
      assertThat(run(by, "nodes", "decommission", LocalCluster.name(leaving))).isZero();
      awaitEmpty(leaving);
      assertThat(run(by, "nodes", "remove", LocalCluster.name(leaving))).isZero();
      cluster.node(leaving).stop();
      ledger.write(25, ITEM_BYTES);
      ledger.assertNothingIsLost();
      assertThat(n4.isAlive()).isTrue();
    }
  }

  @Test
  void aDeadNodeIsReplacedAndFindsThatOutWhenItComesBack() {
    start("dead.after.seconds=2");
    int dead = cluster.awaitLeader();
    int by = (dead + 1) % cluster.size();
    try (ServerProcess n4 = cluster.startJoining("n4", "joining")) {
      awaitJoined(by);
      cluster.node(dead).kill();
      Await.until("n4 has its place", LIMIT, () -> votersOnN4(by) == 2);
      ledger.write(25, ITEM_BYTES);

      cluster.startNode(dead);
      awaitEmpty(dead);
      ledger.write(25, ITEM_BYTES);
      ledger.assertNothingIsLost();
      assertThat(n4.isAlive()).isTrue();
    }
  }

  /** Of p1 and the meta group, as the status page of a node shows them. */
  private long votersOnN4(int by) {
    return cluster
        .page(by, "/status")
        .map(page -> VOTER_ON_N4.matcher(page).results().count())
        .orElse(0L);
  }

  @Test
  void aMoveGoesOnAfterTheDeathOfItsNewNodeAndOfTheLeader() {
    start(BY_HAND);
    int leader = cluster.awaitLeader();
    int by = (leader + 1) % cluster.size();
    String leaving = LocalCluster.name((leader + 2) % cluster.size());
    ServerProcess n4 = cluster.startJoining("n4", "joining");
    try {
      awaitJoined(by);
      ServerProcess move =
          cluster.startCommand(
              by, "partitions", "move", "--partition", "p1", "--from", leaving, "--to", "n4");
      Await.until("it has begun", LIMIT, () -> move.hasLogged("moving p1"));
      n4.kill();
      cluster.node(leader).kill();
      n4.close();
      n4 = cluster.startJoining("n4", "joining");
      cluster.startNode(leader);
      assertThat(writingThrough(move)).as(cluster.logs()).isZero();
      ledger.write(25, ITEM_BYTES);
      ledger.assertNothingIsLost();
    } finally {
      n4.close();
    }
  }

  @Test
  void anIdThatIsInUseIsRefused() {
    start(BY_HAND);
    try (ServerProcess impostor = cluster.startJoining("n2", "elsewhere")) {
      assertThat(impostor.awaitExit(LIMIT)).isEqualTo(1);
      assertThat(impostor.logTail()).contains("the node id n2 is in use", "nothing was changed");
    }
    try (ServerProcess n4 = cluster.startJoining("n4", "joining")) {
      awaitJoined(0);
      try (ServerProcess twin = cluster.startJoining("n4", "twin")) {
        assertThat(twin.awaitExit(LIMIT)).isEqualTo(1);
        assertThat(twin.logTail()).contains("the node id n4 is in use");
      }
      assertThat(n4.isAlive()).isTrue();
    }
    ledger.assertNothingIsLost();
  }
}
