package dev.holdfast.partition.placement;

import dev.holdfast.partition.placement.NodeRoster.Standing;
import dev.holdfast.partition.placement.shape.SplitVerdict;
import dev.holdfast.partition.placement.view.ClusterView;
import dev.holdfast.partition.placement.view.PartitionView;
import dev.holdfast.partition.placement.view.ReplicaView;
import dev.holdfast.partition.placement.view.Step;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** What must be true of every plan, whatever the view. */
final class PlanChecks implements Step.Handler<Void> {
  private final PlannerOptions options;
  private final NodeRoster roster;
  private final Plan plan;
  private final Map<PartitionId, Integer> positions = new HashMap<>();
  private final Set<PartitionId> touched = new HashSet<>();
  private final ClusterView view;

  private PlanChecks(ClusterView view, Plan plan, PlannerOptions options) {
    this.view = view;
    this.plan = plan;
    this.options = options;
    this.roster = new NodeRoster(view, options);
    for (int p = 0; p < view.partitions().size(); p++) {
      positions.put(view.partitions().get(p).id(), p);
    }
  }

  static void check(ClusterView view, Plan plan, PlannerOptions options) {
    PlanChecks checks = new PlanChecks(view, plan, options);
    checks.everyPartitionHasAVerdict();
    plan.steps().forEach(step -> step.dispatch(checks));
  }

  private void everyPartitionHasAVerdict() {
    require(plan.verdicts().size() == view.partitions().size(), "verdicts are missing");
    for (int p = 0; p < view.partitions().size(); p++) {
      PartitionView partition = view.partitions().get(p);
      require(plan.verdicts().get(p).partition().equals(partition.id()), "verdicts out of order");
    }
  }

  private int position(PartitionId id) {
    return Objects.requireNonNull(positions.get(id));
  }

  private PartitionView touch(PartitionId id) {
    require(touched.add(id), "two steps at once for " + id);
    PartitionView partition = view.partitions().get(position(id));
    require(partition.inProgress() == null, "another step is in progress on " + id);
    require(partition.leader() != null && isUp(partition.leader()), "nobody leads " + id);
    return partition;
  }

  @Override
  public Void split(Step.Split step) {
    PartitionView partition = touch(step.partition());
    KeyRange range = partition.partition().range();
    require(
        range.contains(step.key()) && !range.startInclusive().equals(step.key()),
        "split at the edge of " + range);
    SplitVerdict verdict = plan.verdicts().get(position(step.partition())).verdict();
    require(
        verdict instanceof SplitVerdict.Cut cut && cut.key().equals(step.key()),
        "split against the verdict");
    require(
        !(verdict instanceof SplitVerdict.Cut cut && cut.cause() == SplitVerdict.Cut.Cause.HOT)
            || partition.samples().sequentialShare() < 1,
        "split of sequential load");
    return null;
  }

  @Override
  public Void merge(Step.Merge step) {
    PartitionView left = touch(step.left());
    PartitionView right = touch(step.right());
    require(
        Objects.equals(
            left.partition().range().endExclusive(), right.partition().range().startInclusive()),
        "merge of partitions that are not neighbours");
    require(
        new TreeSet<>(left.partition().replicas())
            .equals(new TreeSet<>(right.partition().replicas())),
        "merge of partitions on different nodes");
    return null;
  }

  @Override
  public Void transferLeader(Step.TransferLeader step) {
    PartitionView partition = touch(step.partition());
    ReplicaView to =
        partition.replicas().stream()
            .filter(replica -> replica.node().equals(step.to()))
            .findFirst()
            .orElseThrow(() -> new AssertionError("leader for a stranger: " + step));
    require(!step.to().equals(partition.leader()), "a leader moves to itself: " + step);
    require(isReady(to), "a leader moves to a lagging or dead replica: " + step);
    require(serves(step.to()), "a leader moves to a slow or leaving node: " + step);
    return null;
  }

  @Override
  public Void addReplica(Step.AddReplica step) {
    PartitionView partition = touch(step.partition());
    require(!partition.partition().replicas().contains(step.node()), "a voter twice: " + step);
    require(serves(step.node()), "a voter on a slow, leaving or dead node: " + step);
    require(
        partition.replicas().size() <= options.replicaCount(), "more than one too many: " + step);
    return null;
  }

  @Override
  public Void removeReplica(Step.RemoveReplica step) {
    PartitionView partition = touch(step.partition());
    require(!step.node().equals(partition.leader()), "the leader is removed: " + step);
    long ready =
        partition.replicas().stream()
            .filter(replica -> !replica.node().equals(step.node()) && isReady(replica))
            .count();
    require(
        ready >= Math.min(options.replicaCount(), view.nodes().size()),
        "too few live voters are left: " + step);
    return null;
  }

  private boolean isReady(ReplicaView replica) {
    return isUp(replica.node()) && replica.lagEntries() <= options.leaders().lagEntriesMax();
  }

  private boolean isUp(NodeId node) {
    return roster.isUp(roster.numberOf(node));
  }

  private boolean serves(NodeId node) {
    return roster.standing(roster.numberOf(node)) == Standing.SERVING;
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError(otherwise);
    }
  }
}
