package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Command.EntryUpdate;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.wire.DeliveredProto;
import dev.holdfast.protocol.wire.EntryUpdateProto;
import dev.holdfast.protocol.wire.GlobalIndexProto;
import dev.holdfast.protocol.wire.GlobalIndexStatusProto;
import dev.holdfast.protocol.wire.UpdateIndexProto;

/** Global indexes and what they are told. */
final class IndexMapping {
  private IndexMapping() {}

  static GlobalIndexProto encode(GlobalIndex index) {
    GlobalIndexProto.Builder proto =
        GlobalIndexProto.newBuilder()
            .setId(index.id().value())
            .setName(index.name())
            .addAllPartitionKey(index.partitionKey().stream().map(TableMapping::encode).toList())
            .addAllSortKey(index.sortKey().stream().map(TableMapping::encode).toList())
            .setProjectionKind(TableMapping.encode(index.projection().kind()))
            .addAllInclude(index.projection().include())
            .setStatus(encode(index.status()))
            .setThroughput(TableMapping.encode(index.throughput()))
            .setLimits(TableOptionsMapping.encode(index.limits()));
    if (!index.warmth().equals(Throughput.NONE)) {
      proto.setWarmth(TableMapping.encode(index.warmth()));
    }
    return proto.build();
  }

  static GlobalIndex decode(GlobalIndexProto proto) {
    return new GlobalIndex(
        new TableId(proto.getId()),
        proto.getName(),
        proto.getPartitionKeyList().stream().map(TableMapping::decode).toList(),
        proto.getSortKeyList().stream().map(TableMapping::decode).toList(),
        new IndexProjection(TableMapping.decode(proto.getProjectionKind()), proto.getIncludeList()),
        decode(proto.getStatus()),
        TableMapping.decode(proto.getThroughput()),
        TableOptionsMapping.decode(proto.getLimits()),
        proto.hasWarmth() ? TableMapping.decode(proto.getWarmth()) : Throughput.NONE);
  }

  private static GlobalIndexStatusProto encode(GlobalIndex.Status status) {
    return switch (status) {
      case CREATING -> GlobalIndexStatusProto.GLOBAL_INDEX_STATUS_CREATING;
      case BACKFILLING -> GlobalIndexStatusProto.GLOBAL_INDEX_STATUS_BACKFILLING;
      case ACTIVE -> GlobalIndexStatusProto.GLOBAL_INDEX_STATUS_ACTIVE;
      case DELETING -> GlobalIndexStatusProto.GLOBAL_INDEX_STATUS_DELETING;
    };
  }

  private static GlobalIndex.Status decode(GlobalIndexStatusProto proto) {
    return switch (proto) {
      case GLOBAL_INDEX_STATUS_CREATING -> GlobalIndex.Status.CREATING;
      case GLOBAL_INDEX_STATUS_BACKFILLING -> GlobalIndex.Status.BACKFILLING;
      case GLOBAL_INDEX_STATUS_ACTIVE -> GlobalIndex.Status.ACTIVE;
      case GLOBAL_INDEX_STATUS_DELETING -> GlobalIndex.Status.DELETING;
      case GLOBAL_INDEX_STATUS_UNSPECIFIED, UNRECOGNIZED -> throw Wire.unknown("index status");
    };
  }

  static UpdateIndexProto encode(Command.UpdateIndex command) {
    return UpdateIndexProto.newBuilder()
        .setIndex(command.index().value())
        .setExpiresMicros(command.expiresMicros())
        .addAllUpdates(command.updates().stream().map(IndexMapping::encode).toList())
        .build();
  }

  static Command.UpdateIndex decode(UpdateIndexProto proto) {
    return new Command.UpdateIndex(
        new TableId(proto.getIndex()),
        proto.getExpiresMicros(),
        proto.getUpdatesList().stream().map(IndexMapping::decode).toList());
  }

  private static EntryUpdateProto encode(EntryUpdate update) {
    EntryUpdateProto.Builder proto =
        EntryUpdateProto.newBuilder().setKey(Wire.share(update.key())).setVersion(update.version());
    Item entry = update.entry();
    if (entry != null) {
      proto.setEntry(Wire.item(entry));
    }
    return proto.build();
  }

  private static EntryUpdate decode(EntryUpdateProto proto) {
    return new EntryUpdate(
        Wire.share(proto.getKey()),
        proto.getVersion(),
        proto.hasEntry() ? Wire.item(proto.getEntry()) : null);
  }

  static DeliveredProto encode(Command.Delivered command) {
    return DeliveredProto.newBuilder()
        .setTable(command.table().value())
        .setSegment(ChangeMapping.encode(command.segment()))
        .setThrough(command.through())
        .build();
  }

  static Command.Delivered decode(DeliveredProto proto) {
    return new Command.Delivered(
        new TableId(proto.getTable()),
        ChangeMapping.decode(proto.getSegment()),
        proto.getThrough());
  }
}
