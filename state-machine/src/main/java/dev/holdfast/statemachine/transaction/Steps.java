package dev.holdfast.statemachine.transaction;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.ClientToken;
import dev.holdfast.protocol.command.Outcome;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.statemachine.replica.CommandContext;
import dev.holdfast.statemachine.replica.Decision;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.storage.KeyValueReader;
import dev.holdfast.statemachine.table.ItemLocks;
import dev.holdfast.statemachine.table.ItemPlan;
import dev.holdfast.statemachine.table.TableDecider;
import dev.holdfast.statemachine.transaction.IntentRow.Intent;
import dev.holdfast.statemachine.transaction.IntentRow.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides the steps of transactions (transactions.md). Lives for one command.
 *
 * <ul>
 *   <li>An attempt is committed by one entry of its home, stamped before its deadline; once the
 *       home has applied an entry stamped at or after it without having committed, it never will.
 *   <li>What the home has refused it remembers as aborted: a late copy of the same Decide, whose
 *       refusal may not be remembered under its request id (R11), must not commit what others have
 *       aborted since.
 * </ul>
 */
final class Steps implements TransactionCommand.Handler<Decision> {
  /** How far ahead of a partition's stamp a deadline may lie (R12): twice the time-out. */
  static final long DEADLINE_AHEAD_MICROS_MAX = TimeUnit.SECONDS.toMicros(20);

  private final KeyValueReader state;
  private final CommandContext context;
  private final TableDecider tables;

  Steps(KeyValueReader state, CommandContext context, TableDecider tables) {
    this.state = state;
    this.context = context;
    this.tables = tables;
  }

  @Override
  public Decision transact(TransactionCommand.Transact command) {
    Result spent = spent(command.token());
    if (spent != null) {
      return Decision.of(spent);
    }
    Plans plans = Plans.of(tables, state, context, command.actions());
    Rejection rejection = plans.rejection();
    if (rejection != null) {
      return Decision.reject(rejection);
    }
    List<Effect> effects = plans.effects();
    effects.addAll(spend(command.token()));
    return new Decision(effects, new Result.Transacted(plans.costs()));
  }

  /** What is to be answered for a token that was used before; null when it was not. */
  private @Nullable Result spent(@Nullable ClientToken token) {
    if (token == null) {
      return null;
    }
    return switch (SpentTokens.use(state, context.stampMicros(), token)) {
      case NEW -> null;
      case SAME_REQUEST -> new Result.TokenSpent();
      case OTHER_REQUEST -> new Result.Rejected(new Rejection.TokenMismatch());
    };
  }

  private List<Effect> spend(@Nullable ClientToken token) {
    return token == null ? List.of() : SpentTokens.spend(state, context.stampMicros(), token);
  }

  @Override
  public Decision prepare(TransactionCommand.Prepare command) {
    Attempt attempt = command.attempt();
    if (isOutOfTime(attempt)) {
      return Decision.reject(new Rejection.AttemptOver());
    }
    Result spent = spent(attempt.token());
    if (spent != null) {
      return Decision.of(spent);
    }
    AttemptRow known = AttemptRow.of(state, attempt);
    if (known.outcome() != Outcome.UNDECIDED) {
      return Decision.reject(new Rejection.AttemptOver()); // decided without these intents
    }
    Intents intents = new Intents(state);
    // An attempt does not stand in its own way: a Prepare may come twice (R6).
    Plans plans =
        Plans.of(tables.with(any -> ownAside(attempt)), state, context, command.actions());
    Rejection rejection = plans.rejection();
    if (rejection != null) {
      return Decision.reject(rejection);
    }
    if (plans.routingKeys().stream().anyMatch(known::isOver)) {
      return Decision.reject(new Rejection.AttemptOver());
    }
    List<Bytes> fresh = new ArrayList<>();
    for (ItemPlan plan : plans.plans()) {
      Bytes key = Plans.routingKey(plan);
      if (!known.open().contains(key)) {
        intents.add(key, intent(attempt, plan));
        fresh.add(key);
      }
    }
    List<Effect> effects = new ArrayList<>(intents.effects());
    effects.add(put(known.opened(fresh)));
    return new Decision(effects, new Result.Transacted(plans.costs()));
  }

  private ItemLocks ownAside(Attempt attempt) {
    return (routingKey, use) -> IntentRow.of(state, routingKey).without(attempt.id()).holder(use);
  }

  private boolean isOutOfTime(Attempt attempt) {
    long now = context.stampMicros();
    return now >= attempt.deadlineMicros()
        || attempt.deadlineMicros() - now > DEADLINE_AHEAD_MICROS_MAX;
  }

  private static Intent intent(Attempt attempt, ItemPlan plan) {
    if (plan instanceof ItemPlan.Change change) {
      Item after = change.after();
      Kind kind = after == null ? Kind.DELETE : Kind.PUT;
      return new Intent(attempt, change.table().id(), kind, after);
    }
    return new Intent(attempt, ((ItemPlan.Holds) plan).table().id(), Kind.CHECK, null);
  }

  @Override
  public Decision decide(TransactionCommand.Decide command) {
    Attempt attempt = command.attempt();
    if (!isHome(attempt)) {
      return Decision.reject(new Rejection.WrongPartition());
    }
    AttemptRow known = AttemptRow.of(state, attempt);
    if (known.outcome() == Outcome.COMMITTED) {
      return Decision.of(new Result.Transacted(List.of()));
    }
    if (known.outcome() == Outcome.ABORTED || isOutOfTime(attempt)) {
      return Decision.reject(new Rejection.AttemptOver());
    }
    Result spent = spent(attempt.token());
    if (spent != null) {
      return aborted(known, spent);
    }
    Plans plans = Plans.of(tables, state, context, command.actions());
    Rejection rejection = plans.rejection();
    if (rejection instanceof Rejection.WrongPartition
        || rejection instanceof Rejection.StaleTable) {
      return Decision.reject(rejection); // not judged yet
    }
    if (rejection != null) {
      return aborted(known, new Result.Rejected(rejection));
    }
    List<Effect> effects = plans.effects();
    effects.addAll(spend(attempt.token()));
    effects.add(put(known.decided(Outcome.COMMITTED, plans.routingKeys(), command.intentKeys())));
    effects.addAll(forgetSettled());
    return new Decision(effects, new Result.Transacted(plans.costs()));
  }

  private Decision aborted(AttemptRow known, Result result) {
    List<Effect> effects = new ArrayList<>(forgetSettled());
    effects.add(put(known.decided(Outcome.ABORTED, List.of(), List.of())));
    return new Decision(effects, result);
  }

  private boolean isHome(Attempt attempt) {
    return context.partition().range().contains(attempt.homeKey());
  }

  @Override
  public Decision commit(TransactionCommand.Commit command) {
    return resolve(command.attempt(), command.keys(), Outcome.COMMITTED);
  }

  @Override
  public Decision abort(TransactionCommand.Abort command) {
    return resolve(command.attempt(), command.keys(), Outcome.ABORTED);
  }

  private Decision resolve(Attempt attempt, List<Bytes> keys, Outcome outcome) {
    for (Bytes key : keys) {
      if (!context.partition().range().contains(key)) {
        return Decision.reject(new Rejection.WrongPartition());
      }
    }
    AttemptRow known = AttemptRow.of(state, attempt);
    Intents intents = new Intents(state);
    List<Effect> effects = new ArrayList<>();
    boolean news = false;
    for (Bytes key : keys) {
      Intent intent = intents.on(key).of(attempt.id()).orElse(null);
      if (intent != null) {
        news = true;
        intents.remove(key, attempt);
        if (outcome == Outcome.COMMITTED) {
          TableDescriptor table = tables.table(state, intent.table());
          effects.addAll(Intents.carriedOut(state, table, key, intent));
        }
      }
    }
    if (news && outcome == Outcome.COMMITTED) {
      effects.addAll(spend(attempt.token()));
    }
    effects.addAll(intents.effects());
    boolean wasOpen = keys.stream().anyMatch(known.open()::contains); // even without its table
    if (wasOpen || !isOutOfTime(attempt)) { // else no late Prepare of it is accepted anyway
      effects.add(put(known.ended(keys)));
    }
    effects.addAll(forgetSettled());
    return new Decision(effects, new Result.Done());
  }

  @Override
  public Decision confirm(TransactionCommand.Confirm command) {
    if (!isHome(command.attempt())) {
      return Decision.reject(new Rejection.WrongPartition());
    }
    AttemptRow known = AttemptRow.of(state, command.attempt());
    if (known.outcome() != Outcome.COMMITTED) {
      return Decision.of(new Result.Done()); // there is no record, or none that waits
    }
    List<Effect> effects = new ArrayList<>();
    effects.add(put(known.confirmed(command.keys())));
    effects.addAll(forgetSettled());
    return new Decision(effects, new Result.Done());
  }

  @Override
  public Decision settle(TransactionCommand.Settle command) {
    if (!isHome(command.attempt())) {
      return Decision.reject(new Rejection.WrongPartition());
    }
    Outcome outcome =
        Ledger.outcome(state, command.attempt(), context.stampMicros()); // R2: the record first
    return Decision.of(new Result.Settled(outcome));
  }

  private static Effect put(AttemptRow row) {
    return new Effect.Put(AttemptRow.key(row.attempt()), row.encode());
  }

  private List<Effect> forgetSettled() {
    return Ledger.forgetSettled(state, context.stampMicros());
  }
}
