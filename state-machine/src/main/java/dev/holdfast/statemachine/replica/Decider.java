package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.List;

/** What a command means: a pure function of state, context and command (rule H3). */
@FunctionalInterface
public interface Decider {
  /**
   * Decides one command; changes nothing itself.
   *
   * <p>Called by the apply thread, in log order, for every command whose request id is new; {@link
   * Command.VerifyDigest} is the shell's and never arrives here. A no is a result; an exception is
   * a fault and stops the replica. The same arguments must give the same decision on every replica
   * and at every replay.
   *
   * @param state everything applied before, the earlier commands of the same entry included
   */
  Decision decide(KeyValueReader state, CommandContext context, Command command);

  /** How the rows part when the partition is split. */
  default Resharding resharding() {
    return Resharding.NONE;
  }

  /** Kinds of rows that the apply thread would ask the store for again and again. */
  default List<RememberedKind> rememberedKinds() {
    return List.of();
  }
}
