package dev.holdfast.partition.placement;

import dev.holdfast.partition.placement.Departures.Newest;
import dev.holdfast.partition.placement.NodeRoster.Standing;
import dev.holdfast.partition.placement.view.ClusterView;
import dev.holdfast.partition.placement.view.NodeView;
import dev.holdfast.partition.placement.view.PartitionView;
import dev.holdfast.partition.placement.view.Step;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.NodeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * One round of planning: the view by numbers, and what the steps planned so far will make of it.
 *
 * <ul>
 *   <li>Partitions and nodes are known by their position, zero-based; see {@link NodeRoster} for
 *       nodes that are not listed.
 *   <li>A partition with a step, in progress or planned, is busy; only one that is not gets a step.
 *   <li>The scales show what will be when all steps are done, and every replica that is too many is
 *       gone: so a later round does not plan again what an earlier one has begun.
 * </ul>
 *
 * <p>Confined to the thread that plans.
 */
final class Round {
  static final int NOBODY = -1;

  private static final double CORES_MIN = 0.01;
  private static final long NANOS_PER_MICRO = 1_000;

  final PlannerOptions options;
  final NodeRoster roster;

  /** Load of the leaders, in units per second. Members: the nodes that serve. */
  final Scales leaderScales;

  /** Bytes of replicas and of their groups. Members: the nodes that stay. */
  final Scales replicaScales;

  private final ClusterView view;
  private final int[][] replicas;
  private final int[] leaders;

  /** Of partitions with a voter too many, the one to go. */
  private final int[] departings;

  private final double[] units;
  private final BitSet busy = new BitSet();
  private final AlignmentWishes wishes;
  private final Departures departures;
  private final NodeLists led;
  private final NodeLists held;
  private final NodeBudgets budgets;
  private final List<Step> steps = new ArrayList<>();
  private long workCount;

  Round(ClusterView view, PlannerOptions options, AlignmentWishes wishes) {
    this.view = view;
    this.options = options;
    this.wishes = wishes;
    roster = new NodeRoster(view, options);
    int nodeCount = roster.count() + 1;
    leaderScales = new Scales(roster, nodeCount);
    replicaScales = new Scales(roster, nodeCount);
    departures = new Departures(roster, replicaScales, wishes);
    budgets = new NodeBudgets(nodeCount);
    int partitionCount = view.partitions().size();
    replicas = new int[partitionCount][];
    leaders = new int[partitionCount];
    units = new double[partitionCount];
    departings = new int[partitionCount];
    Arrays.fill(departings, NOBODY);
    for (int p = 0; p < partitionCount; p++) {
      number(p);
    }
    led = NodeLists.of(nodeCount, partitionCount, p -> new int[] {leaders[p]});
    held = NodeLists.of(nodeCount, partitionCount, p -> replicas[p]);
    weighInProgress();
    for (int node = 0; node < roster.count(); node++) {
      joinScales(node);
    }
  }

  private void number(int p) {
    PartitionView partition = view.partitions().get(p);
    units[p] = options.weights().leaderUnits(partition.load().current());
    leaders[p] = NOBODY;
    int[] nodes = new int[partition.replicas().size()];
    for (int i = 0; i < nodes.length; i++) {
      NodeId id = partition.replicas().get(i).node();
      nodes[i] = roster.numberOf(id);
      if (id.equals(partition.leader()) && roster.isUp(nodes[i])) {
        leaders[p] = nodes[i];
        leaderScales.put(nodes[i], units[p]);
      }
      weighReplica(nodes[i], bytes(p));
    }
    replicas[p] = nodes;
  }

  /** A dead node's replicas may come back to life; till then they are on nobody's scale. */
  private void weighReplica(int node, double bytes) {
    if (roster.standing(node) != Standing.DEAD) {
      replicaScales.put(node, bytes);
    }
  }

  private void unweighReplica(int node, double bytes) {
    if (roster.standing(node) != Standing.DEAD) {
      replicaScales.take(node, bytes);
    }
  }

  private void weighInProgress() {
    for (int p = 0; p < replicas.length; p++) {
      Step step = view.partitions().get(p).inProgress();
      if (step != null) {
        busy.set(p);
        step.dispatch(new InProgress(p));
      } else if (replicas[p].length > wantedCount()) {
        departings[p] = departures.choose(p, replicas, leaders[p], Newest.STAYS);
        if (departings[p] != NOBODY) {
          unweighReplica(departings[p], bytes(p));
        }
      }
    }
  }

  private void joinScales(int node) {
    Standing standing = roster.standing(node);
    if (standing == Standing.SERVING) {
      leaderScales.join(node);
    }
    if (standing == Standing.SERVING || standing == Standing.SLOW) {
      replicaScales.join(node);
    }
  }

  /** Puts on the scales what a step that is being carried out will change. */
  private final class InProgress implements Step.Handler<Void> {
    private final int partition;

    InProgress(int partition) {
      this.partition = partition;
    }

    @Override
    public Void split(Step.Split step) {
      budgets.reshaping(leaders[partition]);
      return null;
    }

    @Override
    public Void merge(Step.Merge step) {
      budgets.reshaping(leaders[partition]);
      return null;
    }

    @Override
    public Void transferLeader(Step.TransferLeader step) {
      if (leaders[partition] != NOBODY) {
        shiftLeader(partition, roster.numberOf(step.to()));
      }
      return null;
    }

    @Override
    public Void addReplica(Step.AddReplica step) {
      shiftReplica(partition, roster.numberOf(step.node()));
      return null;
    }

    @Override
    public Void removeReplica(Step.RemoveReplica step) {
      int node = roster.numberOf(step.node());
      for (int replica : replicas[partition]) {
        if (replica == node) {
          unweighReplica(node, bytes(partition));
        }
      }
      return null;
    }
  }

  int partitionCount() {
    return replicas.length;
  }

  PartitionView partition(int p) {
    return view.partitions().get(p);
  }

  /** The voters' nodes, in the order of the view. Not to be changed. */
  int[] replicas(int p) {
    return replicas[p];
  }

  /** The node that leads now, or {@link #NOBODY}; a node that is down does not lead. */
  int leader(int p) {
    return leaders[p];
  }

  double units(int p) {
    return units[p];
  }

  double bytes(int p) {
    return (double) view.partitions().get(p).size().bytes() + options.replicas().groupBytes();
  }

  /** Partitions that the node leads in the view. */
  int[] ledBy(int node) {
    return led.of(node);
  }

  /** Partitions that the node is a voter of. */
  int[] heldBy(int node) {
    return held.of(node);
  }

  NodeBudgets budgets() {
    return budgets;
  }

  /** Voters that a partition should have; a small cluster has fewer. */
  int wantedCount() {
    return Math.min(options.replicaCount(), roster.count());
  }

  /** Whether a step can be planned for it: it has none, and somebody can carry it out. */
  boolean isFree(int p) {
    return !busy.get(p) && leaders[p] != NOBODY;
  }

  /** Whether its replicas may move for balance: all are there, calm, and not to merge. */
  boolean mayMoveReplicas(int p) {
    return isFree(p)
        && replicas[p].length == wantedCount()
        && !wishes.isWished(p)
        && passed(
            partition(p).changes().replicasMovedMicros(), options.replicas().cooldown().toNanos())
        && readyCount(p) == replicas[p].length;
  }

  /** Whether its leader may move for balance. */
  boolean mayMoveLeader(int p) {
    return isFree(p)
        && passed(
            partition(p).changes().leaderMovedMicros(), options.leaders().cooldown().toNanos())
        && passed(partition(p).changes().reshapedMicros(), options.leaders().settling().toNanos());
  }

  private boolean passed(long sinceMicros, long cooldownNanos) {
    return view.nowMicros() - sinceMicros >= cooldownNanos / NANOS_PER_MICRO;
  }

  boolean holds(int p, int node) {
    for (int replica : replicas[p]) {
      if (replica == node) {
        return true;
      }
    }
    return false;
  }

  /**
   * @param i the position among the voters
   */
  boolean isReady(int p, int i) {
    return roster.isUp(replicas[p][i])
        && partition(p).replicas().get(i).lagEntries() <= options.leaders().lagEntriesMax();
  }

  int readyCount(int p) {
    int ready = 0;
    for (int i = 0; i < replicas[p].length; i++) {
      ready += isReady(p, i) ? 1 : 0;
    }
    return ready;
  }

  /** Whether the voter could lead: it is up to date, on a node that takes leaders. */
  boolean mayLead(int p, int i) {
    int node = replicas[p][i];
    return node != leaders[p]
        && roster.standing(node) == Standing.SERVING
        && !roster.isOverloaded(node)
        && isReady(p, i);
  }

  /** The node of the voter to go from a partition that has one too many, or {@link #NOBODY}. */
  int departing(int p) {
    return departings[p];
  }

  /** The same for a partition that gets one more than it should have. */
  int departingAfterOneMore(int p) {
    return departures.choose(p, replicas, leaders[p], Newest.MAY_GO);
  }

  void transfer(int p, int to) {
    begin(p, new Step.TransferLeader(partition(p).id(), roster.id(to)));
    shiftLeader(p, to);
  }

  void addReplica(int p, int node) {
    begin(p, new Step.AddReplica(partition(p).id(), roster.id(node)));
    shiftReplica(p, node);
  }

  void removeReplica(int p, int node) {
    // a node that is not listed any more has a name in the partition only
    for (int i = 0; i < replicas[p].length; i++) {
      if (replicas[p][i] == node) {
        NodeId id = partition(p).replicas().get(i).node();
        begin(p, new Step.RemoveReplica(partition(p).id(), id));
        return;
      }
    }
    throw new IllegalStateException(partition(p).id() + " has no replica on node " + node);
  }

  void split(int p, Bytes key) {
    begin(p, new Step.Split(partition(p).id(), key));
    budgets.reshaping(leaders[p]);
  }

  void merge(int left, int right) {
    begin(left, new Step.Merge(partition(left).id(), partition(right).id()));
    busy.set(right);
    budgets.reshaping(leaders[left]);
  }

  private void begin(int p, Step step) {
    if (!isFree(p)) {
      throw new IllegalStateException("two steps at once for " + partition(p).id());
    }
    busy.set(p);
    steps.add(step);
  }

  private void shiftLeader(int p, int to) {
    leaderScales.move(leaders[p], to, units[p]);
    budgets.leaderMoves(leaders[p], to);
  }

  private void shiftReplica(int p, int to) {
    weighReplica(to, bytes(p));
    budgets.transfers(leaders[p], to);
    if (replicas[p].length + 1 > wantedCount()) {
      int departing = departingAfterOneMore(p);
      if (departing != NOBODY) {
        unweighReplica(departing, bytes(p));
      }
    }
  }

  /** Of the nodes that are up; at least a little, so that one can divide by it. */
  double cores() {
    double cores = 0;
    for (NodeView node : view.nodes()) {
      cores += node.state() instanceof NodeView.Dead ? 0 : node.cores();
    }
    return Math.max(CORES_MIN, cores);
  }

  /** Of the whole cluster. */
  long replicaCount() {
    return busyReplicaCount(0);
  }

  /** Replicas of partitions that are asked for so much at least. */
  long busyReplicaCount(double unitsMin) {
    long count = 0;
    for (int p = 0; p < replicas.length; p++) {
      count += units[p] >= unitsMin ? replicas[p].length : 0;
    }
    return count;
  }

  void weighed(int count) {
    workCount += count;
  }

  long workCount() {
    return workCount;
  }

  List<Step> steps() {
    return steps;
  }
}
