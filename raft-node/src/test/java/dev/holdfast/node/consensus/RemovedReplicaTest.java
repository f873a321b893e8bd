package dev.holdfast.node.consensus;

import static dev.holdfast.node.consensus.TestCluster.P1;
import static dev.holdfast.node.consensus.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.ReadMode;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replica leaves its node for ever, while the node and its other replicas go on (C1). */
class RemovedReplicaTest {
  private static final PartitionId P2 = new PartitionId(2);
  private static final long LATER = TestCluster.EPOCH + 1;

  @TempDir Path directory;

  private static void remove(TestCluster cluster, NodeId node, PartitionId partition, long epoch) {
    try {
      cluster.node(node).remove(partition, epoch).get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static ClusterMap.Partition partition(TestCluster cluster, long epoch) {
    return new ClusterMap.Partition(P2, epoch, KeyRange.ALL, cluster.running());
  }

  private static NodeId follower(TestCluster cluster, PartitionId partition) {
    NodeId leader = cluster.awaitLeader(partition);
    return cluster.running().stream().filter(n -> !n.equals(leader)).findFirst().orElseThrow();
  }

  private Path markOf(TestCluster cluster, NodeId node) {
    return cluster.directory(node).resolve(".acknowledged").resolve(P2.toString());
  }

  @Test
  void nothingOfItIsLeftAndTheOthersGoOn() throws IOException {
    try (TestCluster cluster = TestCluster.started(directory, 2)) {
      cluster.put(P1, "a", "1");
      cluster.put(P2, "a", "1");
      NodeId left = follower(cluster, P2);
      Path home = cluster.directory(left).resolve(P2.toString());
      assertThat(home).exists();

      remove(cluster, left, P2, LATER);

      assertThat(home).doesNotExist();
      assertThat(markOf(cluster, left)).doesNotExist();
      assertThat(cluster.node(left).hosted()).containsExactly(P1);
      assertThatThrownBy(() -> cluster.read(left, P2, ReadMode.EVENTUAL, "a"))
          .isInstanceOfSatisfying(
              UnavailableException.class,
              refusal -> assertThat(refusal.reason()).isEqualTo(Reason.NOT_HOSTED));
      cluster.put(P1, "b", "2");
      cluster.put(P2, "b", "2"); // by the two that are left
      remove(cluster, left, P2, LATER); // once more changes nothing
      assertThat(cluster.faults()).isEmpty();
    }
  }

  @Test
  void aLeaderLeavesAndAnswersWhoWaitsForIt() throws IOException {
    try (TestCluster cluster = TestCluster.started(directory, 2)) {
      cluster.put(P2, "a", "1");
      NodeId leader = cluster.awaitLeader(P2);
      var waiting = new ArrayList<java.util.concurrent.CompletableFuture<?>>();
      for (int i = 0; i < 200; i++) {
        waiting.add(cluster.node(leader).ask(TestCluster.write(P2, "k" + i, "v")));
      }
      remove(cluster, leader, P2, LATER);
      await("all are answered", () -> waiting.stream().allMatch(each -> each.isDone()));
      await("another one leads", () -> cluster.leader(P2).isPresent());
      cluster.put(P2, "b", "2");
      assertThat(cluster.faults()).isEmpty();
    }
  }

  @Test
  void onlyALaterEpochBringsItBackAndThenEmpty() throws IOException {
    try (TestCluster cluster = TestCluster.started(directory, 2)) {
      cluster.put(P2, "a", "1");
      NodeId left = follower(cluster, P2);
      remove(cluster, left, P2, LATER);

      NodeRequest late = new NodeRequest.HostReplica(partition(cluster, LATER));
      assertThatThrownBy(() -> TestCluster.answer(cluster.node(left).ask(late)))
          .isInstanceOf(UnavailableException.class);
      assertThat(cluster.directory(left).resolve(P2.toString())).doesNotExist();

      NodeRequest again = new NodeRequest.HostReplica(partition(cluster, LATER + 1));
      TestCluster.answer(cluster.node(left).ask(again));
      assertThat(cluster.replica(left, P2).appliedIndex()).isZero();

      cluster.kill(left);
      cluster.start(left);
      await("it is still there", () -> cluster.node(left).hosted().contains(P2));
      assertThat(cluster.faults()).isEmpty();
    }
  }

  @Test
  void aRestartDoesNotBringItBack() throws IOException {
    try (TestCluster cluster = TestCluster.started(directory, 2)) {
      cluster.put(P2, "a", "1");
      NodeId left = follower(cluster, P2);
      remove(cluster, left, P2, LATER);
      cluster.kill(left);
      cluster.start(left); // with the first map, which names it a member
      assertThat(cluster.node(left).hosted()).containsExactly(P1);
      assertThat(cluster.faults()).isEmpty();
    }
  }

  @Test
  void aStartFinishesWhatACrashInterrupted() throws IOException {
    try (TestCluster cluster = TestCluster.started(directory, 2)) {
      cluster.put(P2, "a", "1");
      NodeId left = follower(cluster, P2);
      cluster.kill(left);
      Tombstones.in(cluster.directory(left)).leaving(P2, LATER);
      cluster.start(left);
      assertThat(cluster.node(left).hosted()).containsExactly(P1);
      assertThat(cluster.directory(left).resolve(P2.toString())).doesNotExist();
      assertThat(markOf(cluster, left)).doesNotExist();
      assertThat(Tombstones.in(cluster.directory(left)).unfinished()).isEmpty();
    }
  }

  /** A split that is replayed must not make a ghost voter of a child that has come and gone. */
  @Test
  void noSeedIsPlantedForWhatHasLeft() throws IOException {
    Tombstones tombstones = Tombstones.in(directory);
    tombstones.leaving(P2, LATER);
    tombstones.gone(P2);
    new SeedDirectory(directory)
        .plant(
            P2,
            at -> {
              throw new AssertionError("planted at " + at);
            });
    assertThat(Files.exists(directory.resolve(P2.toString()))).isFalse();
  }

  @Test
  void tombstonesOutliveTheNodeAndKeepTheLatestEpoch() throws IOException {
    Tombstones before = Tombstones.in(directory);
    before.leaving(P2, 7);
    before.leaving(P2, 5);
    before.gone(P2);
    Tombstones after = Tombstones.in(directory);
    assertThat(after.forbids(P2, 7)).isTrue();
    assertThat(after.forbids(P2, 8)).isFalse();
    assertThat(after.knows(P1)).isFalse();
  }

  /** RATIS-845, 925, 2065: groups that were removed stayed in memory. */
  @Test
  void nothingOfItStaysInMemory() throws Exception {
    try (TestCluster cluster = TestCluster.started(directory, 2)) {
      cluster.put(P2, "a", "1");
      List<WeakReference<?>> removed = new ArrayList<>();
      for (NodeId node : cluster.running()) {
        removed.add(new WeakReference<>(cluster.node(node).machineOf(P2)));
        remove(cluster, node, P2, LATER);
      }
      assertThat(removed).hasSize(3).doesNotContainNull();
      await(
          "they are collected",
          () -> {
            System.gc();
            return removed.stream().allMatch(each -> each.get() == null);
          });
    }
  }
}
