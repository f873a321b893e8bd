package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.wire.SeenProto;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a session has seen of each partition. */
final class SeenMapping {
  private SeenMapping() {}

  static List<SeenProto> encode(SortedMap<PartitionId, Long> seen) {
    return seen.entrySet().stream().map(SeenMapping::encode).toList();
  }

  private static SeenProto encode(Map.Entry<PartitionId, Long> seen) {
    return SeenProto.newBuilder()
        .setPartition(seen.getKey().value())
        .setAppliedIndex(seen.getValue())
        .build();
  }

  static SortedMap<PartitionId, Long> decode(List<SeenProto> protos) {
    SortedMap<PartitionId, Long> seen = new TreeMap<>();
    protos.forEach(
        proto ->
            seen.merge(new PartitionId(proto.getPartition()), proto.getAppliedIndex(), Math::max));
    return seen;
  }
}
