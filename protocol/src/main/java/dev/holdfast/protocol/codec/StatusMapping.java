package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.wire.NodeStatusProto;
import dev.holdfast.protocol.wire.ReplicaStatusProto;
import dev.holdfast.protocol.wire.RoleProto;

/** How nodes see themselves. */
final class StatusMapping {
  private StatusMapping() {}

  static NodeStatusProto encode(NodeStatus status) {
    NodeStatusProto.Builder proto =
        NodeStatusProto.newBuilder().setNode(status.node().name()).setReady(status.ready());
    status.replicas().forEach(replica -> proto.addReplicas(encode(replica)));
    return proto.build();
  }

  static NodeStatus decode(NodeStatusProto proto) {
    return new NodeStatus(
        new NodeId(proto.getNode()),
        proto.getReady(),
        proto.getReplicasList().stream().map(StatusMapping::decode).toList());
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
      case DAMAGED -> RoleProto.ROLE_DAMAGED;
    };
  }

  private static NodeStatus.Role decode(RoleProto proto) {
    return switch (proto) {
      case ROLE_LEADER -> NodeStatus.Role.LEADER;
      case ROLE_FOLLOWER -> NodeStatus.Role.FOLLOWER;
      case ROLE_CANDIDATE -> NodeStatus.Role.CANDIDATE;
      case ROLE_LISTENER -> NodeStatus.Role.LISTENER;
      case ROLE_DAMAGED -> NodeStatus.Role.DAMAGED;
      case ROLE_UNSPECIFIED, UNRECOGNIZED -> throw Wire.unknown("role");
    };
  }
}
