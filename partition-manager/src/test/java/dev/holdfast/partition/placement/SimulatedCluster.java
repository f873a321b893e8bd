package dev.holdfast.partition.placement;

import dev.holdfast.partition.placement.view.ClusterView;
import dev.holdfast.partition.placement.view.NodeView;
import dev.holdfast.partition.placement.view.NodeView.Pace;
import dev.holdfast.partition.placement.view.PartitionView;
import dev.holdfast.partition.placement.view.Step;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/**
 * A cluster that carries out plans, some late and some not at all, while nodes die and join.
 *
 * <p>Everything it does follows from its random source, so a seed replays a run.
 */
final class SimulatedCluster {
  static final long TICK_MICROS = 5_000_000;

  final PlannerOptions options;
  final TreeMap<NodeId, NodeView> nodes = new TreeMap<>();
  final List<SimulatedPartition> partitions = new ArrayList<>();
  final TreeMap<String, Integer> stepCounts = new TreeMap<>();
  SimulatedLoad load;
  long nowMicros = 1_000_000_000;
  int failPercent;
  boolean steady;

  private final Random random;
  private final Map<PartitionId, SimulatedPartition> byId = new HashMap<>();
  private final List<Running> running = new ArrayList<>();
  private long nextPartition = 1;
  private int nextNode = 1;

  private record Running(Step step, long endMicros) {}

  SimulatedCluster(Random random, PlannerOptions options, SimulatedLoad load) {
    this.random = random;
    this.options = options;
    this.load = load;
  }

  NodeId join(double cores) {
    NodeId id = new NodeId("n" + nextNode++);
    nodes.put(id, new NodeView(id, new NodeView.Live(), cores, 0.3, Pace.FINE));
    return id;
  }

  /** Cuts the keyspace into equal ranges on random nodes. */
  void partition(int count, long bytesMean) {
    List<NodeId> ids = new ArrayList<>(nodes.keySet());
    for (int i = 0; i < count; i++) {
      List<NodeId> replicas = new ArrayList<>();
      while (replicas.size() < Math.min(options.replicaCount(), ids.size())) {
        NodeId node = ids.get(random.nextInt(ids.size()));
        if (!replicas.contains(node)) {
          replicas.add(node);
        }
      }
      SimulatedPartition partition =
          new SimulatedPartition(
              new PartitionId(nextPartition++),
              edge(i, count),
              edge(i + 1, count),
              replicas,
              options);
      partition.leader = replicas.get(0);
      partition.bytes = bytesMean / 2 + random.nextLong(bytesMean + 1);
      partitions.add(partition);
      byId.put(partition.id, partition);
    }
  }

  private static long edge(int i, int count) {
    return i == count ? SimulatedLoad.KEY_COUNT : SimulatedLoad.KEY_COUNT / count * i;
  }

  void set(NodeId id, NodeView.State state) {
    NodeView old = node(id);
    nodes.put(id, new NodeView(id, state, old.cores(), old.cpuShare(), old.pace()));
  }

  void set(NodeId id, Pace pace) {
    NodeView old = node(id);
    nodes.put(id, new NodeView(id, old.state(), old.cores(), old.cpuShare(), pace));
  }

  private NodeView node(NodeId id) {
    return Objects.requireNonNull(nodes.get(id));
  }

  private SimulatedPartition get(PartitionId id) {
    return Objects.requireNonNull(byId.get(id));
  }

  boolean isUp(NodeId id) {
    return nodes.containsKey(id) && !(node(id).state() instanceof NodeView.Dead);
  }

  /** Kills a node unless a partition would lose its majority; returns whether it died. */
  boolean kill(NodeId id) {
    for (SimulatedPartition partition : partitions) {
      long up = partition.replicas.stream().filter(node -> isUp(node) && !node.equals(id)).count();
      if (up <= partition.replicas.size() / 2) {
        return false;
      }
    }
    set(id, new NodeView.Dead(nowMicros));
    return true;
  }

  /** Lets one replica fall behind, or catch up. */
  void lag(SimulatedPartition partition, boolean behind) {
    NodeId node = partition.replicas.get(random.nextInt(partition.replicas.size()));
    partition.lagging = behind && !node.equals(partition.leader) ? node : null;
    partition.changed();
  }

  ClusterView view() {
    List<PartitionView> views = new ArrayList<>(partitions.size());
    double samplesFrom = options.split().heat().unevenUnitsPerSecond();
    for (SimulatedPartition partition : partitions) {
      views.add(partition.view(load, random, samplesFrom));
    }
    return new ClusterView(
        nowMicros, List.copyOf(nodes.values()), views, Collections.emptySortedMap());
  }

  /** Time passes: steps end, leaders of dead nodes are succeeded, load is measured. */
  void tick(long micros) {
    nowMicros += micros;
    List<Running> ended = running.stream().filter(each -> each.endMicros <= nowMicros).toList();
    running.removeAll(new HashSet<>(ended));
    for (Running each : ended) {
      finish(each.step);
    }
    for (SimulatedPartition partition : partitions) {
      if (partition.leader == null || !isUp(partition.leader)) {
        elect(partition);
      }
      double noise = steady ? 1 : 0.97 + 0.06 * random.nextDouble();
      partition.observe(nowMicros, load, noise);
    }
  }

  private void elect(SimulatedPartition partition) {
    List<NodeId> up = partition.replicas.stream().filter(this::isUp).toList();
    partition.leader =
        up.size() <= partition.replicas.size() / 2 ? null : up.get(random.nextInt(up.size()));
    if (partition.leader != null && partition.leader.equals(partition.lagging)) {
      partition.lagging = null;
    }
    partition.changed();
  }

  void begin(Step step) {
    stepCounts.merge(step.getClass().getSimpleName(), 1, Integer::sum);
    affected(step)
        .forEach(
            partition -> {
              partition.step = step;
              partition.changed();
            });
    int ticks = step instanceof Step.AddReplica ? 1 + random.nextInt(4) : 1 + random.nextInt(2);
    running.add(new Running(step, nowMicros + ticks * TICK_MICROS));
  }

  private List<SimulatedPartition> affected(Step step) {
    SimulatedPartition first = get(step.partition());
    return step instanceof Step.Merge merge ? List.of(first, get(merge.right())) : List.of(first);
  }

  private void finish(Step step) {
    affected(step)
        .forEach(
            partition -> {
              partition.step = null;
              partition.changed();
            });
    boolean led =
        affected(step).stream().allMatch(each -> each.leader != null && isUp(each.leader));
    if (led && random.nextInt(100) >= failPercent) {
      step.dispatch(new Finish());
    }
  }

  /** What each step does when it succeeds; one that has become impossible does nothing. */
  private final class Finish implements Step.Handler<Boolean> {
    @Override
    public Boolean split(Step.Split step) {
      SimulatedPartition left = get(step.partition());
      long cut = SimulatedLoad.number(step.key());
      SimulatedPartition right =
          new SimulatedPartition(
              new PartitionId(nextPartition++), cut, left.end, left.replicas, options);
      right.leader = left.leader;
      right.bytes = (long) (left.bytes * ((double) (left.end - cut) / (left.end - left.start)));
      left.bytes -= right.bytes;
      left.end = cut;
      left.reshaped(nowMicros);
      right.reshaped(nowMicros);
      byId.put(right.id, right);
      return partitions.addAll(partitions.indexOf(left) + 1, List.of(right));
    }

    @Override
    public Boolean merge(Step.Merge step) {
      SimulatedPartition left = get(step.partition());
      SimulatedPartition right = get(step.right());
      if (!new HashSet<>(left.replicas).equals(new HashSet<>(right.replicas))) {
        return false;
      }
      left.end = right.end;
      left.bytes += right.bytes;
      left.reshaped(nowMicros);
      byId.remove(right.id);
      return partitions.remove(right);
    }

    @Override
    public Boolean transferLeader(Step.TransferLeader step) {
      SimulatedPartition partition = get(step.partition());
      boolean possible = isUp(step.to()) && partition.replicas.contains(step.to());
      if (possible && !step.to().equals(partition.lagging)) {
        partition.leaderMoved(nowMicros, step.to());
      }
      return possible;
    }

    @Override
    public Boolean addReplica(Step.AddReplica step) {
      SimulatedPartition partition = get(step.partition());
      boolean possible = isUp(step.node()) && partition.replicas.stream().anyMatch(n -> isUp(n));
      if (possible) {
        partition.replicas.add(step.node());
        partition.replicasMoved(nowMicros);
      }
      return possible;
    }

    @Override
    public Boolean removeReplica(Step.RemoveReplica step) {
      SimulatedPartition partition = get(step.partition());
      boolean possible = !step.node().equals(partition.leader);
      if (possible) {
        partition.replicas.remove(step.node());
        partition.replicasMoved(nowMicros);
      }
      return possible;
    }
  }
}
