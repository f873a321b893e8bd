package dev.holdfast.statemachine.transaction.simulation;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyRange;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The partitions, in the order of their keys, which split and merge as the run goes on. Whoever
 * asks for the partition of a key is told of the one that holds it now: what is out of date are the
 * messages that are under way.
 */
final class Cluster {
  private static final int PARTITION_COUNT = 3;
  private static final int PARTITION_COUNT_MAX = 5;

  private final World world;
  private final List<Bytes> keys;
  private final List<Partition> partitions = new ArrayList<>();
  private int named;
  private long mergeCount;

  Cluster(World world, Setting setting, int itemCount) {
    this.world = world;
    this.keys = IntStream.range(0, itemCount).mapToObj(Lists::routingKey).sorted().toList();
    Bytes start = Bytes.EMPTY;
    for (int i = 1; i <= PARTITION_COUNT; i++) {
      Bytes end = i == PARTITION_COUNT ? null : keys.get(i * itemCount / PARTITION_COUNT);
      partitions.add(Partition.empty(world, newName(), setting, new KeyRange(start, end)));
      start = end == null ? start : end;
    }
  }

  private String newName() {
    return "p" + named++;
  }

  Partition of(Bytes routingKey) {
    for (Partition partition : partitions) {
      if (partition.range().contains(routingKey)) {
        return partition;
      }
    }
    throw new AssertionError("nobody holds " + routingKey);
  }

  List<Partition> partitions() {
    return partitions;
  }

  Partition any() {
    return partitions.get(world.random().nextInt(partitions.size()));
  }

  /** Splits one or merges two, where that can be done. */
  void reshape() {
    int chosen = world.random().nextInt(partitions.size());
    Partition partition = partitions.get(chosen);
    if (world.chance(0.5)) {
      if (chosen + 1 < partitions.size()) {
        if (partition.absorb(partitions.get(chosen + 1), ++mergeCount)) {
          partitions.remove(chosen + 1);
        }
      }
      return;
    }
    List<Bytes> own = keys.stream().filter(partition.range()::contains).toList();
    if (own.size() > 1 && partitions.size() < PARTITION_COUNT_MAX) {
      Bytes at = own.get(1 + world.random().nextInt(own.size() - 1));
      partitions.add(chosen + 1, partition.split(at, newName()));
    }
  }
}
