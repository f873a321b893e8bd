package dev.holdfast.node.transaction;

import dev.holdfast.client.routing.Session;
import dev.holdfast.protocol.command.OpenAttempt;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Some partitions that divide the items among them, and nodes that come and go. */
final class SimulatedCluster {
  private static final long SKEW_MICROS_MAX = 200_000;

  private final SimulatedWorld world;
  private final List<SimulatedPartition> partitions = new ArrayList<>();
  private final Map<PartitionId, SimulatedPartition> byId = new HashMap<>();
  private final ClusterMap map;
  private int nodeCount;

  SimulatedCluster(SimulatedWorld world, int itemCount, int partitionCount) {
    this.world = world;
    List<Bytes> keys = new ArrayList<>();
    for (int item = 0; item < itemCount; item++) {
      keys.add(SimulatedLists.routingKey(item));
    }
    keys.sort(null);
    List<ClusterMap.Partition> ranges = new ArrayList<>();
    Bytes start = Bytes.EMPTY;
    for (int i = 1; i <= partitionCount; i++) {
      @Nullable Bytes end = i == partitionCount ? null : keys.get(i * itemCount / partitionCount);
      ranges.add(
          new ClusterMap.Partition(
              new PartitionId(i), 1, new KeyRange(start, end), List.of(new NodeId("n1"))));
      start = end == null ? start : end;
    }
    this.map = new ClusterMap(1, List.of(), ranges);
    for (ClusterMap.Partition range : ranges) {
      SimulatedPartition partition = new SimulatedPartition(world, range, skewMicros());
      partitions.add(partition);
      byId.put(range.id(), partition);
    }
  }

  private long skewMicros() {
    return (long) ((world.random().nextDouble() * 2 - 1) * SKEW_MICROS_MAX);
  }

  /**
   * @param stepsLeft after so many proposals it dies
   */
  SimulatedNode newNode(long stepsLeft) {
    NodeId id = new NodeId("n" + ++nodeCount);
    return new SimulatedNode(id, this, partitions, skewMicros(), stepsLeft);
  }

  SimulatedWorld world() {
    return world;
  }

  ClusterMap map() {
    return map;
  }

  SimulatedPartition partitionOf(Bytes routingKey) {
    return partition(map.partitionOf(routingKey).id());
  }

  SimulatedPartition partition(PartitionId id) {
    return Objects.requireNonNull(byId.get(id));
  }

  /** What is not finished anywhere. */
  List<OpenAttempt> open() {
    List<OpenAttempt> open = new ArrayList<>();
    for (SimulatedPartition partition : partitions) {
      ReadResult result =
          partition.read(List.of(new Read.OpenAttempts(Long.MAX_VALUE, 100))).get(0);
      open.addAll(((ReadResult.Attempts) result).attempts());
    }
    return open;
  }

  /** What an item holds, without regard to intents. */
  List<Integer> list(int item) {
    Read read = SimulatedLists.get(item).get();
    ReadResult result = partitionOf(SimulatedLists.routingKey(item)).read(List.of(read)).get(0);
    return SimulatedLists.content(((ReadResult.Found) result).item());
  }

  /** What a session that has written an item might not see of it; empty if it sees all. */
  Optional<String> unseen(int item, String token, Session session) {
    AttemptId committed =
        partitions.stream()
            .map(partition -> partition.committed(token))
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
    SimulatedPartition partition = partitionOf(SimulatedLists.routingKey(item));
    long told = session.appliedIndexMin(partition.partition().id());
    long needed = partition.seenFrom(token, committed);
    return told >= needed
        ? Optional.empty()
        : Optional.of(": told of index " + told + " where it needs " + needed);
  }
}
