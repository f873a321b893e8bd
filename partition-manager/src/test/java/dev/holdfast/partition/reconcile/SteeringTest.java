package dev.holdfast.partition.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.partition.observation.ObserverOptions;
import dev.holdfast.partition.observation.Operations;
import dev.holdfast.partition.placement.PlannerOptions;
import dev.holdfast.partition.placement.view.Step;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.KeySample;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.rpc.NodeReport;
import dev.holdfast.protocol.rpc.NodeReport.PartitionLoad;
import dev.holdfast.protocol.rpc.NodeReport.Vitals;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.NodeStatus.Role;
import dev.holdfast.protocol.rpc.PlanReport;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Heartbeats, plans and what comes of them, on three nodes of which n1 leads everything. */
class SteeringTest {
  private static final long SECOND = 1_000_000;
  private static final int HOT_PER_SECOND = 50_000;
  private static final int SAMPLES = 200;
  private static final List<NodeId> NODES =
      List.of(new NodeId("n1"), new NodeId("n2"), new NodeId("n3"));

  private static final Membership MEMBERSHIP =
      new Membership(
          3, new ClusterMap.Partition(PartitionId.META, 4, KeyRange.ALL, NODES), List.of());

  private final Cluster cluster = new Cluster();

  private Steering steering(Steering.Mode mode) {
    return new Steering(
        cluster, PlannerOptions.DEFAULT, ObserverOptions.DEFAULT, mode, () -> cluster.nowMicros);
  }

  private void rounds(Steering steering, int count) {
    for (int i = 0; i < count; i++) {
      cluster.nowMicros += SECOND;
      steering.round().join();
    }
  }

  @Test
  void aPartitionThatStaysHotIsSplitOnce() {
    Steering steering = steering(Steering.Mode.STEER);

    rounds(steering, 25);
    assertThat(cluster.changes).as("not hot for long").isEmpty();
    assertThat(sentence(steering)).contains("has not lasted");

    rounds(steering, 25);
    assertThat(cluster.changes).hasSize(1);
    assertThat(cluster.changes.get(0)).isInstanceOf(MetaCommand.BeginSplit.class);
    MetaCommand.BeginSplit split = (MetaCommand.BeginSplit) cluster.changes.get(0);
    assertThat(split.epoch()).isEqualTo(1);
    assertThat(split.key()).isBetween(key(SAMPLES / 4), key(3 * SAMPLES / 4));
    assertThat(counts(steering)).containsEntry("step.split", 1L);
  }

  @Test
  void whoOnlyWatchesPlansAndDoesNothing() {
    Steering steering = steering(Steering.Mode.WATCH);

    rounds(steering, 60);

    assertThat(sentence(steering)).startsWith("split at");
    assertThat(cluster.changes).isEmpty();
    assertThat(cluster.transfers).isEmpty();
  }

  @Test
  void aVerdictCountsOnceHoweverLongItStands() {
    cluster.perSecond = 0;
    Steering steering = steering(Steering.Mode.STEER);

    rounds(steering, 40);

    assertThat(counts(steering)).containsOnly(Map.entry("verdict.not-hot", 1L));
  }

  @Test
  void theMapGoesToThoseWhoKnowAnOlderOne() {
    Steering steering = steering(Steering.Mode.STEER);
    rounds(steering, 3);
    assertThat(cluster.mapsSent).as("once to each").isEqualTo(3);

    cluster.map = cluster.mapAt(2);
    rounds(steering, 3);

    assertThat(cluster.mapsSent).isEqualTo(6);
  }

  @Test
  void aNodeThatLosesTheMapGetsItAgain() {
    Steering steering = steering(Steering.Mode.STEER);
    rounds(steering, 3);

    cluster.known.remove(NODES.get(1)); // restarted
    rounds(steering, 3);

    assertThat(cluster.mapsSent).isEqualTo(4);
  }

  @Test
  void whoDoesNotLeadAnyMoreForgetsWhatItHasSeen() {
    Steering steering = steering(Steering.Mode.STEER);
    rounds(steering, 29);

    cluster.leading = false;
    rounds(steering, 1);
    assertThat(steering.report()).isNull();

    cluster.leading = true;
    rounds(steering, 20);
    assertThat(cluster.changes).as("hot for 20 s as far as it knows").isEmpty();
  }

  @Test
  void leadersSpreadAndATransferUnderWayIsNotBegunAgain() {
    cluster.map = cluster.mapOf(6);
    cluster.perSecond = 100;
    Steering steering = steering(Steering.Mode.STEER);

    rounds(steering, 20);

    assertThat(cluster.transfers).isNotEmpty();
    assertThat(new HashSet<>(cluster.transfers)).hasSameSizeAs(cluster.transfers);
  }

  private static String sentence(Steering steering) {
    return report(steering).verdicts().get(0).sentence();
  }

  private static Map<String, Long> counts(Steering steering) {
    return report(steering).counts();
  }

  private static PlanReport report(Steering steering) {
    PlanReport report = steering.report();
    assertThat(report).isNotNull();
    return Objects.requireNonNull(report);
  }

  private static Bytes key(int number) {
    return Bytes.utf8(String.format(Locale.ROOT, "table-id%05d", number));
  }

  /** What the controller sees and does. */
  private static final class Cluster implements ClusterControl {
    long nowMicros;
    int perSecond = HOT_PER_SECOND;
    boolean leading = true;
    ClusterMap map = mapAt(1);
    int mapsSent;
    final Map<NodeId, Long> known = new TreeMap<>();
    final List<MetaCommand> changes = new ArrayList<>();
    final List<PartitionId> transfers = new ArrayList<>();
    private final Map<PartitionId, Step> operations = new TreeMap<>();

    ClusterMap mapAt(long epoch) {
      return new ClusterMap(epoch, mapOf(1).nodes(), mapOf(1).partitions());
    }

    ClusterMap mapOf(int partitionCount) {
      List<ClusterMap.Partition> partitions = new ArrayList<>();
      Bytes start = Bytes.EMPTY;
      for (int i = 1; i <= partitionCount; i++) {
        @Nullable Bytes end = i == partitionCount ? null : key(1000 * i);
        partitions.add(
            new ClusterMap.Partition(new PartitionId(i), 1, new KeyRange(start, end), NODES));
        start = end == null ? start : end;
      }
      return new ClusterMap(
          1,
          NODES.stream().map(id -> new ClusterMap.Node(id, "a", "b", "c", "d")).toList(),
          partitions);
    }

    @Override
    public CompletableFuture<ClusterMap> map() {
      return leading
          ? CompletableFuture.completedFuture(map)
          : CompletableFuture.failedFuture(
              new UnavailableException(Reason.NOT_LEADER, "another node leads"));
    }

    @Override
    public CompletableFuture<List<TableDescriptor>> tables() {
      return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public CompletableFuture<Operations> operations() {
      return CompletableFuture.completedFuture(new Operations(operations, Set.of(), MEMBERSHIP));
    }

    @Override
    public CompletableFuture<NodeReport> beat(ClusterMap.Node node, @Nullable ClusterMap sent) {
      if (sent != null) {
        mapsSent++;
        known.put(node.id(), sent.epoch());
      }
      boolean leads = node.id().equals(NODES.get(0));
      List<NodeStatus.Replica> replicas =
          map.partitions().stream()
              .map(each -> replica(each, leads ? Role.LEADER : Role.FOLLOWER))
              .toList();
      List<PartitionLoad> led =
          leads ? map.partitions().stream().map(this::load).toList() : List.of();
      return CompletableFuture.completedFuture(
          new NodeReport(
              new NodeStatus(node.id(), true, replicas),
              known.getOrDefault(node.id(), 0L),
              new Vitals(nowMicros, 4, 0.2, 0, false),
              led));
    }

    private static NodeStatus.Replica replica(ClusterMap.Partition partition, Role role) {
      return new NodeStatus.Replica(
          partition.id(), partition.epoch(), role, NODES.get(0), 1, 9, 9, 1L << 30, 0, 0);
    }

    private PartitionLoad load(ClusterMap.Partition partition) {
      List<KeySample> samples =
          IntStream.range(0, SAMPLES)
              .mapToObj(i -> KeySample.ofKey(KeySample.Kind.WRITE, key(i * 7 % SAMPLES)))
              .toList();
      return new PartitionLoad(
          partition.id(),
          partition.epoch(),
          1,
          0,
          nowMicros / SECOND * perSecond,
          0,
          new NodeReport.Keys(samples, 0.01, 0.05),
          null);
    }

    @Override
    public CompletableFuture<Void> change(MetaCommand command) {
      changes.add(command);
      if (command instanceof MetaCommand.BeginSplit split) {
        operations.put(split.partition(), new Step.Split(split.partition(), split.key()));
      }
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> transfer(
        PartitionId partition, ClusterMap.Node from, NodeId to) {
      transfers.add(partition);
      return new CompletableFuture<>(); // never ends
    }
  }
}
