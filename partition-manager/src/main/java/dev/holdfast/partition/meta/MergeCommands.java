package dev.holdfast.partition.meta;

import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Merge;
import dev.holdfast.protocol.model.MergeOperation;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.statemachine.replica.Decision;
import dev.holdfast.statemachine.replica.Effect;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Decides the meta group's part in merges over one state (decision 0022).
 *
 * <ul>
 *   <li>Both partitions stay in the map as they are while a merge of them is in progress (invariant
 *       10).
 *   <li>Ids of merges come from the counter of partition ids: they grow, and none is used twice.
 *   <li>A merge that is done is remembered until no node has a replica of the right one any more.
 * </ul>
 */
final class MergeCommands {
  private final MetaRows rows;

  MergeCommands(MetaRows rows) {
    this.rows = rows;
  }

  Decision begin(MetaCommand.BeginMerge command) {
    ClusterMap map = rows.map().orElse(ClusterMap.EMPTY);
    Optional<String> objection =
        objection(map, command.left(), command.leftEpoch())
            .or(() -> objection(map, command.right(), command.rightEpoch()))
            .or(() -> objection(map, command));
    if (objection.isPresent()) {
      return Decision.reject(new Rejection.Invalid(objection.get()));
    }
    long id = rows.nextPartitionId(map);
    MergeOperation operation =
        new MergeOperation(
            id,
            map.partition(command.left()).orElseThrow(),
            map.partition(command.right()).orElseThrow());
    return new Decision(
        List.of(
            MetaRows.putMerge(new Merge(operation, false)), MetaRows.putNextPartitionId(id + 1)),
        new Result.MergeBegun(operation));
  }

  private Optional<String> objection(ClusterMap map, PartitionId id, long epoch) {
    Optional<ClusterMap.Partition> found = map.partition(id);
    if (found.isEmpty()) {
      return Optional.of("There is no partition " + id);
    }
    if (found.get().epoch() != epoch) {
      return Optional.of(
          "Partition " + id + " is at epoch " + found.get().epoch() + " by now, not " + epoch);
    }
    if (rows.move(id).isPresent()) {
      return Optional.of("The members of partition " + id + " are being changed"); // invariant 10
    }
    return rows.underWay(id).map(what -> "Partition " + id + " " + what);
  }

  private static Optional<String> objection(ClusterMap map, MetaCommand.BeginMerge command) {
    ClusterMap.Partition left = map.partition(command.left()).orElseThrow();
    ClusterMap.Partition right = map.partition(command.right()).orElseThrow();
    if (!right.range().startInclusive().equals(left.range().endExclusive())) {
      return Optional.of(
          "Partition " + right.id() + " does not begin where partition " + left.id() + " ends");
    }
    if (!new HashSet<>(left.replicas()).equals(new HashSet<>(right.replicas()))) {
      return Optional.of(
          "Partitions " + left.id() + " and " + right.id() + " are not on the same nodes");
    }
    return Optional.empty();
  }

  /** One partition in the place of two. */
  Decision finish(long id) {
    return inProgress(id)
        .map(
            operation ->
                replaced(
                    operation,
                    each ->
                        each.equals(operation.left())
                            ? Stream.of(operation.merged())
                            : each.equals(operation.right()) ? Stream.of() : Stream.of(each),
                    MetaRows.putMerge(new Merge(operation, true)),
                    MetaRows.deleteKept(operation.right().id())))
        .orElseGet(() -> Decision.of(new Result.Done()));
  }

  /** The right one serves again, at a later epoch. */
  Decision abandon(long id) {
    return inProgress(id)
        .map(
            operation ->
                replaced(
                    operation,
                    each -> Stream.of(each.equals(operation.right()) ? operation.unfrozen() : each),
                    MetaRows.deleteMerge(id)))
        .orElseGet(() -> Decision.of(new Result.Done()));
  }

  private Optional<MergeOperation> inProgress(long id) {
    return rows.merge(id).filter(merge -> !merge.absorbed()).map(Merge::operation);
  }

  private Decision replaced(
      MergeOperation operation,
      Function<ClusterMap.Partition, Stream<ClusterMap.Partition>> replacement,
      Effect... then) {
    ClusterMap map = rows.map().orElse(ClusterMap.EMPTY);
    if (!map.partitions().containsAll(List.of(operation.left(), operation.right()))) {
      throw new IllegalStateException("changed while they were being merged: " + operation);
    }
    List<ClusterMap.Partition> partitions = map.partitions().stream().flatMap(replacement).toList();
    return new Decision(
        Stream.concat(
                Stream.of(
                    MetaRows.putMap(new ClusterMap(map.epoch() + 1, map.nodes(), partitions))),
                Stream.of(then))
            .toList(),
        new Result.Done());
  }

  Decision forget(long id) {
    return rows.merge(id).filter(Merge::absorbed).isPresent()
        ? new Decision(List.of(MetaRows.deleteMerge(id)), new Result.Done())
        : Decision.of(new Result.Done());
  }
}
