package dev.holdfast.statemachine.transaction;

import dev.holdfast.protocol.command.CancellationReason;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.WriteCost;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeRecord.Origin;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.statemachine.change.ChangeLog;
import dev.holdfast.statemachine.replica.CommandContext;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.storage.KeyValueReader;
import dev.holdfast.statemachine.table.ItemPlan;
import dev.holdfast.statemachine.table.TableDecider;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the actions of one command would do, all or none of them. */
record Plans(List<ItemPlan> plans, @Nullable Rejection rejection) {
  private static final String SAME_ITEM_TWICE =
      "Transaction request cannot include multiple operations on one item";

  static Plans of(
      TableDecider tables,
      KeyValueReader state,
      CommandContext context,
      List<TransactionAction> actions) {
    List<ItemPlan> plans = new ArrayList<>(actions.size());
    for (TransactionAction action : actions) {
      plans.add(tables.plan(state, context, action));
    }
    return new Plans(plans, rejection(plans));
  }

  /** A no about the place of one item is about the command; every other is one reason of many. */
  private static @Nullable Rejection rejection(List<ItemPlan> plans) {
    List<CancellationReason> reasons = new ArrayList<>(plans.size());
    Set<Bytes> keys = new HashSet<>(); // looked up only, never walked
    boolean refused = false;
    Room room = new Room();
    for (ItemPlan plan : plans) {
      if (plan instanceof ItemPlan.Refused no) {
        CancellationReason reason = reason(no.rejection(), room);
        if (reason == null) {
          return no.rejection();
        }
        reasons.add(reason);
        refused = true;
      } else if (!keys.add(routingKey(plan))) {
        return new Rejection.Invalid(SAME_ITEM_TWICE);
      } else {
        reasons.add(new CancellationReason.None());
      }
    }
    return refused ? new Rejection.Cancelled(reasons) : null;
  }

  /** For the items that a cancellation returns, in order, until one does not fit. */
  private static final class Room {
    private long bytesLeft = TransactionLimits.CANCELLED_ITEM_BYTES_MAX;

    private @Nullable Item admit(@Nullable Item item) {
      bytesLeft -= item == null ? 0 : item.bytes().size();
      return bytesLeft < 0 ? null : item;
    }
  }

  private static @Nullable CancellationReason reason(Rejection rejection, Room room) {
    if (rejection instanceof Rejection.ConditionFailed failed) {
      return new CancellationReason.ConditionFailed(room.admit(failed.item()));
    }
    if (rejection instanceof Rejection.InvalidUpdate invalid) {
      return new CancellationReason.Invalid(invalid.message());
    }
    if (rejection instanceof Rejection.CollectionTooLarge) {
      return new CancellationReason.CollectionTooLarge();
    }
    if (rejection instanceof Rejection.Locked locked) {
      return new CancellationReason.Locked(locked.key(), locked.holder());
    }
    return null;
  }

  /** Of a plan that is not refused. */
  static Bytes routingKey(ItemPlan plan) {
    if (plan instanceof ItemPlan.Change change) {
      return change.routingKey();
    }
    return ((ItemPlan.Holds) plan).routingKey();
  }

  /** In the order of the actions. Not to be asked of what is rejected. */
  List<Bytes> routingKeys() {
    return plans.stream().map(Plans::routingKey).toList();
  }

  List<WriteCost> costs() {
    return plans.stream()
        .map(
            plan ->
                plan instanceof ItemPlan.Change change
                    ? change.cost()
                    : ((ItemPlan.Holds) plan).cost())
        .toList();
  }

  /**
   * All that is to be written.
   *
   * @param timeMicros what those who follow the tables are told
   */
  List<Effect> effects(ChangeLog log, long timeMicros) {
    List<Effect> effects = new ArrayList<>();
    for (ItemPlan plan : plans) {
      if (plan instanceof ItemPlan.Change change) {
        change.record(log, Origin.USER, timeMicros);
        effects.addAll(change.effects());
      }
    }
    effects.addAll(log.effects());
    return effects;
  }
}
