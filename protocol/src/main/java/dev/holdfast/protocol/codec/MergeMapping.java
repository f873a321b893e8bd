package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.command.MergeCommand;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.model.Merge;
import dev.holdfast.protocol.model.MergeOperation;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.wire.AbsorbProto;
import dev.holdfast.protocol.wire.BeginMergeProto;
import dev.holdfast.protocol.wire.CommandProto;
import dev.holdfast.protocol.wire.GatherProto;
import dev.holdfast.protocol.wire.MergeIdProto;
import dev.holdfast.protocol.wire.MergeProto;
import dev.holdfast.protocol.wire.MergeRecordProto;
import dev.holdfast.protocol.wire.RowProto;
import dev.holdfast.protocol.wire.TakeProto;

/** Merges and their steps. */
final class MergeMapping {
  private MergeMapping() {}

  static CommandProto encode(MergeCommand command) {
    CommandProto.Builder proto = CommandProto.newBuilder();
    if (command instanceof MergeCommand.Freeze freeze) {
      proto.setFreeze(encode(freeze.operation()));
    } else if (command instanceof MergeCommand.Gather gather) {
      proto.setGather(
          GatherProto.newBuilder()
              .setMerge(encode(gather.operation()))
              .setDigest(Wire.share(gather.digest())));
    } else if (command instanceof MergeCommand.Take take) {
      proto.setTake(encode(take));
    } else if (command instanceof MergeCommand.Absorb absorb) {
      proto.setAbsorb(
          AbsorbProto.newBuilder()
              .setMerge(absorb.merge())
              .setAfter(Wire.share(absorb.after()))
              .setStampMicros(absorb.stampMicros())
              .setFloorMicros(absorb.floorMicros()));
    } else if (command instanceof MergeCommand.Cancel cancel) {
      proto.setCancel(encode(cancel.operation()));
    } else if (command instanceof MergeCommand.Unfreeze unfreeze) {
      proto.setUnfreeze(encode(unfreeze.operation()));
    }
    return proto.build();
  }

  private static TakeProto encode(MergeCommand.Take take) {
    TakeProto.Builder proto =
        TakeProto.newBuilder().setMerge(take.merge()).setAfter(Wire.share(take.after()));
    for (MergeCommand.Row row : take.rows()) {
      proto.addRows(
          RowProto.newBuilder().setKey(Wire.share(row.key())).setValue(Wire.share(row.value())));
    }
    return proto.build();
  }

  static MergeCommand freeze(MergeProto proto) {
    return new MergeCommand.Freeze(decode(proto));
  }

  static MergeCommand decode(GatherProto proto) {
    return new MergeCommand.Gather(decode(proto.getMerge()), Wire.share(proto.getDigest()));
  }

  static MergeCommand decode(TakeProto proto) {
    return new MergeCommand.Take(
        proto.getMerge(),
        Wire.share(proto.getAfter()),
        proto.getRowsList().stream()
            .map(row -> new MergeCommand.Row(Wire.share(row.getKey()), Wire.share(row.getValue())))
            .toList());
  }

  static MergeCommand decode(AbsorbProto proto) {
    return new MergeCommand.Absorb(
        proto.getMerge(),
        Wire.share(proto.getAfter()),
        proto.getStampMicros(),
        proto.getFloorMicros());
  }

  static MergeCommand cancel(MergeProto proto) {
    return new MergeCommand.Cancel(decode(proto));
  }

  static MergeCommand unfreeze(MergeProto proto) {
    return new MergeCommand.Unfreeze(decode(proto));
  }

  static MetaCommand decode(BeginMergeProto proto) {
    return new MetaCommand.BeginMerge(
        new PartitionId(proto.getLeft()),
        proto.getLeftEpoch(),
        new PartitionId(proto.getRight()),
        proto.getRightEpoch());
  }

  static MergeIdProto id(long merge) {
    return MergeIdProto.newBuilder().setId(merge).build();
  }

  static MergeProto encode(MergeOperation operation) {
    return MergeProto.newBuilder()
        .setId(operation.id())
        .setLeft(ClusterMapping.encode(operation.left()))
        .setRight(ClusterMapping.encode(operation.right()))
        .build();
  }

  static MergeOperation decode(MergeProto proto) {
    return new MergeOperation(
        proto.getId(),
        ClusterMapping.decode(proto.getLeft()),
        ClusterMapping.decode(proto.getRight()));
  }

  static MergeRecordProto encode(Merge merge) {
    return MergeRecordProto.newBuilder()
        .setMerge(encode(merge.operation()))
        .setAbsorbed(merge.absorbed())
        .build();
  }

  static Merge decode(MergeRecordProto proto) {
    return new Merge(decode(proto.getMerge()), proto.getAbsorbed());
  }
}
