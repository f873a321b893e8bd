package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.Position;
import dev.holdfast.protocol.wire.DigestReplyProto;
import dev.holdfast.protocol.wire.DoneProto;
import dev.holdfast.protocol.wire.GotTogetherReplyProto;
import dev.holdfast.protocol.wire.MoveAdvancedProto;
import dev.holdfast.protocol.wire.NodeReplyProto;
import dev.holdfast.protocol.wire.NodeStatusProto;
import dev.holdfast.protocol.wire.PositionProto;
import dev.holdfast.protocol.wire.ReadIndexReplyProto;
import dev.holdfast.protocol.wire.ReadReplyProto;
import dev.holdfast.protocol.wire.ReplicaStatusProto;
import dev.holdfast.protocol.wire.RoleProto;
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
      proto.setStatus(encode(status.status()));
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
      case STATUS -> new NodeReply.Status(decode(proto.getStatus()));
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

  private static NodeStatusProto encode(NodeStatus status) {
    NodeStatusProto.Builder proto =
        NodeStatusProto.newBuilder().setNode(status.node().name()).setReady(status.ready());
    status.replicas().forEach(replica -> proto.addReplicas(encode(replica)));
    return proto.build();
  }

  private static NodeStatus decode(NodeStatusProto proto) {
    return new NodeStatus(
        new NodeId(proto.getNode()),
        proto.getReady(),
        proto.getReplicasList().stream().map(ReplyMapping::decode).toList());
  }

  private static ReplicaStatusProto encode(NodeStatus.Replica replica) {
    ReplicaStatusProto.Builder proto =
        ReplicaStatusProto.newBuilder()
            .setPartition(replica.partition().value())
            .setEpoch(replica.epoch())
            .setRole(encode(replica.role()))
            .setTerm(replica.term())
            .setCommitIndex(replica.commitIndex())
            .setAppliedIndex(replica.appliedIndex())
            .setBytes(replica.bytes())
            .setReadsPerSecond(replica.readsPerSecond())
            .setWritesPerSecond(replica.writesPerSecond());
    NodeId leader = replica.leader();
    if (leader != null) {
      proto.setLeader(leader.name());
    }
    return proto.build();
  }

  private static NodeStatus.Replica decode(ReplicaStatusProto proto) {
    return new NodeStatus.Replica(
        new PartitionId(proto.getPartition()),
        proto.getEpoch(),
        decode(proto.getRole()),
        proto.hasLeader() ? new NodeId(proto.getLeader()) : null,
        proto.getTerm(),
        proto.getCommitIndex(),
        proto.getAppliedIndex(),
        proto.getBytes(),
        proto.getReadsPerSecond(),
        proto.getWritesPerSecond());
  }

  private static RoleProto encode(NodeStatus.Role role) {
    return switch (role) {
      case LEADER -> RoleProto.ROLE_LEADER;
      case FOLLOWER -> RoleProto.ROLE_FOLLOWER;
      case CANDIDATE -> RoleProto.ROLE_CANDIDATE;
      case LISTENER -> RoleProto.ROLE_LISTENER;
    };
  }

  private static NodeStatus.Role decode(RoleProto proto) {
    return switch (proto) {
      case ROLE_LEADER -> NodeStatus.Role.LEADER;
      case ROLE_FOLLOWER -> NodeStatus.Role.FOLLOWER;
      case ROLE_CANDIDATE -> NodeStatus.Role.CANDIDATE;
      case ROLE_LISTENER -> NodeStatus.Role.LISTENER;
      case ROLE_UNSPECIFIED, UNRECOGNIZED -> throw Wire.unknown("role");
    };
  }
}
