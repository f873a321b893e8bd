package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.ChangeRecord;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.StreamView;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableStream;
import dev.holdfast.protocol.wire.BacklogProto;
import dev.holdfast.protocol.wire.ChangeLogListProto;
import dev.holdfast.protocol.wire.ChangeLogProto;
import dev.holdfast.protocol.wire.ChangeRecordProto;
import dev.holdfast.protocol.wire.ChangeSegmentProto;
import dev.holdfast.protocol.wire.ChangeStreamProto;
import dev.holdfast.protocol.wire.ChangesPageProto;
import dev.holdfast.protocol.wire.ChangesProto;
import dev.holdfast.protocol.wire.SegmentIdProto;
import dev.holdfast.protocol.wire.SegmentListProto;
import dev.holdfast.protocol.wire.SegmentsProto;
import dev.holdfast.protocol.wire.StreamViewProto;
import dev.holdfast.protocol.wire.TableStreamProto;
import dev.holdfast.protocol.wire.TrimChangesProto;
import dev.holdfast.protocol.wire.UndeliveredProto;
import org.jspecify.annotations.Nullable;

/** Change logs and streams. */
final class ChangeMapping {
  private ChangeMapping() {}

  static TableStreamProto encode(TableStream stream) {
    return TableStreamProto.newBuilder()
        .setLabelMillis(stream.labelMillis())
        .setView(encode(stream.view()))
        .setDisabledAtMillis(stream.disabledAtMillis())
        .build();
  }

  static TableStream decode(TableStreamProto proto) {
    return new TableStream(
        proto.getLabelMillis(), decode(proto.getView()), proto.getDisabledAtMillis());
  }

  private static StreamViewProto encode(StreamView view) {
    return switch (view) {
      case KEYS_ONLY -> StreamViewProto.STREAM_VIEW_KEYS_ONLY;
      case NEW_IMAGE -> StreamViewProto.STREAM_VIEW_NEW_IMAGE;
      case OLD_IMAGE -> StreamViewProto.STREAM_VIEW_OLD_IMAGE;
      case NEW_AND_OLD_IMAGES -> StreamViewProto.STREAM_VIEW_NEW_AND_OLD_IMAGES;
    };
  }

  private static StreamView decode(StreamViewProto proto) {
    return switch (proto) {
      case STREAM_VIEW_KEYS_ONLY -> StreamView.KEYS_ONLY;
      case STREAM_VIEW_NEW_IMAGE -> StreamView.NEW_IMAGE;
      case STREAM_VIEW_OLD_IMAGE -> StreamView.OLD_IMAGE;
      case STREAM_VIEW_NEW_AND_OLD_IMAGES -> StreamView.NEW_AND_OLD_IMAGES;
      case STREAM_VIEW_UNSPECIFIED, UNRECOGNIZED -> throw Wire.unknown("stream view");
    };
  }

  static SegmentIdProto encode(SegmentId id) {
    return SegmentIdProto.newBuilder()
        .setPartition(id.partition().value())
        .setNumber(id.number())
        .build();
  }

  static SegmentId decode(SegmentIdProto proto) {
    return new SegmentId(new PartitionId(proto.getPartition()), proto.getNumber());
  }

  static ChangeSegmentProto encode(ChangeSegment segment) {
    ChangeSegmentProto.Builder proto =
        ChangeSegmentProto.newBuilder()
            .setId(encode(segment.id()))
            .setStream(segment.stream())
            .setView(encode(segment.view()))
            .setStart(Wire.share(segment.start()))
            .setOpenedMicros(segment.openedMicros())
            .setLast(segment.last())
            .setClosedMicros(segment.closedMicros())
            .setTrimmedThrough(segment.trimmedThrough())
            .setDeliveredThrough(segment.deliveredThrough())
            .setVersion(segment.version());
    SegmentId parent = segment.parent();
    if (parent != null) {
      proto.setParent(encode(parent));
    }
    return proto.build();
  }

  static ChangeSegment decode(ChangeSegmentProto proto) {
    return new ChangeSegment(
        decode(proto.getId()),
        proto.hasParent() ? decode(proto.getParent()) : null,
        proto.getStream(),
        decode(proto.getView()),
        Wire.share(proto.getStart()),
        proto.getOpenedMicros(),
        proto.getLast(),
        proto.getClosedMicros(),
        proto.getTrimmedThrough(),
        proto.getDeliveredThrough(),
        proto.getVersion());
  }

  static TrimChangesProto encode(Command.TrimChanges command) {
    return TrimChangesProto.newBuilder()
        .setTable(command.table().value())
        .setSegment(encode(command.segment()))
        .setThrough(command.through())
        .build();
  }

  static Command.TrimChanges decode(TrimChangesProto proto) {
    return new Command.TrimChanges(
        new TableId(proto.getTable()), decode(proto.getSegment()), proto.getThrough());
  }

  static ChangeStreamProto encode(MetaCommand.ChangeStream command) {
    ChangeStreamProto.Builder proto = ChangeStreamProto.newBuilder().setName(command.name());
    @Nullable StreamView view = command.view();
    if (view != null) {
      proto.setView(encode(view));
    }
    return proto.build();
  }

  static MetaCommand.ChangeStream decode(ChangeStreamProto proto) {
    return new MetaCommand.ChangeStream(
        proto.getName(), proto.hasView() ? decode(proto.getView()) : null);
  }

  static SegmentsProto encode(Read.Segments read) {
    return SegmentsProto.newBuilder()
        .setTable(read.table().value())
        .setRange(ClusterMapping.encode(read.range()))
        .build();
  }

  static Read.Segments decode(SegmentsProto proto) {
    return new Read.Segments(
        new TableId(proto.getTable()), ClusterMapping.decode(proto.getRange()));
  }

  static ChangesProto encode(Read.Changes read) {
    return ChangesProto.newBuilder()
        .setTable(read.table().value())
        .setSegment(encode(read.segment()))
        .setStart(Wire.share(read.start()))
        .setAfter(read.after())
        .setLimit(read.limit())
        .setBytesMax(read.bytesMax())
        .build();
  }

  static Read.Changes decode(ChangesProto proto) {
    return new Read.Changes(
        new TableId(proto.getTable()),
        decode(proto.getSegment()),
        Wire.share(proto.getStart()),
        proto.getAfter(),
        proto.getLimit(),
        proto.getBytesMax());
  }

  static SegmentListProto encode(ReadResult.Segments result) {
    return SegmentListProto.newBuilder()
        .addAllSegments(result.segments().stream().map(ChangeMapping::encode).toList())
        .setContinues(result.continues())
        .build();
  }

  static ReadResult.Segments decode(SegmentListProto proto) {
    return new ReadResult.Segments(
        proto.getSegmentsList().stream().map(ChangeMapping::decode).toList(), proto.getContinues());
  }

  static ChangesPageProto encode(ReadResult.Changes result) {
    ChangesPageProto.Builder proto =
        ChangesPageProto.newBuilder()
            .addAllRecords(result.records().stream().map(ChangeMapping::encode).toList())
            .setLast(result.last());
    ChangeSegment segment = result.segment();
    if (segment != null) {
      proto.setSegment(encode(segment));
    }
    return proto.build();
  }

  static ReadResult.Changes decode(ChangesPageProto proto) {
    return new ReadResult.Changes(
        proto.hasSegment() ? decode(proto.getSegment()) : null,
        proto.getRecordsList().stream().map(ChangeMapping::decode).toList(),
        proto.getLast());
  }

  static UndeliveredProto encode(ReadResult.Undelivered result) {
    UndeliveredProto.Builder proto = UndeliveredProto.newBuilder();
    for (ReadResult.Backlog backlog : result.backlogs()) {
      proto.addBacklogs(
          BacklogProto.newBuilder()
              .setTable(TableMapping.encode(backlog.table()))
              .setSegment(encode(backlog.segment()))
              .setLast(backlog.last()));
    }
    result.backfills().forEach(each -> proto.addBackfills(IndexMapping.encode(each)));
    return proto.setIsFollowed(result.isFollowed()).build();
  }

  static ChangeLogListProto encode(ReadResult.ChangeLogs result) {
    ChangeLogListProto.Builder proto = ChangeLogListProto.newBuilder();
    for (ReadResult.ChangeLogs.Log log : result.logs()) {
      proto.addLogs(
          ChangeLogProto.newBuilder()
              .setTable(log.table().value())
              .setLast(log.last())
              .addAllSegments(log.segments().stream().map(ChangeMapping::encode).toList()));
    }
    return proto.build();
  }

  static ReadResult.Undelivered decode(UndeliveredProto proto) {
    return new ReadResult.Undelivered(
        proto.getBacklogsList().stream()
            .map(
                backlog ->
                    new ReadResult.Backlog(
                        TableMapping.decode(backlog.getTable()),
                        decode(backlog.getSegment()),
                        backlog.getLast()))
            .toList(),
        proto.getBackfillsList().stream().map(IndexMapping::decode).toList(),
        proto.getIsFollowed());
  }

  static ReadResult.ChangeLogs decode(ChangeLogListProto proto) {
    return new ReadResult.ChangeLogs(
        proto.getLogsList().stream()
            .map(
                log ->
                    new ReadResult.ChangeLogs.Log(
                        new TableId(log.getTable()),
                        log.getLast(),
                        log.getSegmentsList().stream().map(ChangeMapping::decode).toList()))
            .toList());
  }

  private static ChangeRecordProto encode(ChangeRecord record) {
    return ChangeRecordProto.newBuilder()
        .setNumber(record.number())
        .setRecord(Wire.share(record.encode()))
        .build();
  }

  private static ChangeRecord decode(ChangeRecordProto proto) {
    return ChangeRecord.decode(proto.getNumber(), Wire.share(proto.getRecord()));
  }
}
