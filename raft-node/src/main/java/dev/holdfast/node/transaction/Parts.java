package dev.holdfast.node.transaction;

import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.PartitionId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Things with routing keys, by the partitions that held the keys when they were grouped (R5).
 *
 * @param groups in the order of their first things; never empty ones
 */
record Parts<T>(List<Group<T>> groups) {
  /** What belongs to one partition, in the order of the request. */
  record Group<T>(List<T> things, List<Bytes> keys) {
    Group {
      things = List.copyOf(things);
      keys = List.copyOf(keys);
    }

    /** Leads to the partition. */
    Bytes firstKey() {
      return keys.get(0);
    }
  }

  Parts {
    groups = List.copyOf(groups);
  }

  static <T> Parts<T> by(ClusterMap map, List<T> things, Function<T, Bytes> routingKey) {
    Map<PartitionId, List<T>> byPartition = new LinkedHashMap<>();
    for (T thing : things) {
      byPartition
          .computeIfAbsent(
              map.partitionOf(routingKey.apply(thing)).id(), partition -> new ArrayList<>())
          .add(thing);
    }
    return new Parts<>(
        byPartition.values().stream()
            .map(group -> new Group<>(group, group.stream().map(routingKey).toList()))
            .toList());
  }

  /** The group of a key that is in one. */
  Group<T> with(Bytes key) {
    return groups.stream().filter(group -> group.keys().contains(key)).findFirst().orElseThrow();
  }

  static List<TransactionAction> actions(Group<KeyedAction> group) {
    return group.things().stream().map(KeyedAction::action).toList();
  }
}
