package dev.holdfast.partition.reconcile;

import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SplitOrigin;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The splits by which a table comes to the partitions that it is to begin with. Every partition is
 * split at the middle one of the boundaries that are missing in it, so that the halves go on side
 * by side: n partitions take log2(n) rounds. Pure functions.
 */
final class Presplits {
  private Presplits() {}

  /** Whether a partition begins at each boundary of the table. */
  static boolean areDone(TableDescriptor table, ClusterMap map) {
    return missing(table, map).isEmpty();
  }

  /**
   * What can begin now.
   *
   * @param busy partitions that are being changed: they are split later
   */
  static List<MetaCommand.BeginSplit> next(
      TableDescriptor table, ClusterMap map, Set<PartitionId> busy) {
    List<MetaCommand.BeginSplit> splits = new ArrayList<>();
    missing(table, map)
        .forEach(
            (id, keys) -> {
              if (!busy.contains(id)) {
                long epoch = map.partition(id).orElseThrow().epoch();
                Bytes middle = keys.get(keys.size() / 2);
                splits.add(new MetaCommand.BeginSplit(id, epoch, middle, SplitOrigin.OPERATOR));
              }
            });
    return splits;
  }

  /** The boundaries inside of each partition, in order. */
  private static SortedMap<PartitionId, List<Bytes>> missing(
      TableDescriptor table, ClusterMap map) {
    SortedMap<PartitionId, List<Bytes>> missing = new TreeMap<>();
    for (Bytes key : table.warmth().boundaries(table.id())) {
      for (ClusterMap.Partition partition : map.partitions()) {
        if (partition.range().contains(key) && !partition.range().startInclusive().equals(key)) {
          missing.computeIfAbsent(partition.id(), first -> new ArrayList<>()).add(key);
        }
      }
    }
    return missing;
  }
}
