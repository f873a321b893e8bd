package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.Position;
import dev.holdfast.protocol.wire.DigestReplyProto;
import dev.holdfast.protocol.wire.DoneProto;
import dev.holdfast.protocol.wire.GotTogetherReplyProto;
import dev.holdfast.protocol.wire.MoveAdvancedProto;
import dev.holdfast.protocol.wire.NodeReplyProto;
import dev.holdfast.protocol.wire.PositionProto;
import dev.holdfast.protocol.wire.ReadIndexReplyProto;
import dev.holdfast.protocol.wire.ReadReplyProto;
import dev.holdfast.protocol.wire.SplitKeyReplyProto;
import dev.holdfast.protocol.wire.TransactedReplyProto;
import dev.holdfast.protocol.wire.WriteReplyProto;

/** What a node answers. */
final class ReplyMapping {
  private ReplyMapping() {}

  static NodeReplyProto encode(NodeReply reply) {
    NodeReplyProto.Builder proto = NodeReplyProto.newBuilder();
    if (reply instanceof NodeReply.Written written) {
      proto.setWritten(encode(written));
    } else if (reply instanceof NodeReply.ReadDone read) {
      proto.setReadDone(encode(read));
    } else if (reply instanceof NodeReply.ReadIndex readIndex) {
      proto.setReadIndex(
          ReadIndexReplyProto.newBuilder().setTerm(readIndex.term()).setIndex(readIndex.index()));
    } else if (reply instanceof NodeReply.Status status) {
      proto.setStatus(StatusMapping.encode(status.status()));
    } else if (reply instanceof NodeReply.Report report) {
      proto.setReport(ReportMapping.encode(report.report()));
    } else if (reply instanceof NodeReply.Planned planned) {
      proto.setPlanned(ReportMapping.encode(planned.report()));
    } else if (reply instanceof NodeReply.Digest digest) {
      proto.setDigest(encode(digest));
    } else if (reply instanceof NodeReply.SplitKey splitKey) {
      proto.setSplitKey(encode(splitKey));
    } else if (reply instanceof NodeReply.MoveAdvanced advanced) {
      proto.setMoveAdvanced(
          MoveAdvancedProto.newBuilder().setStep(MembershipMapping.encode(advanced.step())));
    } else if (reply instanceof NodeReply.Done) {
      proto.setDone(DoneProto.getDefaultInstance());
    } else if (reply instanceof NodeReply.Transacted transacted) {
      proto.setTransacted(
          TransactedReplyProto.newBuilder()
              .setResult(ResultMapping.encode(transacted.result()))
              .addAllSeen(SeenMapping.encode(transacted.seen())));
    } else if (reply instanceof NodeReply.GotTogether together) {
      proto.setGotTogether(
          GotTogetherReplyProto.newBuilder()
              .setResult(ReadResultMapping.encode(together.result()))
              .addAllSeen(SeenMapping.encode(together.seen())));
    }
    return proto.build();
  }

  /** Throws the {@link dev.holdfast.protocol.rpc.StoreException} that the node answered. */
  static NodeReply decode(NodeReplyProto proto) {
    return switch (proto.getBodyCase()) {
      case WRITTEN ->
          new NodeReply.Written(
              proto.getWritten().getResultsList().stream().map(ResultMapping::decode).toList(),
              decode(proto.getWritten().getPosition()));
      case READ_DONE ->
          new NodeReply.ReadDone(
              proto.getReadDone().getResultsList().stream().map(ReadResultMapping::decode).toList(),
              decode(proto.getReadDone().getPosition()));
      case READ_INDEX ->
          new NodeReply.ReadIndex(proto.getReadIndex().getTerm(), proto.getReadIndex().getIndex());
      case STATUS -> new NodeReply.Status(StatusMapping.decode(proto.getStatus()));
      case REPORT -> new NodeReply.Report(ReportMapping.decode(proto.getReport()));
      case PLANNED -> new NodeReply.Planned(ReportMapping.decode(proto.getPlanned()));
      case MOVE_ADVANCED ->
          new NodeReply.MoveAdvanced(MembershipMapping.decode(proto.getMoveAdvanced().getStep()));
      case DONE -> new NodeReply.Done();
      case DIGEST ->
          new NodeReply.Digest(
              proto.getDigest().hasDigest() ? Wire.share(proto.getDigest().getDigest()) : null);
      case SPLIT_KEY ->
          new NodeReply.SplitKey(
              proto.getSplitKey().hasKey() ? Wire.share(proto.getSplitKey().getKey()) : null);
      case TRANSACTED ->
          new NodeReply.Transacted(
              ResultMapping.decode(proto.getTransacted().getResult()),
              SeenMapping.decode(proto.getTransacted().getSeenList()));
      case GOT_TOGETHER ->
          new NodeReply.GotTogether(
              ReadResultMapping.decode(proto.getGotTogether().getResult()),
              SeenMapping.decode(proto.getGotTogether().getSeenList()));
      case FAILURE -> throw FailureMapping.decode(proto.getFailure());
      case BODY_NOT_SET -> throw Wire.unknown("reply");
    };
  }

  private static DigestReplyProto encode(NodeReply.Digest reply) {
    DigestReplyProto.Builder proto = DigestReplyProto.newBuilder();
    Bytes digest = reply.digest();
    if (digest != null) {
      proto.setDigest(Wire.share(digest));
    }
    return proto.build();
  }

  private static SplitKeyReplyProto encode(NodeReply.SplitKey reply) {
    SplitKeyReplyProto.Builder proto = SplitKeyReplyProto.newBuilder();
    Bytes key = reply.key();
    if (key != null) {
      proto.setKey(Wire.share(key));
    }
    return proto.build();
  }

  private static WriteReplyProto encode(NodeReply.Written written) {
    WriteReplyProto.Builder proto =
        WriteReplyProto.newBuilder().setPosition(encode(written.position()));
    written.results().forEach(result -> proto.addResults(ResultMapping.encode(result)));
    return proto.build();
  }

  private static ReadReplyProto encode(NodeReply.ReadDone read) {
    ReadReplyProto.Builder proto = ReadReplyProto.newBuilder().setPosition(encode(read.position()));
    read.results().forEach(result -> proto.addResults(ReadResultMapping.encode(result)));
    return proto.build();
  }

  private static PositionProto encode(Position position) {
    return PositionProto.newBuilder()
        .setTerm(position.term())
        .setAppliedIndex(position.appliedIndex())
        .setStampMicros(position.stampMicros())
        .build();
  }

  private static Position decode(PositionProto proto) {
    return new Position(proto.getTerm(), proto.getAppliedIndex(), proto.getStampMicros());
  }
}
