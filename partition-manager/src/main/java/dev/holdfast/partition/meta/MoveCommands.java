package dev.holdfast.partition.meta;

import static dev.holdfast.partition.meta.MembershipCommands.reject;

import dev.holdfast.protocol.command.MembershipChange;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.ClusterMap.Standing;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.statemachine.replica.Decision;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Decides the meta group's part in moves over one state (decision 0023).
 *
 * <ul>
 *   <li>At most one operation per partition: a move excludes splits and other moves (invariant 10,
 *       replication.md S6).
 *   <li>A partition of the map keeps epoch, range and members while a move of it is in progress.
 *   <li>No move leaves a partition with fewer replicas than it is to have, or than it had, but for
 *       one that takes out a damaged replica, which is as good as dead.
 * </ul>
 */
final class MoveCommands {
  private final MetaRows rows;
  private final ClusterMap map;
  private final Membership membership;

  MoveCommands(MetaRows rows, ClusterMap map) {
    this.rows = rows;
    this.map = map;
    this.membership = rows.membership(map);
  }

  Decision begin(MembershipChange.BeginMove change) {
    return begin(
        change.partition(),
        change.epoch(),
        change.add(),
        change.remove(),
        before -> objection(before, change.add(), change.remove()));
  }

  /** C1: a replica that has lost something is removed by a committed change, and added anew. */
  Decision begin(MembershipChange.BeginRebuild change) {
    return begin(
        change.partition(),
        change.epoch(),
        /* add= */ null,
        change.node(),
        before -> objectionToRebuild(before, change.node()));
  }

  private Decision begin(
      PartitionId id,
      long epoch,
      @Nullable NodeId add,
      @Nullable NodeId remove,
      Function<ClusterMap.Partition, Optional<String>> objections) {
    Optional<ClusterMap.Partition> found = partition(id);
    if (found.isEmpty()) {
      return reject("There is no partition " + id);
    }
    ClusterMap.Partition before = found.get();
    Optional<String> objection = busy(before, epoch).or(() -> objections.apply(before));
    if (objection.isPresent()) {
      return reject(objection.get());
    }
    MoveOperation operation = new MoveOperation(before, add, remove, /* givenUp= */ false);
    return new Decision(
        List.of(MetaRows.putMembership(membership), MetaRows.putMove(operation)),
        new Result.MoveBegun(operation));
  }

  private static Optional<String> objectionToRebuild(ClusterMap.Partition before, NodeId node) {
    if (!before.replicas().contains(node)) {
      return Optional.of("Node " + node + " has no replica of partition " + before.id());
    }
    int left = before.replicas().size() - 1;
    return 2 * left <= before.replicas().size()
        ? Optional.of(
            "Without node " + node + " partition " + before.id() + " would have no majority")
        : Optional.empty();
  }

  private Optional<ClusterMap.Partition> partition(PartitionId id) {
    return id.isMeta() ? Optional.of(membership.meta()) : map.partition(id);
  }

  private Optional<String> busy(ClusterMap.Partition before, long epoch) {
    PartitionId id = before.id();
    if (before.epoch() != epoch) {
      return Optional.of(
          "Partition " + id + " is at epoch " + before.epoch() + " by now, not " + epoch);
    }
    if (rows.move(id).isPresent()) {
      return Optional.of("The members of partition " + id + " are being changed already");
    }
    return rows.underWay(id).map(what -> "Partition " + id + " " + what);
  }

  private Optional<String> objection(
      ClusterMap.Partition before, @Nullable NodeId add, @Nullable NodeId remove) {
    PartitionId id = before.id();
    if (add == null && remove == null) {
      return Optional.of("No node is to be added, and none removed");
    }
    if (remove != null && !before.replicas().contains(remove)) {
      return Optional.of("Node " + remove + " has no replica of partition " + id);
    }
    if (add == null) {
      return before.replicas().size() <= membership.replicaCount()
          ? Optional.of(
              "Partition "
                  + id
                  + " would have "
                  + (before.replicas().size() - 1)
                  + " replicas, and is to have "
                  + membership.replicaCount()
                  + "; name a node to add")
          : Optional.empty();
    }
    Optional<ClusterMap.Node> node = map.node(add);
    if (node.isEmpty()) {
      return Optional.of("There is no node " + add);
    }
    if (node.get().standing() != Standing.ACTIVE) {
      return Optional.of("Node " + add + " is decommissioned");
    }
    return before.replicas().contains(add)
        ? Optional.of("Node " + add + " has a replica of partition " + id + " already")
        : Optional.empty();
  }

  Decision abandon(MembershipChange.AbandonMove change) {
    return inProgress(change.partition(), change.epoch())
        .map(move -> new Decision(List.of(MetaRows.putMove(move.withGivenUp())), new Result.Done()))
        .orElseGet(() -> Decision.of(new Result.Done()));
  }

  Decision finish(MembershipChange.FinishMove change) {
    Optional<MoveOperation> found = inProgress(change.partition(), change.epoch());
    if (found.isEmpty()) {
      return Decision.of(new Result.Done());
    }
    MoveOperation move = found.get();
    if (change.outcome() == MoveOperation.Outcome.UNDONE) {
      return move.givenUp()
          ? new Decision(List.of(MetaRows.deleteMove(change.partition())), new Result.Done())
          : reject("The move of partition " + change.partition() + " was not given up");
    }
    return change.partition().isMeta() ? finishMeta(move) : finishData(move);
  }

  private Optional<MoveOperation> inProgress(PartitionId partition, long epoch) {
    return rows.move(partition).filter(move -> move.before().epoch() == epoch);
  }

  private Decision finishMeta(MoveOperation move) {
    Membership after = new Membership(membership.replicaCount(), move.after(), List.of());
    return new Decision(
        List.of(MetaRows.putMembership(after), MetaRows.deleteMove(PartitionId.META)),
        new Result.Done());
  }

  private Decision finishData(MoveOperation move) {
    if (!map.partitions().contains(move.before())) {
      throw new IllegalStateException("changed while it was being moved: " + move.before());
    }
    List<ClusterMap.Partition> partitions =
        map.partitions().stream()
            .map(each -> each.equals(move.before()) ? move.after() : each)
            .toList();
    return new Decision(
        List.of(
            MetaRows.putMap(new ClusterMap(map.epoch() + 1, map.nodes(), partitions)),
            MetaRows.deleteMove(move.before().id())),
        new Result.Done());
  }
}
