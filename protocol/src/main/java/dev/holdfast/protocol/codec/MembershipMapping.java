package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MembershipChange;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.MoveStep;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.wire.AddNodeProto;
import dev.holdfast.protocol.wire.BeginMoveProto;
import dev.holdfast.protocol.wire.BeginRebuildProto;
import dev.holdfast.protocol.wire.FinishMoveProto;
import dev.holdfast.protocol.wire.MembersProto;
import dev.holdfast.protocol.wire.MembershipChangeProto;
import dev.holdfast.protocol.wire.MembershipProto;
import dev.holdfast.protocol.wire.MoveProto;
import dev.holdfast.protocol.wire.MoveRequestProto;
import dev.holdfast.protocol.wire.MoveStepProto;
import dev.holdfast.protocol.wire.MovedPartitionProto;
import dev.holdfast.protocol.wire.NodeNameProto;
import dev.holdfast.protocol.wire.SetMembersProto;
import java.util.List;

/** Who is in the cluster, and changes of it. */
final class MembershipMapping implements MembershipChange.Handler<MembershipChangeProto> {
  private static final MembershipMapping ENCODER = new MembershipMapping();

  private MembershipMapping() {}

  static MembershipChangeProto encode(MembershipChange change) {
    return change.dispatch(ENCODER);
  }

  @Override
  public MembershipChangeProto addNode(MembershipChange.AddNode change) {
    AddNodeProto.Builder proto =
        AddNodeProto.newBuilder()
            .setNode(ClusterMapping.encode(change.node()))
            .setClusterId(change.clusterId());
    return MembershipChangeProto.newBuilder().setAddNode(proto).build();
  }

  @Override
  public MembershipChangeProto decommissionNode(MembershipChange.DecommissionNode change) {
    return MembershipChangeProto.newBuilder().setDecommissionNode(name(change.node())).build();
  }

  @Override
  public MembershipChangeProto recommissionNode(MembershipChange.RecommissionNode change) {
    return MembershipChangeProto.newBuilder().setRecommissionNode(name(change.node())).build();
  }

  @Override
  public MembershipChangeProto removeNode(MembershipChange.RemoveNode change) {
    return MembershipChangeProto.newBuilder().setRemoveNode(name(change.node())).build();
  }

  private static NodeNameProto name(NodeId node) {
    return NodeNameProto.newBuilder().setId(node.name()).build();
  }

  @Override
  public MembershipChangeProto beginMove(MembershipChange.BeginMove change) {
    BeginMoveProto.Builder proto =
        BeginMoveProto.newBuilder()
            .setPartition(change.partition().value())
            .setEpoch(change.epoch());
    NodeId add = change.add();
    NodeId remove = change.remove();
    if (add != null) {
      proto.setAdd(add.name());
    }
    if (remove != null) {
      proto.setRemove(remove.name());
    }
    return MembershipChangeProto.newBuilder().setBeginMove(proto).build();
  }

  @Override
  public MembershipChangeProto beginRebuild(MembershipChange.BeginRebuild change) {
    BeginRebuildProto.Builder proto =
        BeginRebuildProto.newBuilder()
            .setPartition(change.partition().value())
            .setEpoch(change.epoch())
            .setNode(change.node().name());
    return MembershipChangeProto.newBuilder().setBeginRebuild(proto).build();
  }

  @Override
  public MembershipChangeProto abandonMove(MembershipChange.AbandonMove change) {
    MovedPartitionProto.Builder proto =
        MovedPartitionProto.newBuilder()
            .setPartition(change.partition().value())
            .setEpoch(change.epoch());
    return MembershipChangeProto.newBuilder().setAbandonMove(proto).build();
  }

  @Override
  public MembershipChangeProto finishMove(MembershipChange.FinishMove change) {
    FinishMoveProto.Builder proto =
        FinishMoveProto.newBuilder()
            .setPartition(change.partition().value())
            .setEpoch(change.epoch())
            .setUndone(change.outcome() == MoveOperation.Outcome.UNDONE);
    return MembershipChangeProto.newBuilder().setFinishMove(proto).build();
  }

  static MembershipChange decode(MembershipChangeProto proto) {
    return switch (proto.getBodyCase()) {
      case ADD_NODE ->
          new MembershipChange.AddNode(
              ClusterMapping.decode(proto.getAddNode().getNode()),
              proto.getAddNode().getClusterId());
      case DECOMMISSION_NODE ->
          new MembershipChange.DecommissionNode(node(proto.getDecommissionNode()));
      case RECOMMISSION_NODE ->
          new MembershipChange.RecommissionNode(node(proto.getRecommissionNode()));
      case REMOVE_NODE -> new MembershipChange.RemoveNode(node(proto.getRemoveNode()));
      case BEGIN_MOVE -> decode(proto.getBeginMove());
      case BEGIN_REBUILD ->
          new MembershipChange.BeginRebuild(
              new PartitionId(proto.getBeginRebuild().getPartition()),
              proto.getBeginRebuild().getEpoch(),
              new NodeId(proto.getBeginRebuild().getNode()));
      case ABANDON_MOVE ->
          new MembershipChange.AbandonMove(
              new PartitionId(proto.getAbandonMove().getPartition()),
              proto.getAbandonMove().getEpoch());
      case FINISH_MOVE -> decode(proto.getFinishMove());
      case BODY_NOT_SET -> throw Wire.unknown("change of members");
    };
  }

  private static NodeId node(NodeNameProto proto) {
    return new NodeId(proto.getId());
  }

  private static MembershipChange.BeginMove decode(BeginMoveProto proto) {
    return new MembershipChange.BeginMove(
        new PartitionId(proto.getPartition()),
        proto.getEpoch(),
        proto.hasAdd() ? new NodeId(proto.getAdd()) : null,
        proto.hasRemove() ? new NodeId(proto.getRemove()) : null);
  }

  private static MembershipChange.FinishMove decode(FinishMoveProto proto) {
    return new MembershipChange.FinishMove(
        new PartitionId(proto.getPartition()),
        proto.getEpoch(),
        proto.getUndone() ? MoveOperation.Outcome.UNDONE : MoveOperation.Outcome.MOVED);
  }

  static SetMembersProto encode(Command.SetMembers command) {
    SetMembersProto.Builder proto = SetMembersProto.newBuilder().setEpoch(command.epoch());
    command.replicas().forEach(node -> proto.addReplicas(node.name()));
    return proto.build();
  }

  static Command.SetMembers decode(SetMembersProto proto) {
    return new Command.SetMembers(
        proto.getEpoch(), proto.getReplicasList().stream().map(NodeId::new).toList());
  }

  static MoveProto encode(MoveOperation move) {
    MoveProto.Builder proto =
        MoveProto.newBuilder()
            .setBefore(ClusterMapping.encode(move.before()))
            .setGivenUp(move.givenUp());
    NodeId add = move.add();
    NodeId remove = move.remove();
    if (add != null) {
      proto.setAdd(add.name());
    }
    if (remove != null) {
      proto.setRemove(remove.name());
    }
    return proto.build();
  }

  static MoveOperation decode(MoveProto proto) {
    return new MoveOperation(
        ClusterMapping.decode(proto.getBefore()),
        proto.hasAdd() ? new NodeId(proto.getAdd()) : null,
        proto.hasRemove() ? new NodeId(proto.getRemove()) : null,
        proto.getGivenUp());
  }

  static MembershipProto encode(Membership membership) {
    return MembershipProto.newBuilder()
        .setReplicaCount(membership.replicaCount())
        .setMeta(ClusterMapping.encode(membership.meta()))
        .addAllMoves(membership.moves().stream().map(MembershipMapping::encode).toList())
        .build();
  }

  static Membership decode(MembershipProto proto) {
    return new Membership(
        proto.getReplicaCount(),
        ClusterMapping.decode(proto.getMeta()),
        proto.getMovesList().stream().map(MembershipMapping::decode).toList());
  }

  static MembersProto encode(ReadResult.Members result) {
    MembersProto.Builder proto = MembersProto.newBuilder();
    Membership membership = result.membership();
    if (membership != null) {
      proto.setMembership(encode(membership));
    }
    return proto.build();
  }

  static ReadResult.Members decode(MembersProto proto) {
    return new ReadResult.Members(proto.hasMembership() ? decode(proto.getMembership()) : null);
  }

  static MoveRequestProto request(MoveOperation move, List<ClusterMap.Node> nodes) {
    return MoveRequestProto.newBuilder()
        .setMove(encode(move))
        .addAllNodes(nodes.stream().map(ClusterMapping::encode).toList())
        .build();
  }

  static List<ClusterMap.Node> nodes(MoveRequestProto proto) {
    return proto.getNodesList().stream().map(ClusterMapping::decode).toList();
  }

  static MoveStepProto encode(MoveStep step) {
    return switch (step) {
      case ADD_LISTENER -> MoveStepProto.MOVE_STEP_ADD_LISTENER;
      case PROMOTE -> MoveStepProto.MOVE_STEP_PROMOTE;
      case HAND_OVER -> MoveStepProto.MOVE_STEP_HAND_OVER;
      case REMOVE -> MoveStepProto.MOVE_STEP_REMOVE;
      case RETRACT -> MoveStepProto.MOVE_STEP_RETRACT;
      case RECORD -> MoveStepProto.MOVE_STEP_RECORD;
      case WAIT -> MoveStepProto.MOVE_STEP_WAIT;
      case MOVED -> MoveStepProto.MOVE_STEP_MOVED;
      case UNDONE -> MoveStepProto.MOVE_STEP_UNDONE;
      case STRANGE -> MoveStepProto.MOVE_STEP_STRANGE;
    };
  }

  static MoveStep decode(MoveStepProto proto) {
    return switch (proto) {
      case MOVE_STEP_ADD_LISTENER -> MoveStep.ADD_LISTENER;
      case MOVE_STEP_PROMOTE -> MoveStep.PROMOTE;
      case MOVE_STEP_HAND_OVER -> MoveStep.HAND_OVER;
      case MOVE_STEP_REMOVE -> MoveStep.REMOVE;
      case MOVE_STEP_RETRACT -> MoveStep.RETRACT;
      case MOVE_STEP_RECORD -> MoveStep.RECORD;
      case MOVE_STEP_WAIT -> MoveStep.WAIT;
      case MOVE_STEP_MOVED -> MoveStep.MOVED;
      case MOVE_STEP_UNDONE -> MoveStep.UNDONE;
      case MOVE_STEP_STRANGE -> MoveStep.STRANGE;
      case MOVE_STEP_UNSPECIFIED, UNRECOGNIZED -> throw Wire.unknown("step of a move");
    };
  }
}
