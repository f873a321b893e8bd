package dev.holdfast.statemachine.transaction;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.statemachine.replica.CommandContext;
import dev.holdfast.statemachine.replica.Decider;
import dev.holdfast.statemachine.replica.Decision;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.replica.RememberedKind;
import dev.holdfast.statemachine.replica.RememberedKind.Form;
import dev.holdfast.statemachine.replica.Resharding;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import dev.holdfast.statemachine.table.TableDecider;
import java.util.ArrayList;
import java.util.List;

/**
 * The commands of partitions that hold items: those of tables, which respect the intents of
 * transactions, and the steps of transactions.
 */
public final class TransactionDecider implements Decider {
  private final TableDecider tables = new TableDecider(Intents::locks);
  private final TransactionLimits limits;

  public TransactionDecider() {
    this(TransactionLimits.DEFAULT);
  }

  /** With other limits than those of all clusters: for tests. */
  public TransactionDecider(TransactionLimits limits) {
    this.limits = limits;
  }

  @Override
  public Resharding resharding() {
    return new PartitionResharding(tables.tableResharding(), limits);
  }

  /**
   * A step meets its own rows and those of who is under way, or none. It looks again at an item
   * that the step before has looked at: what tables remember serves it, too.
   */
  @Override
  public List<RememberedKind> rememberedKinds() {
    List<RememberedKind> kinds = new ArrayList<>(tables.rememberedKinds());
    kinds.add(new RememberedKind(KeyLayout.TRANSACTION_COUNTS, Form.LAST_ROWS));
    kinds.add(new RememberedKind(KeyLayout.INTENT, Form.LAST_ROWS));
    kinds.add(new RememberedKind(KeyLayout.ATTEMPT, Form.LAST_ROWS));
    kinds.add(new RememberedKind(KeyLayout.ATTEMPT_OVER, Form.LAST_ROWS));
    kinds.add(new RememberedKind(KeyLayout.TOKEN, Form.SEEN_KEYS));
    return kinds;
  }

  @Override
  public Decision decide(KeyValueReader state, CommandContext context, Command command) {
    if (command instanceof TransactionCommand step) {
      return step.dispatch(new Steps(state, context, tables, limits));
    }
    Decision decision = tables.decide(state, context, command);
    if (command instanceof Command.DropTable drop && !decision.effects().isEmpty()) {
      List<Effect> effects = new ArrayList<>(decision.effects());
      effects.addAll(Intents.dropAll(state, drop.table())); // invariant 12
      return new Decision(effects, decision.result());
    }
    return decision;
  }
}
