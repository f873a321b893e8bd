package dev.holdfast.partition.meta;

import dev.holdfast.protocol.command.MembershipChange;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.ClusterMap.Standing;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.statemachine.replica.Decision;
import dev.holdfast.statemachine.replica.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides changes of the cluster's members over one state; those of a partition's members it leaves
 * to {@link MoveCommands}.
 *
 * <ul>
 *   <li>An id, and an address, belong to one node at a time.
 *   <li>As many nodes as a partition has replicas are not decommissioned.
 *   <li>A node is forgotten when nothing names it: no partition, no move, not the meta group.
 * </ul>
 */
final class MembershipCommands implements MembershipChange.Handler<Decision> {
  /** As many as a configuration file may name. */
  static final int NODE_COUNT_MAX = 99;

  private final MetaRows rows;
  private final Optional<ClusterMap> known;

  MembershipCommands(MetaRows rows) {
    this.rows = rows;
    this.known = rows.map();
  }

  @Override
  public Decision addNode(MembershipChange.AddNode change) {
    if (known.isEmpty()) {
      return noMap();
    }
    ClusterMap map = known.get();
    ClusterMap.Node node = change.node();
    Optional<ClusterMap.Node> same = map.node(node.id());
    if (same.isPresent()) {
      return same.get().with(Standing.ACTIVE).equals(node.with(Standing.ACTIVE))
          ? Decision.of(new Result.Done())
          : reject(inUse(same.get(), node));
    }
    for (ClusterMap.Node other : map.nodes()) {
      Optional<String> shared =
          addresses(node).filter(address -> addresses(other).anyMatch(address::equals)).findFirst();
      if (shared.isPresent()) {
        return reject("The address " + shared.get() + " is that of node " + other.id());
      }
    }
    if (map.nodes().size() >= NODE_COUNT_MAX) {
      return reject("The cluster has " + NODE_COUNT_MAX + " nodes, the most there can be");
    }
    List<ClusterMap.Node> nodes = new ArrayList<>(map.nodes());
    nodes.add(node.with(Standing.ACTIVE));
    return nodes(map, nodes);
  }

  private static String inUse(ClusterMap.Node there, ClusterMap.Node asked) {
    boolean elsewhere = !addresses(there).toList().equals(addresses(asked).toList());
    return "The node id "
        + there.id()
        + " is in use"
        + (elsewhere
            ? ", at " + there.rpcAddress()
            : " by another data directory: what it held is gone from this one, so decommission and"
                + " remove the node before it joins anew");
  }

  private static Stream<String> addresses(ClusterMap.Node node) {
    return Stream.of(
        node.raftAddress(), node.rpcAddress(), node.httpAddress(), node.adminAddress());
  }

  @Override
  public Decision decommissionNode(MembershipChange.DecommissionNode change) {
    return changeStanding(change.node(), Standing.DECOMMISSIONED);
  }

  @Override
  public Decision recommissionNode(MembershipChange.RecommissionNode change) {
    return changeStanding(change.node(), Standing.ACTIVE);
  }

  private Decision changeStanding(NodeId id, Standing standing) {
    Optional<ClusterMap.Node> node = known.flatMap(map -> map.node(id));
    if (known.isEmpty() || node.isEmpty()) {
      return known.isEmpty() ? noMap() : noNode(id);
    }
    if (node.get().standing() == standing) {
      return Decision.of(new Result.Done());
    }
    ClusterMap map = known.get();
    Membership membership = rows.membership(map);
    List<ClusterMap.Node> nodes =
        map.nodes().stream()
            .map(each -> each.id().equals(id) ? each.with(standing) : each)
            .toList();
    long active = nodes.stream().filter(each -> each.standing() == Standing.ACTIVE).count();
    if (standing == Standing.DECOMMISSIONED && active < membership.replicaCount()) {
      return reject(
          "Without node "
              + id
              + " there would be "
              + active
              + " nodes for "
              + membership.replicaCount()
              + " replicas of each partition; add a node first");
    }
    List<Effect> effects = new ArrayList<>();
    if (standing == Standing.DECOMMISSIONED) {
      membership.moves().stream()
          .filter(move -> id.equals(move.add()))
          .forEach(move -> effects.add(MetaRows.putMove(move.withGivenUp())));
    }
    effects.addAll(nodes(map, nodes).effects());
    return new Decision(effects, new Result.Done());
  }

  @Override
  public Decision removeNode(MembershipChange.RemoveNode change) {
    NodeId id = change.node();
    Optional<ClusterMap.Node> node = known.flatMap(map -> map.node(id));
    if (known.isEmpty() || node.isEmpty()) {
      return known.isEmpty() ? noMap() : noNode(id);
    }
    if (node.get().standing() != Standing.DECOMMISSIONED) {
      return reject("Node " + id + " is active; decommission it first");
    }
    ClusterMap map = known.get();
    Membership membership = rows.membership(map);
    List<PartitionId> held = new ArrayList<>();
    Stream.concat(Stream.of(membership.meta()), map.partitions().stream())
        .filter(partition -> partition.replicas().contains(id))
        .forEach(partition -> held.add(partition.id()));
    membership.moves().stream()
        .filter(move -> id.equals(move.add()))
        .forEach(move -> held.add(move.before().id()));
    rows.splits().stream() // the child's replicas are not in the map yet
        .filter(split -> split.parent().replicas().contains(id))
        .forEach(split -> held.add(split.child()));
    if (!held.isEmpty()) {
      return reject(
          "Node "
              + id
              + " has a replica of "
              + held.get(0)
              + (held.size() == 1 ? "" : " and of " + (held.size() - 1) + " more")
              + "; they have to move away first");
    }
    return nodes(map, map.nodes().stream().filter(each -> !each.id().equals(id)).toList());
  }

  /** The row of the meta group is written with it: it cannot be derived from these nodes. */
  private Decision nodes(ClusterMap map, List<ClusterMap.Node> nodes) {
    return new Decision(
        List.of(
            MetaRows.putMembership(rows.membership(map)),
            MetaRows.putMap(new ClusterMap(map.epoch() + 1, nodes, map.partitions()))),
        new Result.Done());
  }

  @Override
  public Decision beginMove(MembershipChange.BeginMove change) {
    return known.map(map -> new MoveCommands(rows, map).begin(change)).orElseGet(this::noMap);
  }

  @Override
  public Decision beginRebuild(MembershipChange.BeginRebuild change) {
    return known.map(map -> new MoveCommands(rows, map).begin(change)).orElseGet(this::noMap);
  }

  @Override
  public Decision abandonMove(MembershipChange.AbandonMove change) {
    return known.map(map -> new MoveCommands(rows, map).abandon(change)).orElseGet(this::noMap);
  }

  @Override
  public Decision finishMove(MembershipChange.FinishMove change) {
    return known.map(map -> new MoveCommands(rows, map).finish(change)).orElseGet(this::noMap);
  }

  private Decision noMap() {
    return reject("The cluster has no map yet");
  }

  private static Decision noNode(NodeId id) {
    return reject("There is no node " + id);
  }

  static Decision reject(String sentence) {
    return Decision.reject(new Rejection.Invalid(sentence));
  }
}
