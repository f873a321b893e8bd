package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Command.EntryUpdate;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.IndexChange;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.OnDemandLimits;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.wire.AttemptIdProto;
import dev.holdfast.protocol.wire.BackfillProto;
import dev.holdfast.protocol.wire.BackfilledProto;
import dev.holdfast.protocol.wire.DeliveredProto;
import dev.holdfast.protocol.wire.EntryUpdateProto;
import dev.holdfast.protocol.wire.GlobalIndexProto;
import dev.holdfast.protocol.wire.GlobalIndexStatusProto;
import dev.holdfast.protocol.wire.IndexChangeProto;
import dev.holdfast.protocol.wire.IndexPositionProto;
import dev.holdfast.protocol.wire.IndexPositionsProto;
import dev.holdfast.protocol.wire.IndexSettingsProto;
import dev.holdfast.protocol.wire.IndexedProto;
import dev.holdfast.protocol.wire.IndexesFilledProto;
import dev.holdfast.protocol.wire.UnfilledPageProto;
import dev.holdfast.protocol.wire.UnfilledProto;
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
            .setLimits(TableOptionsMapping.encode(index.limits()))
            .setSince(index.since());
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
        proto.hasWarmth() ? TableMapping.decode(proto.getWarmth()) : Throughput.NONE,
        proto.getSince());
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

  static BackfilledProto encode(Command.Backfilled command) {
    return BackfilledProto.newBuilder()
        .setTable(command.table().value())
        .setIndex(command.index().value())
        .setFrom(Wire.share(command.from()))
        .setTo(Wire.share(command.to()))
        .build();
  }

  static Command.Backfilled decode(BackfilledProto proto) {
    return new Command.Backfilled(
        new TableId(proto.getTable()),
        new TableId(proto.getIndex()),
        Wire.share(proto.getFrom()),
        Wire.share(proto.getTo()));
  }

  static IndexesFilledProto encode(MetaCommand.MarkIndexesFilled command) {
    return IndexesFilledProto.newBuilder()
        .setTable(command.table().value())
        .setVersion(command.version())
        .build();
  }

  static MetaCommand.MarkIndexesFilled decode(IndexesFilledProto proto) {
    return new MetaCommand.MarkIndexesFilled(new TableId(proto.getTable()), proto.getVersion());
  }

  static IndexChangeProto encode(IndexChange change) {
    IndexChangeProto.Builder proto = IndexChangeProto.newBuilder();
    if (change instanceof IndexChange.Create create) {
      proto.setCreate(encode(create.index()));
    } else if (change instanceof IndexChange.Delete delete) {
      proto.setDelete(delete.name());
    } else if (change instanceof IndexChange.Settings settings) {
      proto.setSettings(encode(settings));
    }
    return proto.build();
  }

  static IndexChange decode(IndexChangeProto proto) {
    return switch (proto.getBodyCase()) {
      case CREATE -> new IndexChange.Create(decode(proto.getCreate()));
      case DELETE -> new IndexChange.Delete(proto.getDelete());
      case SETTINGS -> decode(proto.getSettings());
      case BODY_NOT_SET -> throw Wire.unknown("change of an index");
    };
  }

  private static IndexSettingsProto encode(IndexChange.Settings settings) {
    IndexSettingsProto.Builder proto = IndexSettingsProto.newBuilder().setName(settings.name());
    Throughput throughput = settings.throughput();
    if (throughput != null) {
      proto.setThroughput(TableMapping.encode(throughput));
    }
    OnDemandLimits limits = settings.limits();
    if (limits != null) {
      proto.setLimits(TableOptionsMapping.encode(limits));
    }
    Throughput warmth = settings.warmth();
    if (warmth != null) {
      proto.setWarmth(TableMapping.encode(warmth));
    }
    return proto.build();
  }

  private static IndexChange.Settings decode(IndexSettingsProto proto) {
    return new IndexChange.Settings(
        proto.getName(),
        proto.hasThroughput() ? TableMapping.decode(proto.getThroughput()) : null,
        proto.hasLimits() ? TableOptionsMapping.decode(proto.getLimits()) : null,
        proto.hasWarmth() ? TableMapping.decode(proto.getWarmth()) : null);
  }

  static UnfilledProto encode(Read.Unfilled read) {
    return UnfilledProto.newBuilder()
        .setTable(read.table().value())
        .setFrom(Wire.share(read.from()))
        .setLimit(read.limit())
        .setBytesMax(read.bytesMax())
        .build();
  }

  static Read.Unfilled decode(UnfilledProto proto) {
    return new Read.Unfilled(
        new TableId(proto.getTable()),
        Wire.share(proto.getFrom()),
        proto.getLimit(),
        proto.getBytesMax());
  }

  static UnfilledPageProto encode(ReadResult.Unfilled result) {
    return UnfilledPageProto.newBuilder()
        .addAllItems(result.items().stream().map(Wire::item).toList())
        .setVersion(result.version())
        .setNext(Wire.share(result.next()))
        .build();
  }

  static ReadResult.Unfilled decode(UnfilledPageProto proto) {
    return new ReadResult.Unfilled(
        proto.getItemsList().stream().map(Wire::item).toList(),
        proto.getVersion(),
        Wire.share(proto.getNext()));
  }

  static IndexedProto encode(Read.Indexed read) {
    return IndexedProto.newBuilder()
        .setTable(read.table().value())
        .setIndex(read.index().value())
        .setRange(ClusterMapping.encode(read.range()))
        .build();
  }

  static Read.Indexed decode(IndexedProto proto) {
    return new Read.Indexed(
        new TableId(proto.getTable()),
        new TableId(proto.getIndex()),
        ClusterMapping.decode(proto.getRange()));
  }

  static IndexPositionsProto encode(ReadResult.Indexed result) {
    IndexPositionsProto.Builder proto =
        IndexPositionsProto.newBuilder().setContinues(result.continues());
    for (AttemptId attempt : result.pending()) {
      proto.addPending(AttemptIdProto.newBuilder().setHigh(attempt.high()).setLow(attempt.low()));
    }
    for (ReadResult.Indexed.Position position : result.positions()) {
      proto.addPositions(
          IndexPositionProto.newBuilder()
              .setSegment(ChangeMapping.encode(position.segment()))
              .setNumber(position.number()));
    }
    return proto.build();
  }

  static ReadResult.Indexed decode(IndexPositionsProto proto) {
    return new ReadResult.Indexed(
        proto.getPositionsList().stream()
            .map(
                position ->
                    new ReadResult.Indexed.Position(
                        ChangeMapping.decode(position.getSegment()), position.getNumber()))
            .toList(),
        proto.getPendingList().stream()
            .map(attempt -> new AttemptId(attempt.getHigh(), attempt.getLow()))
            .toList(),
        proto.getContinues());
  }

  static BackfillProto encode(ReadResult.Backfill backfill) {
    return BackfillProto.newBuilder()
        .setTable(TableMapping.encode(backfill.table()))
        .setIndex(backfill.index().value())
        .setFrom(Wire.share(backfill.from()))
        .build();
  }

  static ReadResult.Backfill decode(BackfillProto proto) {
    return new ReadResult.Backfill(
        TableMapping.decode(proto.getTable()),
        new TableId(proto.getIndex()),
        Wire.share(proto.getFrom()));
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
