package dev.holdfast.partition.placement.view;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.TableId;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The cluster at one moment: all that a plan depends on.
 *
 * <ul>
 *   <li>Invariant 3: the partitions are in key order, cover the keyspace and do not overlap.
 *   <li>Every node is listed once. A replica may be on a node that is not listed: it is lost.
 * </ul>
 *
 * @param nowMicros the time of this view; every other time in it is of the same clock
 * @param indexedTables tables with local indexes: their item collections are not split apart
 */
public record ClusterView(
    long nowMicros,
    List<NodeView> nodes,
    List<PartitionView> partitions,
    SortedMap<TableId, KeySchema> indexedTables) {
  public ClusterView {
    nodes = List.copyOf(nodes);
    partitions = List.copyOf(partitions);
    indexedTables = Collections.unmodifiableSortedMap(new TreeMap<>(indexedTables));
    TreeSet<NodeId> ids = new TreeSet<>();
    for (NodeView node : nodes) {
      if (!ids.add(node.id())) {
        throw new IllegalArgumentException(node.id() + " is listed twice");
      }
    }
    Bytes next = Bytes.EMPTY;
    for (PartitionView partition : partitions) {
      if (next == null || !partition.partition().range().startInclusive().equals(next)) {
        throw new IllegalArgumentException("gap or overlap before " + partition.partition());
      }
      next = partition.partition().range().endExclusive();
    }
    if (partitions.isEmpty() || next != null) {
      throw new IllegalArgumentException("the partitions do not reach the end");
    }
  }
}
