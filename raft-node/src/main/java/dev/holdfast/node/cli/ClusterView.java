package dev.holdfast.node.cli;

import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.MergeOperation;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.NodeStatus.Replica;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A cluster at about one moment.
 *
 * @param splits in progress
 * @param merges in progress
 * @param answers of the nodes that answered
 */
record ClusterView(
    ClusterMap map,
    List<SplitOperation> splits,
    List<MergeOperation> merges,
    SortedMap<NodeId, NodeStatus> answers) {
  ClusterView {
    splits = List.copyOf(splits);
    merges = List.copyOf(merges);
    answers = Collections.unmodifiableSortedMap(new TreeMap<>(answers));
  }

  /** The partition named; fails with the names there are. */
  ClusterMap.Partition partition(PartitionId id) throws CommandFailure {
    Optional<ClusterMap.Partition> found = map.partition(id);
    if (found.isPresent()) {
      return found.get();
    }
    throw new CommandFailure(
        "there is no partition " + id + "; './holdfast partitions' lists those there are");
  }

  /** The nodes that are to have a replica; of the meta group, those that may have one. */
  List<NodeId> members(PartitionId id) throws CommandFailure {
    return id.isMeta()
        ? map.nodes().stream().map(ClusterMap.Node::id).toList()
        : partition(id).replicas();
  }

  /** The replicas of the nodes that answered. */
  SortedMap<NodeId, Replica> replicas(PartitionId id) {
    SortedMap<NodeId, Replica> replicas = new TreeMap<>();
    answers.forEach(
        (node, status) ->
            status.replicas().stream()
                .filter(replica -> replica.partition().equals(id))
                .forEach(replica -> replicas.put(node, replica)));
    return replicas;
  }

  /** Of those that believe to lead, the one of the latest term: the others have not heard yet. */
  Optional<NodeId> leader(PartitionId id) {
    return replicas(id).entrySet().stream()
        .filter(entry -> entry.getValue().role() == NodeStatus.Role.LEADER)
        .max(Comparator.comparingLong(entry -> entry.getValue().term()))
        .map(Map.Entry::getKey);
  }

  Optional<SplitOperation> splitOf(PartitionId parent) {
    return splits.stream().filter(split -> split.parent().id().equals(parent)).findFirst();
  }

  /** The merge that a partition is in, as the left or the right one. */
  Optional<MergeOperation> mergeOf(PartitionId partition) {
    return merges.stream()
        .filter(
            merge -> merge.left().id().equals(partition) || merge.right().id().equals(partition))
        .findFirst();
  }

  static String names(List<NodeId> nodes) {
    return nodes.stream().map(NodeId::name).collect(Collectors.joining(", "));
  }

  /** A partition as the command line prints it, {@code p1} or {@code meta}; or its number alone. */
  static PartitionId parseId(String text) throws CommandFailure {
    if (text.equals(PartitionId.META.toString())) {
      return PartitionId.META;
    }
    try {
      long number = Long.parseLong(text.startsWith("p") ? text.substring(1) : text);
      if (number > 0) {
        return new PartitionId(number);
      }
    } catch (NumberFormatException e) {
      // said below, with the numbers that are none of a partition's
    }
    throw new CommandFailure("--partition: '" + text + "' is not the id of a partition, as p1 is");
  }
}
