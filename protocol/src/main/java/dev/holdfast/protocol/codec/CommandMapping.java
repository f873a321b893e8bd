package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.SplitOrigin;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.wire.BeginSplitProto;
import dev.holdfast.protocol.wire.ChildProto;
import dev.holdfast.protocol.wire.CommandProto;
import dev.holdfast.protocol.wire.DeleteProto;
import dev.holdfast.protocol.wire.IntentKeysProto;
import dev.holdfast.protocol.wire.ModifyProto;
import dev.holdfast.protocol.wire.ProposalProto;
import dev.holdfast.protocol.wire.PutProto;
import dev.holdfast.protocol.wire.ReturnOnFailureProto;
import dev.holdfast.protocol.wire.ReturnValuesProto;
import dev.holdfast.protocol.wire.TableIdProto;
import dev.holdfast.protocol.wire.TableReadyProto;
import dev.holdfast.protocol.wire.TableRefProto;
import dev.holdfast.protocol.wire.UpdateTableProto;
import java.util.List;

/** Proposals and the commands in them. */
final class CommandMapping {
  private CommandMapping() {}

  static ProposalProto encode(Proposal proposal) {
    return ProposalProto.newBuilder()
        .setIdHigh(proposal.id().high())
        .setIdLow(proposal.id().low())
        .setCarriedStampMicros(proposal.carriedStampMicros())
        .setFinalAttempt(proposal.finalAttempt())
        .setCommand(CommandEncoder.encode(proposal.command()))
        .build();
  }

  static Proposal decode(ProposalProto proto) {
    return new Proposal(
        new RequestId(proto.getIdHigh(), proto.getIdLow()),
        proto.getCarriedStampMicros(),
        proto.getFinalAttempt(),
        decode(proto.getCommand()));
  }

  static TableRefProto encode(TableRef table) {
    return TableRefProto.newBuilder().setId(table.id().value()).setVersion(table.version()).build();
  }

  static TableRef decode(TableRefProto proto) {
    return new TableRef(new TableId(proto.getId()), proto.getVersion());
  }

  static TableIdProto encode(TableId table) {
    return TableIdProto.newBuilder().setId(table.value()).build();
  }

  static TableId decode(TableIdProto proto) {
    return new TableId(proto.getId());
  }

  static ReturnValuesProto encode(ReturnValues returnValues) {
    return switch (returnValues) {
      case NONE -> ReturnValuesProto.RETURN_VALUES_NONE;
      case ALL_OLD -> ReturnValuesProto.RETURN_VALUES_ALL_OLD;
      case UPDATED_OLD -> ReturnValuesProto.RETURN_VALUES_UPDATED_OLD;
      case ALL_NEW -> ReturnValuesProto.RETURN_VALUES_ALL_NEW;
      case UPDATED_NEW -> ReturnValuesProto.RETURN_VALUES_UPDATED_NEW;
    };
  }

  static ReturnOnFailureProto encode(ReturnOnFailure returnOnFailure) {
    return switch (returnOnFailure) {
      case NONE -> ReturnOnFailureProto.RETURN_ON_FAILURE_NONE;
      case ALL_OLD -> ReturnOnFailureProto.RETURN_ON_FAILURE_ALL_OLD;
    };
  }

  private static Command decode(CommandProto proto) {
    return switch (proto.getBodyCase()) {
      case PUT -> decode(proto.getPut());
      case MODIFY -> decode(proto.getModify());
      case DELETE -> decode(proto.getDelete());
      case INSTALL_TABLE -> new Command.InstallTable(TableMapping.decode(proto.getInstallTable()));
      case DROP_TABLE -> new Command.DropTable(decode(proto.getDropTable()));
      case RENEW_LEASE -> new Command.RenewLease();
      case RELINQUISH -> new Command.Relinquish(proto.getRelinquish().getTerm());
      case VERIFY_DIGEST ->
          new Command.VerifyDigest(
              proto.getVerifyDigest().getIndex(), Wire.share(proto.getVerifyDigest().getDigest()));
      case SPLIT -> new Command.Split(ClusterMapping.decode(proto.getSplit()));
      case BACKFILLED -> IndexMapping.decode(proto.getBackfilled());
      case UPDATE_INDEX -> IndexMapping.decode(proto.getUpdateIndex());
      case DELIVERED -> IndexMapping.decode(proto.getDelivered());
      case TRIM_CHANGES -> ChangeMapping.decode(proto.getTrimChanges());
      case CHANGE_STREAM -> ChangeMapping.decode(proto.getChangeStream());
      case EXPIRE -> ExpiryMapping.decode(proto.getExpire());
      case TEND_EXPIRY -> ExpiryMapping.decode(proto.getTendExpiry());
      case CHANGE_TIME_TO_LIVE -> ExpiryMapping.decode(proto.getChangeTimeToLive());
      case SETTLE_TIME_TO_LIVE -> ExpiryMapping.decode(proto.getSettleTimeToLive());
      case TRIM -> new Command.Trim(proto.getTrim().getEpoch());
      case TRANSACT -> TransactionMapping.decode(proto.getTransact());
      case PREPARE -> TransactionMapping.decode(proto.getPrepare());
      case DECIDE -> TransactionMapping.decode(proto.getDecide());
      case COMMIT -> commit(proto.getCommit());
      case ABORT -> abort(proto.getAbort());
      case CONFIRM -> confirm(proto.getConfirm());
      case SETTLE -> new TransactionCommand.Settle(TransactionMapping.decode(proto.getSettle()));
      case BOOTSTRAP -> new MetaCommand.Bootstrap(ClusterMapping.decode(proto.getBootstrap()));
      case CREATE_TABLE -> new MetaCommand.CreateTable(TableMapping.decode(proto.getCreateTable()));
      case UPDATE_TABLE -> decode(proto.getUpdateTable());
      case DELETE_TABLE -> new MetaCommand.DeleteTable(proto.getDeleteTable().getName());
      case MARK_TABLE_READY -> decode(proto.getMarkTableReady());
      case MARK_INDEXES_FILLED -> IndexMapping.decode(proto.getMarkIndexesFilled());
      case FORGET_TABLE -> new MetaCommand.ForgetTable(decode(proto.getForgetTable()));
      case TAG_TABLE -> TableMapping.decode(proto.getTagTable());
      case UNTAG_TABLE -> TableMapping.decode(proto.getUntagTable());
      case CHANGE_POLICY -> TableOptionsMapping.decode(proto.getChangePolicy());
      case BEGIN_SPLIT -> decode(proto.getBeginSplit());
      case FINISH_SPLIT -> new MetaCommand.FinishSplit(child(proto.getFinishSplit()));
      case ABANDON_SPLIT -> new MetaCommand.AbandonSplit(child(proto.getAbandonSplit()));
      case FREEZE -> MergeMapping.freeze(proto.getFreeze());
      case GATHER -> MergeMapping.decode(proto.getGather());
      case TAKE -> MergeMapping.decode(proto.getTake());
      case ABSORB -> MergeMapping.decode(proto.getAbsorb());
      case CANCEL -> MergeMapping.cancel(proto.getCancel());
      case UNFREEZE -> MergeMapping.unfreeze(proto.getUnfreeze());
      case BEGIN_MERGE -> MergeMapping.decode(proto.getBeginMerge());
      case FINISH_MERGE -> new MetaCommand.FinishMerge(proto.getFinishMerge().getId());
      case ABANDON_MERGE -> new MetaCommand.AbandonMerge(proto.getAbandonMerge().getId());
      case FORGET_MERGE -> new MetaCommand.ForgetMerge(proto.getForgetMerge().getId());
      case MEMBERSHIP ->
          new MetaCommand.Membership(MembershipMapping.decode(proto.getMembership()));
      case SET_MEMBERS -> MembershipMapping.decode(proto.getSetMembers());
      case BODY_NOT_SET -> throw Wire.unknown("command");
    };
  }

  static Command.Put decode(PutProto proto) {
    Condition condition =
        proto.hasCondition() ? ConditionMapping.decode(proto.getCondition()) : null;
    return new Command.Put(
        decode(proto.getTable()),
        Wire.item(proto.getItem()),
        condition,
        decode(proto.getReturnValues()),
        decode(proto.getReturnOnFailure()));
  }

  static Command.Modify decode(ModifyProto proto) {
    Condition condition =
        proto.hasCondition() ? ConditionMapping.decode(proto.getCondition()) : null;
    return new Command.Modify(
        decode(proto.getTable()),
        Wire.item(proto.getKey()),
        UpdateMapping.decode(proto.getActionsList()),
        condition,
        decode(proto.getReturnValues()),
        decode(proto.getReturnOnFailure()));
  }

  static Command.Delete decode(DeleteProto proto) {
    Condition condition =
        proto.hasCondition() ? ConditionMapping.decode(proto.getCondition()) : null;
    return new Command.Delete(
        decode(proto.getTable()),
        Wire.item(proto.getKey()),
        condition,
        decode(proto.getReturnValues()),
        decode(proto.getReturnOnFailure()));
  }

  private static PartitionId child(ChildProto proto) {
    return new PartitionId(proto.getId());
  }

  private static Command commit(IntentKeysProto proto) {
    return new TransactionCommand.Commit(attempt(proto), keys(proto));
  }

  private static Command abort(IntentKeysProto proto) {
    return new TransactionCommand.Abort(attempt(proto), keys(proto));
  }

  private static Command confirm(IntentKeysProto proto) {
    return new TransactionCommand.Confirm(attempt(proto), keys(proto));
  }

  private static Attempt attempt(IntentKeysProto proto) {
    return TransactionMapping.decode(proto.getAttempt());
  }

  private static List<Bytes> keys(IntentKeysProto proto) {
    return TransactionMapping.decodeKeys(proto.getKeysList());
  }

  private static MetaCommand.BeginSplit decode(BeginSplitProto proto) {
    return new MetaCommand.BeginSplit(
        new PartitionId(proto.getPartition()),
        proto.getEpoch(),
        Wire.share(proto.getKey()),
        proto.getKept() ? SplitOrigin.OPERATOR : SplitOrigin.LOAD);
  }

  private static MetaCommand.MarkTableReady decode(TableReadyProto proto) {
    return new MetaCommand.MarkTableReady(
        new TableId(proto.getId()), proto.getSegments(), proto.getLaterVersions() + 1);
  }

  private static MetaCommand.UpdateTable decode(UpdateTableProto proto) {
    return new MetaCommand.UpdateTable(
        proto.getName(),
        proto.hasBillingMode() ? TableMapping.decode(proto.getBillingMode()) : null,
        proto.hasThroughput() ? TableMapping.decode(proto.getThroughput()) : null,
        proto.hasDeletionProtection() ? proto.getDeletionProtection() : null,
        proto.hasWarmth() ? TableMapping.decode(proto.getWarmth()) : null,
        proto.hasLimits() ? TableOptionsMapping.decode(proto.getLimits()) : null,
        proto.hasTableClass() ? TableOptionsMapping.decode(proto.getTableClass()) : null,
        proto.getIndexesList().stream().map(IndexMapping::decode).toList());
  }

  private static ReturnValues decode(ReturnValuesProto proto) {
    return switch (proto) {
      case RETURN_VALUES_NONE -> ReturnValues.NONE;
      case RETURN_VALUES_ALL_OLD -> ReturnValues.ALL_OLD;
      case RETURN_VALUES_UPDATED_OLD -> ReturnValues.UPDATED_OLD;
      case RETURN_VALUES_ALL_NEW -> ReturnValues.ALL_NEW;
      case RETURN_VALUES_UPDATED_NEW -> ReturnValues.UPDATED_NEW;
      case UNRECOGNIZED -> throw Wire.unknown("ReturnValues");
    };
  }

  static ReturnOnFailure decode(ReturnOnFailureProto proto) {
    return switch (proto) {
      case RETURN_ON_FAILURE_NONE -> ReturnOnFailure.NONE;
      case RETURN_ON_FAILURE_ALL_OLD -> ReturnOnFailure.ALL_OLD;
      case UNRECOGNIZED -> throw Wire.unknown("ReturnValuesOnConditionCheckFailure");
    };
  }
}
