package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.command.ClientToken;
import dev.holdfast.protocol.command.TransactionGet;
import dev.holdfast.protocol.command.TransactionRequest;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.ReadMode;
import dev.holdfast.protocol.wire.DigestRequestProto;
import dev.holdfast.protocol.wire.DropReplicaProto;
import dev.holdfast.protocol.wire.GetTogetherProto;
import dev.holdfast.protocol.wire.HeartbeatProto;
import dev.holdfast.protocol.wire.NodeRequestProto;
import dev.holdfast.protocol.wire.PlanRequestProto;
import dev.holdfast.protocol.wire.ReadIndexRequestProto;
import dev.holdfast.protocol.wire.ReadLevelProto;
import dev.holdfast.protocol.wire.ReadModeProto;
import dev.holdfast.protocol.wire.ReadRequestProto;
import dev.holdfast.protocol.wire.SplitKeyRequestProto;
import dev.holdfast.protocol.wire.StatusRequestProto;
import dev.holdfast.protocol.wire.TransactionGetProto;
import dev.holdfast.protocol.wire.TransactionPartProto;
import dev.holdfast.protocol.wire.TransactionRequestProto;
import dev.holdfast.protocol.wire.TransferLeaderProto;
import dev.holdfast.protocol.wire.WriteRequestProto;

/** What a node is asked. */
final class RequestMapping {
  private RequestMapping() {}

  static NodeRequestProto encode(NodeRequest request) {
    NodeRequestProto.Builder proto = NodeRequestProto.newBuilder();
    if (request instanceof NodeRequest.Write write) {
      proto.setWrite(encode(write));
    } else if (request instanceof NodeRequest.ReadFrom read) {
      proto.setRead(encode(read));
    } else if (request instanceof NodeRequest.AskReadIndex ask) {
      proto.setReadIndex(
          ReadIndexRequestProto.newBuilder()
              .setPartition(ask.partition().value())
              .setTimeoutMillis(ask.timeoutMillis()));
    } else if (request instanceof NodeRequest.AskStatus) {
      proto.setStatus(StatusRequestProto.getDefaultInstance());
    } else if (request instanceof NodeRequest.Heartbeat heartbeat) {
      proto.setHeartbeat(encode(heartbeat));
    } else if (request instanceof NodeRequest.AskPlan) {
      proto.setPlan(PlanRequestProto.getDefaultInstance());
    } else if (request instanceof NodeRequest.HostReplica host) {
      proto.setHostReplica(ClusterMapping.encode(host.partition()));
    } else if (request instanceof NodeRequest.RetireReplica retire) {
      proto.setRetireReplica(MergeMapping.encode(retire.merge()));
    } else if (request instanceof NodeRequest.HostListener host) {
      proto.setHostListener(MembershipMapping.request(host.move(), host.nodes()));
    } else if (request instanceof NodeRequest.AdvanceMove advance) {
      proto.setAdvanceMove(MembershipMapping.request(advance.move(), advance.nodes()));
    } else if (request instanceof NodeRequest.DropReplica drop) {
      proto.setDropReplica(
          DropReplicaProto.newBuilder()
              .setPartition(drop.partition().value())
              .setEpoch(drop.epoch()));
    } else if (request instanceof NodeRequest.TransferLeader transfer) {
      proto.setTransferLeader(
          TransferLeaderProto.newBuilder()
              .setPartition(transfer.partition().value())
              .setTo(transfer.to().name())
              .setTimeoutMillis(transfer.timeoutMillis()));
    } else if (request instanceof NodeRequest.AskDigest ask) {
      proto.setDigest(
          DigestRequestProto.newBuilder()
              .setPartition(ask.partition().value())
              .setIndex(ask.index()));
    } else if (request instanceof NodeRequest.AskSplitKey ask) {
      proto.setSplitKey(SplitKeyRequestProto.newBuilder().setPartition(ask.partition().value()));
    } else if (request instanceof NodeRequest.PrepareSplit prepare) {
      proto.setPrepareSplit(ClusterMapping.encode(prepare.operation()));
    } else if (request instanceof NodeRequest.Transact transact) {
      proto.setTransact(encode(transact));
    } else if (request instanceof NodeRequest.GetTogether together) {
      proto.setGetTogether(encode(together));
    }
    return proto.build();
  }

  static NodeRequest decode(NodeRequestProto proto) {
    return switch (proto.getBodyCase()) {
      case WRITE -> decode(proto.getWrite());
      case READ -> decode(proto.getRead());
      case READ_INDEX ->
          new NodeRequest.AskReadIndex(
              new PartitionId(proto.getReadIndex().getPartition()),
              proto.getReadIndex().getTimeoutMillis());
      case STATUS -> new NodeRequest.AskStatus();
      case HEARTBEAT ->
          new NodeRequest.Heartbeat(
              proto.getHeartbeat().hasMap()
                  ? ClusterMapping.decode(proto.getHeartbeat().getMap())
                  : null);
      case PLAN -> new NodeRequest.AskPlan();
      case HOST_REPLICA ->
          new NodeRequest.HostReplica(ClusterMapping.decode(proto.getHostReplica()));
      case RETIRE_REPLICA ->
          new NodeRequest.RetireReplica(MergeMapping.decode(proto.getRetireReplica()));
      case HOST_LISTENER ->
          new NodeRequest.HostListener(
              MembershipMapping.decode(proto.getHostListener().getMove()),
              MembershipMapping.nodes(proto.getHostListener()));
      case ADVANCE_MOVE ->
          new NodeRequest.AdvanceMove(
              MembershipMapping.decode(proto.getAdvanceMove().getMove()),
              MembershipMapping.nodes(proto.getAdvanceMove()));
      case DROP_REPLICA ->
          new NodeRequest.DropReplica(
              new PartitionId(proto.getDropReplica().getPartition()),
              proto.getDropReplica().getEpoch());
      case TRANSFER_LEADER ->
          new NodeRequest.TransferLeader(
              new PartitionId(proto.getTransferLeader().getPartition()),
              new NodeId(proto.getTransferLeader().getTo()),
              proto.getTransferLeader().getTimeoutMillis());
      case DIGEST ->
          new NodeRequest.AskDigest(
              new PartitionId(proto.getDigest().getPartition()), proto.getDigest().getIndex());
      case SPLIT_KEY ->
          new NodeRequest.AskSplitKey(new PartitionId(proto.getSplitKey().getPartition()));
      case PREPARE_SPLIT ->
          new NodeRequest.PrepareSplit(ClusterMapping.decode(proto.getPrepareSplit()));
      case TRANSACT -> decode(proto.getTransact());
      case GET_TOGETHER ->
          new NodeRequest.GetTogether(
              proto.getGetTogether().getGetsList().stream()
                  .map(
                      get ->
                          new TransactionGet(get.getTableName(), ReadMapping.decode(get.getGet())))
                  .toList(),
              SeenMapping.decode(proto.getGetTogether().getSeenList()),
              proto.getGetTogether().getTimeoutMillis());
      case BODY_NOT_SET -> throw Wire.unknown("request");
    };
  }

  private static HeartbeatProto encode(NodeRequest.Heartbeat heartbeat) {
    HeartbeatProto.Builder proto = HeartbeatProto.newBuilder();
    ClusterMap map = heartbeat.map();
    if (map != null) {
      proto.setMap(ClusterMapping.encode(map));
    }
    return proto.build();
  }

  private static WriteRequestProto encode(NodeRequest.Write write) {
    WriteRequestProto.Builder proto =
        WriteRequestProto.newBuilder()
            .setPartition(write.partition().value())
            .setEpoch(write.epoch())
            .setTimeoutMillis(write.timeoutMillis());
    write.proposals().forEach(proposal -> proto.addProposals(CommandMapping.encode(proposal)));
    return proto.build();
  }

  private static NodeRequest.Write decode(WriteRequestProto proto) {
    return new NodeRequest.Write(
        new PartitionId(proto.getPartition()),
        proto.getEpoch(),
        proto.getProposalsList().stream().map(CommandMapping::decode).toList(),
        proto.getTimeoutMillis());
  }

  private static TransactionRequestProto encode(NodeRequest.Transact transact) {
    TransactionRequest transaction = transact.transaction();
    TransactionRequestProto.Builder proto =
        TransactionRequestProto.newBuilder()
            .setIdHigh(transaction.id().high())
            .setIdLow(transaction.id().low())
            .setTimeoutMillis(transact.timeoutMillis());
    ClientToken token = transaction.token();
    if (token != null) {
      proto.setToken(TransactionMapping.encode(token));
    }
    for (TransactionRequest.Part part : transaction.parts()) {
      proto.addParts(
          TransactionPartProto.newBuilder()
              .setTableName(part.tableName())
              .setAction(TransactionMapping.encode(part.action())));
    }
    return proto.build();
  }

  private static NodeRequest.Transact decode(TransactionRequestProto proto) {
    TransactionRequest transaction =
        new TransactionRequest(
            new RequestId(proto.getIdHigh(), proto.getIdLow()),
            proto.hasToken() ? TransactionMapping.decode(proto.getToken()) : null,
            proto.getPartsList().stream()
                .map(
                    part ->
                        new TransactionRequest.Part(
                            part.getTableName(), TransactionMapping.decode(part.getAction())))
                .toList());
    return new NodeRequest.Transact(transaction, proto.getTimeoutMillis());
  }

  private static GetTogetherProto encode(NodeRequest.GetTogether together) {
    GetTogetherProto.Builder proto =
        GetTogetherProto.newBuilder()
            .addAllSeen(SeenMapping.encode(together.seen()))
            .setTimeoutMillis(together.timeoutMillis());
    for (TransactionGet get : together.gets()) {
      proto.addGets(
          TransactionGetProto.newBuilder()
              .setTableName(get.tableName())
              .setGet(ReadMapping.encode(get.get())));
    }
    return proto.build();
  }

  private static ReadRequestProto encode(NodeRequest.ReadFrom read) {
    ReadRequestProto.Builder proto =
        ReadRequestProto.newBuilder()
            .setPartition(read.partition().value())
            .setEpoch(read.epoch())
            .setMode(encode(read.mode()))
            .setTimeoutMillis(read.timeoutMillis());
    read.reads().forEach(each -> proto.addReads(ReadMapping.encode(each)));
    return proto.build();
  }

  private static NodeRequest.ReadFrom decode(ReadRequestProto proto) {
    return new NodeRequest.ReadFrom(
        new PartitionId(proto.getPartition()),
        proto.getEpoch(),
        decode(proto.getMode()),
        proto.getReadsList().stream().map(ReadMapping::decode).toList(),
        proto.getTimeoutMillis());
  }

  private static ReadModeProto encode(ReadMode mode) {
    return ReadModeProto.newBuilder()
        .setLevel(encode(mode.level()))
        .setAppliedIndexMin(mode.appliedIndexMin())
        .setStalenessMillisMax(mode.stalenessMillisMax())
        .build();
  }

  private static ReadMode decode(ReadModeProto proto) {
    return new ReadMode(
        decode(proto.getLevel()), proto.getAppliedIndexMin(), proto.getStalenessMillisMax());
  }

  private static ReadLevelProto encode(ReadMode.Level level) {
    return switch (level) {
      case STRONG -> ReadLevelProto.READ_LEVEL_STRONG;
      case STRONG_FROM_ANY -> ReadLevelProto.READ_LEVEL_STRONG_FROM_ANY;
      case SESSION -> ReadLevelProto.READ_LEVEL_SESSION;
      case BOUNDED -> ReadLevelProto.READ_LEVEL_BOUNDED;
      case EVENTUAL -> ReadLevelProto.READ_LEVEL_EVENTUAL;
    };
  }

  private static ReadMode.Level decode(ReadLevelProto proto) {
    return switch (proto) {
      case READ_LEVEL_STRONG -> ReadMode.Level.STRONG;
      case READ_LEVEL_STRONG_FROM_ANY -> ReadMode.Level.STRONG_FROM_ANY;
      case READ_LEVEL_SESSION -> ReadMode.Level.SESSION;
      case READ_LEVEL_BOUNDED -> ReadMode.Level.BOUNDED;
      case READ_LEVEL_EVENTUAL -> ReadMode.Level.EVENTUAL;
      case READ_LEVEL_UNSPECIFIED, UNRECOGNIZED -> throw Wire.unknown("read level");
    };
  }
}
