package dev.holdfast.partition.placement.shape;

import dev.holdfast.partition.placement.view.ChangeTimes;
import dev.holdfast.partition.placement.view.DataSize;
import dev.holdfast.partition.placement.view.KeySamples;
import dev.holdfast.partition.placement.view.Load;
import dev.holdfast.partition.placement.view.LoadHistory;
import dev.holdfast.partition.placement.view.LoadWeights;
import dev.holdfast.partition.placement.view.PartitionView;
import dev.holdfast.partition.placement.view.ReplicaView;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.TableId;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;

/** Partitions to decide about, alike but for what a test is about. */
final class Partitions {
  static final long NOW_MICROS = 3_600_000_000L;
  static final Load HOT = new Load(10_000, 10_000, 0);
  private static final NodeId NODE = new NodeId("n1");

  private Partitions() {}

  /** Hot for an hour, of 1 GiB, calm otherwise. */
  static PartitionView hot(KeyRange range, KeySamples samples) {
    return of(range, HOT, samples, new DataSize(1L << 30, null), ChangeTimes.UNCHANGED);
  }

  static PartitionView of(
      KeyRange range, Load load, KeySamples samples, DataSize size, ChangeTimes changes) {
    return new PartitionView(
        new ClusterMap.Partition(new PartitionId(1), 1, range, List.of(NODE)),
        NODE,
        List.of(new ReplicaView(NODE, 0)),
        new LoadHistory(load, load, load, 0),
        samples,
        size,
        changes,
        null);
  }

  private static final double CORES = 48;

  static SplitVerdict decide(PartitionView partition) {
    return decide(partition, Collections.emptySortedMap(), 1);
  }

  static SplitVerdict decide(
      PartitionView partition, SortedMap<TableId, KeySchema> indexedTables, double perCore) {
    return decide(
        partition,
        new SplitDecider.Surroundings(NOW_MICROS, 100_000, perCore, 0, CORES, indexedTables));
  }

  /** In a cluster of few cores where this is the only partition under load. */
  static SplitVerdict decideWithCores(PartitionView partition, double cores) {
    double replicas = partition.replicas().size();
    return decide(
        partition,
        new SplitDecider.Surroundings(
            NOW_MICROS,
            100_000,
            replicas / cores,
            replicas / cores,
            cores,
            Collections.emptySortedMap()));
  }

  private static SplitVerdict decide(
      PartitionView partition, SplitDecider.Surroundings surroundings) {
    return new SplitDecider(surroundings, SplitOptions.DEFAULT, LoadWeights.DEFAULT)
        .decide(partition, 1);
  }
}
