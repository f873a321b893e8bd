package dev.holdfast.partition.map;

import dev.holdfast.partition.placement.InitialPlacement;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * The map of a new cluster: equal ranges of the table-id space, since table ids are random.
 *
 * <p>Every node computes the same map from the same configuration, so the first Raft groups need no
 * coordination.
 */
public final class InitialMap {
  /** Each partition is a Raft group on its nodes; more than this at the start is a mistake. */
  public static final int PARTITION_COUNT_MAX = 1024;

  private static final long FIRST_EPOCH = 1;
  private static final BigInteger TABLE_ID_COUNT = BigInteger.ONE.shiftLeft(Long.SIZE);

  private InitialMap() {}

  /**
   * @param nodes in the order of the configuration
   * @param partitionCount how many data partitions, from 1 to {@link #PARTITION_COUNT_MAX}
   * @param replicaCount wanted per partition; fewer nodes give fewer replicas
   */
  public static ClusterMap of(List<ClusterMap.Node> nodes, int partitionCount, int replicaCount) {
    if (partitionCount < 1 || partitionCount > PARTITION_COUNT_MAX) {
      throw new IllegalArgumentException(
          "the number of partitions must be between 1 and " + PARTITION_COUNT_MAX);
    }
    List<NodeId> ids = nodes.stream().map(ClusterMap.Node::id).toList();
    List<ClusterMap.Partition> partitions = new ArrayList<>();
    for (int i = 0; i < partitionCount; i++) {
      KeyRange range =
          new KeyRange(
              i == 0 ? Bytes.EMPTY : edge(i, partitionCount),
              i + 1 == partitionCount ? null : edge(i + 1, partitionCount));
      partitions.add(
          new ClusterMap.Partition(
              new PartitionId(i + 1L),
              FIRST_EPOCH,
              range,
              InitialPlacement.replicas(ids, i, replicaCount)));
    }
    return new ClusterMap(FIRST_EPOCH, nodes, partitions);
  }

  /** The table id, as the routing key begins with it, where the i-th range of many starts. */
  private static Bytes edge(int i, int partitionCount) {
    long id =
        TABLE_ID_COUNT
            .multiply(BigInteger.valueOf(i))
            .divide(BigInteger.valueOf(partitionCount))
            .longValue();
    byte[] key = new byte[Long.BYTES];
    for (int at = 0; at < Long.BYTES; at++) {
      key[at] = (byte) (id >>> (Long.SIZE - Byte.SIZE * (at + 1)));
    }
    return Bytes.wrap(key);
  }
}
