package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.WriteCost;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.wire.AttemptOverProto;
import dev.holdfast.protocol.wire.CollectionTooLargeProto;
import dev.holdfast.protocol.wire.ConditionFailedProto;
import dev.holdfast.protocol.wire.DeadlineTooFarProto;
import dev.holdfast.protocol.wire.DoneProto;
import dev.holdfast.protocol.wire.IndeterminateProto;
import dev.holdfast.protocol.wire.IndexNameProto;
import dev.holdfast.protocol.wire.IndexUnitsProto;
import dev.holdfast.protocol.wire.LedgerFullProto;
import dev.holdfast.protocol.wire.MessageProto;
import dev.holdfast.protocol.wire.RejectionProto;
import dev.holdfast.protocol.wire.ResultProto;
import dev.holdfast.protocol.wire.TableNameProto;
import dev.holdfast.protocol.wire.TendedProto;
import dev.holdfast.protocol.wire.TokenMismatchProto;
import dev.holdfast.protocol.wire.TokenSpentProto;
import dev.holdfast.protocol.wire.TransactedProto;
import dev.holdfast.protocol.wire.TransactionInProgressProto;
import dev.holdfast.protocol.wire.WriteCostProto;
import dev.holdfast.protocol.wire.WrittenProto;
import dev.holdfast.protocol.wire.WrongPartitionProto;
import java.util.SortedMap;
import java.util.TreeMap;

/** Results and rejections. */
final class ResultMapping {
  private ResultMapping() {}

  static ResultProto encode(Result result) {
    ResultProto.Builder proto = ResultProto.newBuilder();
    if (result instanceof Result.Written written) {
      proto.setWritten(encode(written));
    } else if (result instanceof Result.Rejected rejected) {
      proto.setRejected(encode(rejected.rejection()));
    } else if (result instanceof Result.Done) {
      proto.setDone(DoneProto.getDefaultInstance());
    } else if (result instanceof Result.Table table) {
      proto.setTable(TableMapping.encode(table.table()));
    } else if (result instanceof Result.Transacted transacted) {
      proto.setTransacted(
          TransactedProto.newBuilder()
              .addAllCosts(transacted.costs().stream().map(ResultMapping::encode).toList()));
    } else if (result instanceof Result.TokenSpent) {
      proto.setTokenSpent(TokenSpentProto.getDefaultInstance());
    } else if (result instanceof Result.SplitBegun begun) {
      proto.setSplitBegun(ClusterMapping.encode(begun.operation()));
    } else if (result instanceof Result.MergeBegun begun) {
      proto.setMergeBegun(MergeMapping.encode(begun.operation()));
    } else if (result instanceof Result.Frozen frozen) {
      proto.setFrozen(Wire.share(frozen.digest()));
    } else if (result instanceof Result.Gathering) {
      proto.setGathering(DoneProto.getDefaultInstance());
    } else if (result instanceof Result.MoveBegun begun) {
      proto.setMoveBegun(MembershipMapping.encode(begun.operation()));
    } else if (result instanceof Result.Expired expired) {
      proto.setExpired(expired.count());
    } else if (result instanceof Result.Tended tended) {
      proto.setTended(
          TendedProto.newBuilder().setFilled(tended.filled()).setGoesOn(tended.goesOn()));
    } else if (result instanceof Result.Settled settled) {
      proto.setSettled(TransactionMapping.encode(settled.outcome()));
    }
    return proto.build();
  }

  static Result decode(ResultProto proto) {
    return switch (proto.getBodyCase()) {
      case WRITTEN ->
          new Result.Written(
              proto.getWritten().hasAttributes()
                  ? Wire.item(proto.getWritten().getAttributes())
                  : null,
              decode(proto.getWritten().getCost()));
      case REJECTED -> new Result.Rejected(decode(proto.getRejected()));
      case DONE -> new Result.Done();
      case EXPIRED -> new Result.Expired(proto.getExpired());
      case TENDED ->
          new Result.Tended(proto.getTended().getFilled(), proto.getTended().getGoesOn());
      case TABLE -> new Result.Table(TableMapping.decode(proto.getTable()));
      case TRANSACTED ->
          new Result.Transacted(
              proto.getTransacted().getCostsList().stream().map(ResultMapping::decode).toList());
      case TOKEN_SPENT -> new Result.TokenSpent();
      case SPLIT_BEGUN -> new Result.SplitBegun(ClusterMapping.decode(proto.getSplitBegun()));
      case MOVE_BEGUN -> new Result.MoveBegun(MembershipMapping.decode(proto.getMoveBegun()));
      case SETTLED -> new Result.Settled(TransactionMapping.decode(proto.getSettled()));
      case MERGE_BEGUN -> new Result.MergeBegun(MergeMapping.decode(proto.getMergeBegun()));
      case FROZEN -> new Result.Frozen(Wire.share(proto.getFrozen()));
      case GATHERING -> new Result.Gathering();
      case BODY_NOT_SET -> throw Wire.unknown("result");
    };
  }

  static RejectionProto encode(Rejection rejection) {
    RejectionProto.Builder proto = RejectionProto.newBuilder();
    if (rejection instanceof Rejection.ConditionFailed failed) {
      proto.setConditionFailed(encode(failed));
    } else if (rejection instanceof Rejection.InvalidUpdate invalid) {
      proto.setInvalidUpdate(message(invalid.message()));
    } else if (rejection instanceof Rejection.StaleTable stale) {
      proto.setStaleTable(CommandMapping.encode(stale.table()));
    } else if (rejection instanceof Rejection.WrongPartition) {
      proto.setWrongPartition(WrongPartitionProto.getDefaultInstance());
    } else if (rejection instanceof Rejection.Indeterminate) {
      proto.setIndeterminate(IndeterminateProto.getDefaultInstance());
    } else if (rejection instanceof Rejection.CollectionTooLarge) {
      proto.setCollectionTooLarge(CollectionTooLargeProto.getDefaultInstance());
    } else if (rejection instanceof Rejection.TableNotFound missing) {
      proto.setTableNotFound(TableNameProto.newBuilder().setName(missing.name()));
    } else if (rejection instanceof Rejection.TableInUse inUse) {
      proto.setTableInUse(message(inUse.message()));
    } else if (rejection instanceof Rejection.LimitExceeded exceeded) {
      proto.setLimitExceeded(message(exceeded.message()));
    } else if (rejection instanceof Rejection.Invalid invalid) {
      proto.setInvalid(message(invalid.message()));
    } else if (rejection instanceof Rejection.Locked locked) {
      proto.setLocked(TransactionMapping.locked(locked.key(), locked.holder()));
    } else if (rejection instanceof Rejection.Cancelled cancelled) {
      proto.setCancelled(TransactionMapping.encode(cancelled));
    } else if (rejection instanceof Rejection.TokenMismatch) {
      proto.setTokenMismatch(TokenMismatchProto.getDefaultInstance());
    } else if (rejection instanceof Rejection.AttemptOver) {
      proto.setAttemptOver(AttemptOverProto.getDefaultInstance());
    } else if (rejection instanceof Rejection.TransactionInProgress) {
      proto.setTransactionInProgress(TransactionInProgressProto.getDefaultInstance());
    } else if (rejection instanceof Rejection.IndexBehind) {
      proto.setIndexBehind(LedgerFullProto.getDefaultInstance());
    } else if (rejection instanceof Rejection.LedgerFull) {
      proto.setLedgerFull(LedgerFullProto.getDefaultInstance());
    } else if (rejection instanceof Rejection.IndexNotFound missing) {
      proto.setIndexNotFound(
          IndexNameProto.newBuilder().setIndex(missing.index()).setTable(missing.table()));
    } else if (rejection instanceof Rejection.PolicyNotFound missing) {
      proto.setPolicyNotFound(message(missing.message()));
    } else if (rejection instanceof Rejection.DeadlineTooFar) {
      proto.setDeadlineTooFar(DeadlineTooFarProto.getDefaultInstance());
    }
    return proto.build();
  }

  static Rejection decode(RejectionProto proto) {
    return switch (proto.getBodyCase()) {
      case CONDITION_FAILED ->
          new Rejection.ConditionFailed(
              proto.getConditionFailed().hasItem()
                  ? Wire.item(proto.getConditionFailed().getItem())
                  : null,
              decode(proto.getConditionFailed().getCost()));
      case INVALID_UPDATE -> new Rejection.InvalidUpdate(proto.getInvalidUpdate().getMessage());
      case STALE_TABLE -> new Rejection.StaleTable(CommandMapping.decode(proto.getStaleTable()));
      case WRONG_PARTITION -> new Rejection.WrongPartition();
      case INDETERMINATE -> new Rejection.Indeterminate();
      case COLLECTION_TOO_LARGE -> new Rejection.CollectionTooLarge();
      case TABLE_NOT_FOUND -> new Rejection.TableNotFound(proto.getTableNotFound().getName());
      case TABLE_IN_USE -> new Rejection.TableInUse(proto.getTableInUse().getMessage());
      case LIMIT_EXCEEDED -> new Rejection.LimitExceeded(proto.getLimitExceeded().getMessage());
      case INVALID -> new Rejection.Invalid(proto.getInvalid().getMessage());
      case LOCKED -> TransactionMapping.decode(proto.getLocked());
      case CANCELLED -> TransactionMapping.decode(proto.getCancelled());
      case TOKEN_MISMATCH -> new Rejection.TokenMismatch();
      case ATTEMPT_OVER -> new Rejection.AttemptOver();
      case TRANSACTION_IN_PROGRESS -> new Rejection.TransactionInProgress();
      case LEDGER_FULL -> new Rejection.LedgerFull();
      case INDEX_BEHIND -> new Rejection.IndexBehind();
      case DEADLINE_TOO_FAR -> new Rejection.DeadlineTooFar();
      case INDEX_NOT_FOUND ->
          new Rejection.IndexNotFound(
              proto.getIndexNotFound().getIndex(), proto.getIndexNotFound().getTable());
      case POLICY_NOT_FOUND -> new Rejection.PolicyNotFound(proto.getPolicyNotFound().getMessage());
      case BODY_NOT_SET -> throw Wire.unknown("rejection");
    };
  }

  private static WrittenProto encode(Result.Written written) {
    WrittenProto.Builder proto = WrittenProto.newBuilder().setCost(encode(written.cost()));
    Item attributes = written.attributes();
    if (attributes != null) {
      proto.setAttributes(Wire.item(attributes));
    }
    return proto.build();
  }

  private static ConditionFailedProto encode(Rejection.ConditionFailed failed) {
    ConditionFailedProto.Builder proto =
        ConditionFailedProto.newBuilder().setCost(encode(failed.cost()));
    Item item = failed.item();
    if (item != null) {
      proto.setItem(Wire.item(item));
    }
    return proto.build();
  }

  private static WriteCostProto encode(WriteCost cost) {
    WriteCostProto.Builder proto =
        WriteCostProto.newBuilder()
            .setTableUnits(cost.tableUnits())
            .setCollectionBytes(cost.collectionBytes());
    cost.indexUnits()
        .forEach(
            (index, units) ->
                proto.addIndexUnits(IndexUnitsProto.newBuilder().setIndex(index).setUnits(units)));
    return proto.build();
  }

  private static WriteCost decode(WriteCostProto proto) {
    if (proto.getIndexUnitsCount() == 0 && proto.getCollectionBytes() == 0) {
      return WriteCost.ofTable(proto.getTableUnits());
    }
    SortedMap<String, Integer> indexUnits = new TreeMap<>();
    proto.getIndexUnitsList().forEach(index -> indexUnits.put(index.getIndex(), index.getUnits()));
    return new WriteCost(proto.getTableUnits(), indexUnits, proto.getCollectionBytes());
  }

  private static MessageProto message(String message) {
    return MessageProto.newBuilder().setMessage(message).build();
  }
}
