package dev.holdfast.protocol.codec;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.CancellationReason;
import dev.holdfast.protocol.command.ClientToken;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Outcome;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.wire.AttemptProto;
import dev.holdfast.protocol.wire.CancellationReasonProto;
import dev.holdfast.protocol.wire.CancelledProto;
import dev.holdfast.protocol.wire.CheckProto;
import dev.holdfast.protocol.wire.ClientTokenProto;
import dev.holdfast.protocol.wire.DecideProto;
import dev.holdfast.protocol.wire.IntentKeysProto;
import dev.holdfast.protocol.wire.ItemAsItIsProto;
import dev.holdfast.protocol.wire.LockedProto;
import dev.holdfast.protocol.wire.MessageProto;
import dev.holdfast.protocol.wire.NoReasonProto;
import dev.holdfast.protocol.wire.OutcomeProto;
import dev.holdfast.protocol.wire.PrepareProto;
import dev.holdfast.protocol.wire.TransactProto;
import dev.holdfast.protocol.wire.TransactionActionProto;
import java.util.List;

/** Transactions: their steps, the attempts they belong to, and why they are cancelled. */
final class TransactionMapping {
  private TransactionMapping() {}

  static AttemptProto encode(Attempt attempt) {
    AttemptProto.Builder proto =
        AttemptProto.newBuilder()
            .setIdHigh(attempt.id().high())
            .setIdLow(attempt.id().low())
            .setHomeKey(Wire.share(attempt.homeKey()))
            .setDeadlineMicros(attempt.deadlineMicros());
    ClientToken token = attempt.token();
    if (token != null) {
      proto.setToken(encode(token));
    }
    return proto.build();
  }

  static Attempt decode(AttemptProto proto) {
    return new Attempt(
        new AttemptId(proto.getIdHigh(), proto.getIdLow()),
        Wire.share(proto.getHomeKey()),
        proto.getDeadlineMicros(),
        proto.hasToken() ? decode(proto.getToken()) : null);
  }

  static ClientTokenProto encode(ClientToken token) {
    return ClientTokenProto.newBuilder()
        .setText(token.text())
        .setRequestHash(Wire.share(token.requestHash()))
        .build();
  }

  static ClientToken decode(ClientTokenProto proto) {
    return new ClientToken(proto.getText(), Wire.share(proto.getRequestHash()));
  }

  static TransactProto encode(TransactionCommand.Transact transact) {
    TransactProto.Builder proto =
        TransactProto.newBuilder().addAllActions(encodeActions(transact.actions()));
    ClientToken token = transact.token();
    if (token != null) {
      proto.setToken(encode(token));
    }
    return proto.build();
  }

  static TransactionCommand.Transact decode(TransactProto proto) {
    return new TransactionCommand.Transact(
        proto.hasToken() ? decode(proto.getToken()) : null, decodeActions(proto.getActionsList()));
  }

  static PrepareProto encode(TransactionCommand.Prepare prepare) {
    return PrepareProto.newBuilder()
        .setAttempt(encode(prepare.attempt()))
        .addAllActions(encodeActions(prepare.actions()))
        .build();
  }

  static TransactionCommand.Prepare decode(PrepareProto proto) {
    return new TransactionCommand.Prepare(
        decode(proto.getAttempt()), decodeActions(proto.getActionsList()));
  }

  static DecideProto encode(TransactionCommand.Decide decide) {
    return DecideProto.newBuilder()
        .setAttempt(encode(decide.attempt()))
        .addAllActions(encodeActions(decide.actions()))
        .addAllIntentKeys(encodeKeys(decide.intentKeys()))
        .build();
  }

  static TransactionCommand.Decide decode(DecideProto proto) {
    return new TransactionCommand.Decide(
        decode(proto.getAttempt()),
        decodeActions(proto.getActionsList()),
        decodeKeys(proto.getIntentKeysList()));
  }

  static IntentKeysProto encode(Attempt attempt, List<Bytes> keys) {
    return IntentKeysProto.newBuilder()
        .setAttempt(encode(attempt))
        .addAllKeys(encodeKeys(keys))
        .build();
  }

  static List<Bytes> decodeKeys(List<ByteString> keys) {
    return keys.stream().map(Wire::share).toList();
  }

  static List<ByteString> encodeKeys(List<Bytes> keys) {
    return keys.stream().map(Wire::share).toList();
  }

  private static List<TransactionActionProto> encodeActions(List<TransactionAction> actions) {
    return actions.stream().map(TransactionMapping::encode).toList();
  }

  private static List<TransactionAction> decodeActions(List<TransactionActionProto> actions) {
    return actions.stream().map(TransactionMapping::decode).toList();
  }

  static TransactionActionProto encode(TransactionAction action) {
    TransactionActionProto.Builder proto = TransactionActionProto.newBuilder();
    if (action instanceof TransactionAction.Check check) {
      return proto
          .setCheck(
              CheckProto.newBuilder()
                  .setTable(CommandMapping.encode(check.table()))
                  .setKey(Wire.item(check.key()))
                  .setCondition(ConditionMapping.encode(check.condition()))
                  .setReturnOnFailure(CommandMapping.encode(check.returnOnFailure())))
          .build();
    }
    Command.ItemWrite write = ((TransactionAction.Write) action).write();
    return write
        .dispatch(
            new Command.ItemHandler<TransactionActionProto.Builder>() {
              @Override
              public TransactionActionProto.Builder put(Command.Put command) {
                return proto.setPut(CommandEncoder.message(command));
              }

              @Override
              public TransactionActionProto.Builder modify(Command.Modify command) {
                return proto.setModify(CommandEncoder.message(command));
              }

              @Override
              public TransactionActionProto.Builder delete(Command.Delete command) {
                return proto.setDelete(CommandEncoder.message(command));
              }
            })
        .build();
  }

  static TransactionAction decode(TransactionActionProto proto) {
    return switch (proto.getBodyCase()) {
      case PUT -> new TransactionAction.Write(CommandMapping.decode(proto.getPut()));
      case MODIFY -> new TransactionAction.Write(CommandMapping.decode(proto.getModify()));
      case DELETE -> new TransactionAction.Write(CommandMapping.decode(proto.getDelete()));
      case CHECK ->
          new TransactionAction.Check(
              CommandMapping.decode(proto.getCheck().getTable()),
              Wire.item(proto.getCheck().getKey()),
              ConditionMapping.decode(proto.getCheck().getCondition()),
              CommandMapping.decode(proto.getCheck().getReturnOnFailure()));
      case BODY_NOT_SET -> throw Wire.unknown("transaction action");
    };
  }

  static OutcomeProto encode(Outcome outcome) {
    return switch (outcome) {
      case COMMITTED -> OutcomeProto.OUTCOME_COMMITTED;
      case ABORTED -> OutcomeProto.OUTCOME_ABORTED;
      case UNDECIDED -> OutcomeProto.OUTCOME_UNDECIDED;
      case UNRECORDED -> OutcomeProto.OUTCOME_UNRECORDED;
    };
  }

  static Outcome decode(OutcomeProto proto) {
    return switch (proto) {
      case OUTCOME_COMMITTED -> Outcome.COMMITTED;
      case OUTCOME_ABORTED -> Outcome.ABORTED;
      case OUTCOME_UNDECIDED -> Outcome.UNDECIDED;
      case OUTCOME_UNRECORDED -> Outcome.UNRECORDED;
      case UNRECOGNIZED -> throw Wire.unknown("outcome");
    };
  }

  static LockedProto locked(Bytes key, Attempt holder) {
    return LockedProto.newBuilder().setKey(Wire.share(key)).setHolder(encode(holder)).build();
  }

  static Rejection.Locked decode(LockedProto proto) {
    return new Rejection.Locked(Wire.share(proto.getKey()), decode(proto.getHolder()));
  }

  static CancelledProto encode(Rejection.Cancelled cancelled) {
    return CancelledProto.newBuilder()
        .addAllReasons(cancelled.reasons().stream().map(TransactionMapping::encode).toList())
        .build();
  }

  static Rejection.Cancelled decode(CancelledProto proto) {
    return new Rejection.Cancelled(
        proto.getReasonsList().stream().map(TransactionMapping::decode).toList());
  }

  private static CancellationReasonProto encode(CancellationReason reason) {
    CancellationReasonProto.Builder proto = CancellationReasonProto.newBuilder();
    if (reason instanceof CancellationReason.None) {
      proto.setNone(NoReasonProto.getDefaultInstance());
    } else if (reason instanceof CancellationReason.ConditionFailed failed) {
      ItemAsItIsProto.Builder item = ItemAsItIsProto.newBuilder();
      Item found = failed.item();
      if (found != null) {
        item.setItem(Wire.item(found));
      }
      proto.setConditionFailed(item);
    } else if (reason instanceof CancellationReason.Invalid invalid) {
      proto.setInvalid(MessageProto.newBuilder().setMessage(invalid.message()));
    } else if (reason instanceof CancellationReason.CollectionTooLarge) {
      proto.setCollectionTooLarge(NoReasonProto.getDefaultInstance());
    } else if (reason instanceof CancellationReason.Conflict) {
      proto.setConflict(NoReasonProto.getDefaultInstance());
    } else if (reason instanceof CancellationReason.Locked locked) {
      proto.setLocked(locked(locked.key(), locked.holder()));
    }
    return proto.build();
  }

  private static CancellationReason decode(CancellationReasonProto proto) {
    return switch (proto.getBodyCase()) {
      case NONE -> new CancellationReason.None();
      case CONDITION_FAILED ->
          new CancellationReason.ConditionFailed(
              proto.getConditionFailed().hasItem()
                  ? Wire.item(proto.getConditionFailed().getItem())
                  : null);
      case INVALID -> new CancellationReason.Invalid(proto.getInvalid().getMessage());
      case LOCKED ->
          new CancellationReason.Locked(
              Wire.share(proto.getLocked().getKey()), decode(proto.getLocked().getHolder()));
      case CONFLICT -> new CancellationReason.Conflict();
      case COLLECTION_TOO_LARGE -> new CancellationReason.CollectionTooLarge();
      case BODY_NOT_SET -> throw Wire.unknown("cancellation reason");
    };
  }
}
