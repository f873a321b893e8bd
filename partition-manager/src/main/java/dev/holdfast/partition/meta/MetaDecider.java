package dev.holdfast.partition.meta;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.statemachine.replica.CommandContext;
import dev.holdfast.statemachine.replica.Decider;
import dev.holdfast.statemachine.replica.Decision;
import dev.holdfast.statemachine.storage.KeyValueReader;

/**
 * What the meta group's commands mean. Stateless.
 *
 * <ul>
 *   <li>Invariant 12: an id is used once, so a name created again inherits nothing.
 *   <li>Status goes CREATING, ACTIVE, DELETING, gone; the reconciler moves it on from the first and
 *       the third, users from the second.
 *   <li>Invariant 3: only a finished split or merge changes the map, and it puts two neighbours in
 *       the place of one partition, or one in the place of two. Invariant 10: a partition is in one
 *       split or merge at a time.
 * </ul>
 */
public final class MetaDecider implements Decider {
  @Override
  public Decision decide(KeyValueReader state, CommandContext context, Command command) {
    if (command instanceof MetaCommand meta) {
      return meta.dispatch(new TableCommands(new MetaRows(state), context.stampMicros()));
    }
    if (command instanceof Command.RenewLease || command instanceof Command.Relinquish) {
      return Decision.of(new Result.Done()); // they mean something to the consensus layer only
    }
    return Decision.reject(new Rejection.WrongPartition());
  }
}
