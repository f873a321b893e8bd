package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.wire.ClusterMapProto;
import dev.holdfast.protocol.wire.KeyRangeProto;
import dev.holdfast.protocol.wire.NodeProto;
import dev.holdfast.protocol.wire.PartitionProto;
import dev.holdfast.protocol.wire.SplitProto;
import dev.holdfast.protocol.wire.StandingProto;
import org.jspecify.annotations.Nullable;

/** Nodes, partitions and ranges. */
final class ClusterMapping {
  private ClusterMapping() {}

  static ClusterMapProto encode(ClusterMap map) {
    ClusterMapProto.Builder proto = ClusterMapProto.newBuilder().setEpoch(map.epoch());
    map.nodes().forEach(node -> proto.addNodes(encode(node)));
    map.partitions().forEach(partition -> proto.addPartitions(encode(partition)));
    return proto.build();
  }

  static ClusterMap decode(ClusterMapProto proto) {
    return new ClusterMap(
        proto.getEpoch(),
        proto.getNodesList().stream().map(ClusterMapping::decode).toList(),
        proto.getPartitionsList().stream().map(ClusterMapping::decode).toList());
  }

  static PartitionProto encode(ClusterMap.Partition partition) {
    PartitionProto.Builder proto =
        PartitionProto.newBuilder()
            .setId(partition.id().value())
            .setEpoch(partition.epoch())
            .setRange(encode(partition.range()));
    partition.replicas().forEach(node -> proto.addReplicas(node.name()));
    return proto.build();
  }

  static ClusterMap.Partition decode(PartitionProto proto) {
    return new ClusterMap.Partition(
        new PartitionId(proto.getId()),
        proto.getEpoch(),
        decode(proto.getRange()),
        proto.getReplicasList().stream().map(NodeId::new).toList());
  }

  static SplitProto encode(SplitOperation operation) {
    return SplitProto.newBuilder()
        .setParent(encode(operation.parent()))
        .setKey(Wire.share(operation.key()))
        .setChild(operation.child().value())
        .build();
  }

  static SplitOperation decode(SplitProto proto) {
    return new SplitOperation(
        decode(proto.getParent()), Wire.share(proto.getKey()), new PartitionId(proto.getChild()));
  }

  static KeyRangeProto encode(KeyRange range) {
    KeyRangeProto.Builder proto =
        KeyRangeProto.newBuilder().setStartInclusive(Wire.share(range.startInclusive()));
    Bytes end = range.endExclusive();
    if (end != null) {
      proto.setEndExclusive(Wire.share(end));
    }
    return proto.build();
  }

  static KeyRange decode(KeyRangeProto proto) {
    @Nullable Bytes end = proto.hasEndExclusive() ? Wire.share(proto.getEndExclusive()) : null;
    return new KeyRange(Wire.share(proto.getStartInclusive()), end);
  }

  static NodeProto encode(ClusterMap.Node node) {
    return NodeProto.newBuilder()
        .setId(node.id().name())
        .setRaftAddress(node.raftAddress())
        .setRpcAddress(node.rpcAddress())
        .setHttpAddress(node.httpAddress())
        .setAdminAddress(node.adminAddress())
        .setStanding(encode(node.standing()))
        .setDisk(node.disk())
        .build();
  }

  static ClusterMap.Node decode(NodeProto proto) {
    return new ClusterMap.Node(
        new NodeId(proto.getId()),
        proto.getRaftAddress(),
        proto.getRpcAddress(),
        proto.getHttpAddress(),
        proto.getAdminAddress(),
        decode(proto.getStanding()),
        proto.getDisk());
  }

  private static StandingProto encode(ClusterMap.Standing standing) {
    return switch (standing) {
      case ACTIVE -> StandingProto.STANDING_ACTIVE;
      case DECOMMISSIONED -> StandingProto.STANDING_DECOMMISSIONED;
    };
  }

  private static ClusterMap.Standing decode(StandingProto proto) {
    return switch (proto) {
      case STANDING_ACTIVE -> ClusterMap.Standing.ACTIVE;
      case STANDING_DECOMMISSIONED -> ClusterMap.Standing.DECOMMISSIONED;
      case UNRECOGNIZED -> throw Wire.unknown("standing");
    };
  }
}
