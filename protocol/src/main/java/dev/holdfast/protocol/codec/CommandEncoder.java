package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MergeCommand;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.model.SplitOrigin;
import dev.holdfast.protocol.wire.BeginMergeProto;
import dev.holdfast.protocol.wire.BeginSplitProto;
import dev.holdfast.protocol.wire.ChildProto;
import dev.holdfast.protocol.wire.CommandProto;
import dev.holdfast.protocol.wire.DeleteProto;
import dev.holdfast.protocol.wire.ModifyProto;
import dev.holdfast.protocol.wire.PutProto;
import dev.holdfast.protocol.wire.RelinquishProto;
import dev.holdfast.protocol.wire.RenewLeaseProto;
import dev.holdfast.protocol.wire.TableNameProto;
import dev.holdfast.protocol.wire.TableReadyProto;
import dev.holdfast.protocol.wire.TagTableProto;
import dev.holdfast.protocol.wire.TrimProto;
import dev.holdfast.protocol.wire.UntagTableProto;
import dev.holdfast.protocol.wire.UpdateTableProto;
import dev.holdfast.protocol.wire.VerifyDigestProto;

/** Every kind of command to its message. */
final class CommandEncoder
    implements Command.ItemHandler<CommandProto>,
        Command.ControlHandler<CommandProto>,
        TransactionCommand.Handler<CommandProto>,
        MetaCommand.Handler<CommandProto> {
  private static final CommandEncoder ENCODER = new CommandEncoder();

  private CommandEncoder() {}

  static CommandProto encode(Command command) {
    if (command instanceof Command.ItemWrite write) {
      return write.dispatch((Command.ItemHandler<CommandProto>) ENCODER);
    }
    if (command instanceof Command.Control control) {
      return control.dispatch((Command.ControlHandler<CommandProto>) ENCODER);
    }
    if (command instanceof TransactionCommand step) {
      return step.dispatch((TransactionCommand.Handler<CommandProto>) ENCODER);
    }
    return ((MetaCommand) command).dispatch((MetaCommand.Handler<CommandProto>) ENCODER);
  }

  @Override
  public CommandProto put(Command.Put command) {
    return CommandProto.newBuilder().setPut(message(command)).build();
  }

  static PutProto message(Command.Put command) {
    PutProto.Builder put =
        PutProto.newBuilder()
            .setTable(CommandMapping.encode(command.table()))
            .setItem(Wire.item(command.item()))
            .setReturnValues(CommandMapping.encode(command.returnValues()))
            .setReturnOnFailure(CommandMapping.encode(command.returnOnFailure()));
    Condition condition = command.condition();
    if (condition != null) {
      put.setCondition(ConditionMapping.encode(condition));
    }
    return put.build();
  }

  @Override
  public CommandProto modify(Command.Modify command) {
    return CommandProto.newBuilder().setModify(message(command)).build();
  }

  static ModifyProto message(Command.Modify command) {
    ModifyProto.Builder modify =
        ModifyProto.newBuilder()
            .setTable(CommandMapping.encode(command.table()))
            .setKey(Wire.item(command.key()))
            .addAllActions(UpdateMapping.encode(command.update()))
            .setReturnValues(CommandMapping.encode(command.returnValues()))
            .setReturnOnFailure(CommandMapping.encode(command.returnOnFailure()));
    Condition condition = command.condition();
    if (condition != null) {
      modify.setCondition(ConditionMapping.encode(condition));
    }
    return modify.build();
  }

  @Override
  public CommandProto delete(Command.Delete command) {
    return CommandProto.newBuilder().setDelete(message(command)).build();
  }

  static DeleteProto message(Command.Delete command) {
    DeleteProto.Builder delete =
        DeleteProto.newBuilder()
            .setTable(CommandMapping.encode(command.table()))
            .setKey(Wire.item(command.key()))
            .setReturnValues(CommandMapping.encode(command.returnValues()))
            .setReturnOnFailure(CommandMapping.encode(command.returnOnFailure()));
    Condition condition = command.condition();
    if (condition != null) {
      delete.setCondition(ConditionMapping.encode(condition));
    }
    return delete.build();
  }

  @Override
  public CommandProto installTable(Command.InstallTable command) {
    return CommandProto.newBuilder().setInstallTable(TableMapping.encode(command.table())).build();
  }

  @Override
  public CommandProto dropTable(Command.DropTable command) {
    return CommandProto.newBuilder().setDropTable(CommandMapping.encode(command.table())).build();
  }

  @Override
  public CommandProto renewLease(Command.RenewLease command) {
    return CommandProto.newBuilder().setRenewLease(RenewLeaseProto.getDefaultInstance()).build();
  }

  @Override
  public CommandProto relinquish(Command.Relinquish command) {
    return CommandProto.newBuilder()
        .setRelinquish(RelinquishProto.newBuilder().setTerm(command.term()))
        .build();
  }

  @Override
  public CommandProto verifyDigest(Command.VerifyDigest command) {
    return CommandProto.newBuilder()
        .setVerifyDigest(
            VerifyDigestProto.newBuilder()
                .setIndex(command.index())
                .setDigest(Wire.share(command.digest())))
        .build();
  }

  @Override
  public CommandProto trimChanges(Command.TrimChanges command) {
    return CommandProto.newBuilder().setTrimChanges(ChangeMapping.encode(command)).build();
  }

  @Override
  public CommandProto updateIndex(Command.UpdateIndex command) {
    return CommandProto.newBuilder().setUpdateIndex(IndexMapping.encode(command)).build();
  }

  @Override
  public CommandProto delivered(Command.Delivered command) {
    return CommandProto.newBuilder().setDelivered(IndexMapping.encode(command)).build();
  }

  @Override
  public CommandProto backfilled(Command.Backfilled command) {
    return CommandProto.newBuilder().setBackfilled(IndexMapping.encode(command)).build();
  }

  @Override
  public CommandProto markIndexesFilled(MetaCommand.MarkIndexesFilled command) {
    return CommandProto.newBuilder().setMarkIndexesFilled(IndexMapping.encode(command)).build();
  }

  @Override
  public CommandProto changeStream(MetaCommand.ChangeStream command) {
    return CommandProto.newBuilder().setChangeStream(ChangeMapping.encode(command)).build();
  }

  @Override
  public CommandProto expire(Command.Expire command) {
    return CommandProto.newBuilder().setExpire(ExpiryMapping.encode(command)).build();
  }

  @Override
  public CommandProto tendExpiry(Command.TendExpiry command) {
    return CommandProto.newBuilder().setTendExpiry(ExpiryMapping.encode(command)).build();
  }

  @Override
  public CommandProto changeTimeToLive(MetaCommand.ChangeTimeToLive command) {
    return CommandProto.newBuilder().setChangeTimeToLive(ExpiryMapping.encode(command)).build();
  }

  @Override
  public CommandProto settleTimeToLive(MetaCommand.SettleTimeToLive command) {
    return CommandProto.newBuilder().setSettleTimeToLive(ExpiryMapping.encode(command)).build();
  }

  @Override
  public CommandProto split(Command.Split command) {
    return CommandProto.newBuilder().setSplit(ClusterMapping.encode(command.operation())).build();
  }

  @Override
  public CommandProto trim(Command.Trim command) {
    return CommandProto.newBuilder()
        .setTrim(TrimProto.newBuilder().setEpoch(command.epoch()))
        .build();
  }

  @Override
  public CommandProto merge(MergeCommand command) {
    return MergeMapping.encode(command);
  }

  @Override
  public CommandProto beginMerge(MetaCommand.BeginMerge command) {
    return CommandProto.newBuilder()
        .setBeginMerge(
            BeginMergeProto.newBuilder()
                .setLeft(command.left().value())
                .setLeftEpoch(command.leftEpoch())
                .setRight(command.right().value())
                .setRightEpoch(command.rightEpoch()))
        .build();
  }

  @Override
  public CommandProto finishMerge(MetaCommand.FinishMerge command) {
    return CommandProto.newBuilder().setFinishMerge(MergeMapping.id(command.merge())).build();
  }

  @Override
  public CommandProto abandonMerge(MetaCommand.AbandonMerge command) {
    return CommandProto.newBuilder().setAbandonMerge(MergeMapping.id(command.merge())).build();
  }

  @Override
  public CommandProto forgetMerge(MetaCommand.ForgetMerge command) {
    return CommandProto.newBuilder().setForgetMerge(MergeMapping.id(command.merge())).build();
  }

  @Override
  public CommandProto beginSplit(MetaCommand.BeginSplit command) {
    return CommandProto.newBuilder()
        .setBeginSplit(
            BeginSplitProto.newBuilder()
                .setPartition(command.partition().value())
                .setEpoch(command.epoch())
                .setKey(Wire.share(command.key()))
                .setKept(command.origin() == SplitOrigin.OPERATOR))
        .build();
  }

  @Override
  public CommandProto finishSplit(MetaCommand.FinishSplit command) {
    return CommandProto.newBuilder()
        .setFinishSplit(ChildProto.newBuilder().setId(command.child().value()))
        .build();
  }

  @Override
  public CommandProto abandonSplit(MetaCommand.AbandonSplit command) {
    return CommandProto.newBuilder()
        .setAbandonSplit(ChildProto.newBuilder().setId(command.child().value()))
        .build();
  }

  @Override
  public CommandProto membership(MetaCommand.Membership command) {
    return CommandProto.newBuilder()
        .setMembership(MembershipMapping.encode(command.change()))
        .build();
  }

  @Override
  public CommandProto setMembers(Command.SetMembers command) {
    return CommandProto.newBuilder().setSetMembers(MembershipMapping.encode(command)).build();
  }

  @Override
  public CommandProto transact(TransactionCommand.Transact command) {
    return CommandProto.newBuilder().setTransact(TransactionMapping.encode(command)).build();
  }

  @Override
  public CommandProto prepare(TransactionCommand.Prepare command) {
    return CommandProto.newBuilder().setPrepare(TransactionMapping.encode(command)).build();
  }

  @Override
  public CommandProto decide(TransactionCommand.Decide command) {
    return CommandProto.newBuilder().setDecide(TransactionMapping.encode(command)).build();
  }

  @Override
  public CommandProto commit(TransactionCommand.Commit command) {
    return CommandProto.newBuilder()
        .setCommit(TransactionMapping.encode(command.attempt(), command.keys()))
        .build();
  }

  @Override
  public CommandProto abort(TransactionCommand.Abort command) {
    return CommandProto.newBuilder()
        .setAbort(TransactionMapping.encode(command.attempt(), command.keys()))
        .build();
  }

  @Override
  public CommandProto confirm(TransactionCommand.Confirm command) {
    return CommandProto.newBuilder()
        .setConfirm(TransactionMapping.encode(command.attempt(), command.keys()))
        .build();
  }

  @Override
  public CommandProto settle(TransactionCommand.Settle command) {
    return CommandProto.newBuilder()
        .setSettle(TransactionMapping.encode(command.attempt()))
        .build();
  }

  @Override
  public CommandProto bootstrap(MetaCommand.Bootstrap command) {
    return CommandProto.newBuilder().setBootstrap(ClusterMapping.encode(command.map())).build();
  }

  @Override
  public CommandProto createTable(MetaCommand.CreateTable command) {
    return CommandProto.newBuilder().setCreateTable(TableMapping.encode(command.table())).build();
  }

  @Override
  public CommandProto updateTable(MetaCommand.UpdateTable command) {
    UpdateTableProto.Builder update = UpdateTableProto.newBuilder().setName(command.name());
    if (command.billingMode() != null) {
      update.setBillingMode(TableMapping.encode(command.billingMode()));
    }
    if (command.throughput() != null) {
      update.setThroughput(TableMapping.encode(command.throughput()));
    }
    if (command.deletionProtection() != null) {
      update.setDeletionProtection(command.deletionProtection());
    }
    if (command.warmth() != null) {
      update.setWarmth(TableMapping.encode(command.warmth()));
    }
    if (command.limits() != null) {
      update.setLimits(TableOptionsMapping.encode(command.limits()));
    }
    if (command.tableClass() != null) {
      update.setTableClass(TableOptionsMapping.encode(command.tableClass()));
    }
    command.indexes().forEach(each -> update.addIndexes(IndexMapping.encode(each)));
    return CommandProto.newBuilder().setUpdateTable(update).build();
  }

  @Override
  public CommandProto deleteTable(MetaCommand.DeleteTable command) {
    return CommandProto.newBuilder()
        .setDeleteTable(TableNameProto.newBuilder().setName(command.name()))
        .build();
  }

  @Override
  public CommandProto markTableReady(MetaCommand.MarkTableReady command) {
    return CommandProto.newBuilder()
        .setMarkTableReady(
            TableReadyProto.newBuilder()
                .setId(command.table().value())
                .setSegments(command.segments())
                .setLaterVersions(command.version() - 1))
        .build();
  }

  @Override
  public CommandProto forgetTable(MetaCommand.ForgetTable command) {
    return CommandProto.newBuilder().setForgetTable(CommandMapping.encode(command.table())).build();
  }

  @Override
  public CommandProto tagTable(MetaCommand.TagTable command) {
    return CommandProto.newBuilder()
        .setTagTable(
            TagTableProto.newBuilder()
                .setName(command.name())
                .addAllTags(TableMapping.encode(command.tags())))
        .build();
  }

  @Override
  public CommandProto untagTable(MetaCommand.UntagTable command) {
    return CommandProto.newBuilder()
        .setUntagTable(
            UntagTableProto.newBuilder().setName(command.name()).addAllKeys(command.keys()))
        .build();
  }

  @Override
  public CommandProto changePolicy(MetaCommand.ChangePolicy command) {
    return CommandProto.newBuilder().setChangePolicy(TableOptionsMapping.encode(command)).build();
  }
}
