package dev.holdfast.partition.observation;

import dev.holdfast.partition.placement.view.ChangeTimes;
import dev.holdfast.partition.placement.view.ClusterView;
import dev.holdfast.partition.placement.view.DataSize;
import dev.holdfast.partition.placement.view.NodeView;
import dev.holdfast.partition.placement.view.PartitionView;
import dev.holdfast.partition.placement.view.ReplicaView;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.rpc.NodeReport;
import dev.holdfast.protocol.rpc.NodeReport.PartitionLoad;
import dev.holdfast.protocol.rpc.NodeStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes a view of the cluster from every round of reports.
 *
 * <ul>
 *   <li>Of those who believe to lead a partition the one of the latest term counts: the others have
 *       not heard yet.
 *   <li>What was observed of a range is forgotten when the range changes.
 * </ul>
 *
 * <p>Confined to one round at a time. Times are of one monotonic clock, the caller's.
 */
public final class Observer {
  private final ObserverOptions options;
  private final Map<NodeId, NodeWatch> nodes = new HashMap<>();
  private final Map<PartitionId, PartitionWatch> partitions = new HashMap<>();
  private boolean begun;

  /** One replica as its node sees it. */
  private record Seen(NodeId node, NodeStatus.Replica replica) {}

  public Observer(ObserverOptions options) {
    this.options = options;
  }

  /**
   * @param tables all of them
   * @param reports of the nodes that answered in this round
   */
  public ClusterView observe(
      long nowMicros,
      ClusterMap map,
      List<TableDescriptor> tables,
      Operations operations,
      Map<NodeId, NodeReport> reports) {
    watchNodes(nowMicros, map, reports);
    Map<PartitionId, List<Seen>> seen = seen(reports);
    Map<PartitionId, PartitionWatch> before = Map.copyOf(partitions);
    partitions.clear();
    List<PartitionView> views = new ArrayList<>(map.partitions().size());
    for (ClusterMap.Partition partition : map.partitions()) {
      PartitionWatch watch = before.get(partition.id());
      if (watch == null) {
        watch = new PartitionWatch(options, partition, nowMicros, begun);
      }
      partitions.put(partition.id(), watch);
      watch.is(partition, nowMicros);
      views.add(
          view(
              nowMicros,
              partition,
              watch,
              seen.getOrDefault(partition.id(), List.of()),
              operations,
              reports));
    }
    begun = true;
    return new ClusterView(nowMicros, nodeViews(nowMicros, map), views, indexed(tables));
  }

  /** Told that a plan has moved the leader of a partition. */
  public void leaderMoved(PartitionId partition, long nowMicros) {
    PartitionWatch watch = partitions.get(partition);
    if (watch != null) {
      watch.leaderMoved(nowMicros);
    }
  }

  private void watchNodes(long nowMicros, ClusterMap map, Map<NodeId, NodeReport> reports) {
    nodes.keySet().retainAll(map.nodes().stream().map(ClusterMap.Node::id).toList());
    long[] stalls =
        reports.values().stream().mapToLong(report -> report.vitals().stallMicros()).toArray();
    Arrays.sort(stalls);
    long usual = stalls.length == 0 ? 0 : stalls[(stalls.length - 1) / 2];
    for (ClusterMap.Node node : map.nodes()) {
      NodeWatch watch = nodes.computeIfAbsent(node.id(), id -> new NodeWatch(nowMicros));
      watch.stands(node.standing(), nowMicros);
      NodeReport report = reports.get(node.id());
      if (report != null) {
        watch.answered(nowMicros, report.vitals(), usual, options);
      }
    }
  }

  private static Map<PartitionId, List<Seen>> seen(Map<NodeId, NodeReport> reports) {
    Map<PartitionId, List<Seen>> seen = new HashMap<>();
    reports.forEach(
        (node, report) ->
            report
                .status()
                .replicas()
                .forEach(
                    replica ->
                        seen.computeIfAbsent(replica.partition(), id -> new ArrayList<>())
                            .add(new Seen(node, replica))));
    return seen;
  }

  private static PartitionView view(
      long nowMicros,
      ClusterMap.Partition partition,
      PartitionWatch watch,
      List<Seen> seen,
      Operations operations,
      Map<NodeId, NodeReport> reports) {
    Optional<Seen> leading = leader(partition, seen);
    leading.ifPresent(leader -> hear(nowMicros, watch, leader, reports.get(leader.node())));
    long committed = leading.map(leader -> leader.replica().commitIndex()).orElse(0L);
    List<ReplicaView> replicas =
        partition.replicas().stream()
            .map(node -> new ReplicaView(node, lag(node, seen, leading.isPresent(), committed)))
            .toList();
    PartitionLoad load = watch.last();
    return new PartitionView(
        partition,
        leading.map(Seen::node).orElse(null),
        replicas,
        watch.load(),
        watch.samples(),
        new DataSize(
            leading.map(leader -> leader.replica().bytes()).orElse(0L),
            load == null ? null : load.middleKey()),
        watch.changes(
            operations.kept().contains(partition.id()) ? Long.MAX_VALUE : ChangeTimes.NEVER),
        operations.byPartition().get(partition.id()));
  }

  private static void hear(
      long nowMicros, PartitionWatch watch, Seen leader, @Nullable NodeReport report) {
    if (report == null) {
      return;
    }
    for (PartitionLoad load : report.led()) {
      if (load.partition().equals(leader.replica().partition())) {
        watch.reported(nowMicros, leader.node(), load, report.vitals().clockMicros());
        return;
      }
    }
  }

  private static Optional<Seen> leader(ClusterMap.Partition partition, List<Seen> seen) {
    return seen.stream()
        .filter(each -> each.replica().role() == NodeStatus.Role.LEADER)
        .max(Comparator.comparingLong(each -> each.replica().term()))
        .filter(leader -> partition.replicas().contains(leader.node()));
  }

  private static long lag(NodeId node, List<Seen> seen, boolean isLed, long committed) {
    return seen.stream()
        .filter(each -> isLed && each.node().equals(node))
        .mapToLong(each -> Math.max(0, committed - each.replica().appliedIndex()))
        .findFirst()
        .orElse(Long.MAX_VALUE);
  }

  private List<NodeView> nodeViews(long nowMicros, ClusterMap map) {
    List<NodeView> views = new ArrayList<>();
    for (ClusterMap.Node node : map.nodes()) {
      NodeWatch watch = nodes.computeIfAbsent(node.id(), id -> new NodeWatch(nowMicros));
      views.add(
          new NodeView(
              node.id(),
              watch.state(nowMicros, options),
              watch.vitals().cores(),
              watch.vitals().cpuShare(),
              watch.pace()));
    }
    return views;
  }

  private static SortedMap<TableId, KeySchema> indexed(List<TableDescriptor> tables) {
    SortedMap<TableId, KeySchema> indexed = new TreeMap<>();
    for (TableDescriptor table : tables) {
      if (!table.localIndexes().isEmpty()) {
        indexed.put(table.id(), table.keySchema());
      }
    }
    return indexed;
  }
}
