package dev.holdfast.statemachine.transaction;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.ClientToken;
import dev.holdfast.protocol.command.Outcome;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeRecord.Origin;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.statemachine.change.ChangeLog;
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
  /**
   * How far ahead of a partition's stamp a deadline may lie (R12): twice the time-out of
   * transactions.
   */
  static final long DEADLINE_AHEAD_MICROS_MAX = TimeUnit.SECONDS.toMicros(10);

  private static final Rejection TOO_MANY =
      new Rejection.Invalid("a step of a transaction is about more items than one may have");

  private final KeyValueReader state;
  private final CommandContext context;
  private final TableDecider tables;
  private final Counts counts;
  private final Ledger ledger;
  private final Intents intents;
  private final ChangeLog log;

  Steps(
      KeyValueReader state, CommandContext context, TableDecider tables, TransactionLimits limits) {
    this.state = state;
    this.context = context;
    this.tables = tables;
    this.counts = Counts.of(state);
    this.ledger = new Ledger(state, context.stampMicros(), limits, counts);
    this.intents = new Intents(state, counts);
    this.log = new ChangeLog(state, context);
  }

  /** With whatever became of ledger and intents. */
  private Decision decision(List<Effect> ofItems, Result result) {
    List<Effect> effects = new ArrayList<>(ledger.effects());
    effects.addAll(ofItems);
    effects.addAll(intents.effects());
    effects.addAll(counts.effects());
    return new Decision(effects, result);
  }

  @Override
  public Decision transact(TransactionCommand.Transact command) {
    if (isTooMany(command.actions())) {
      return Decision.reject(TOO_MANY);
    }
    ClientToken token = command.token();
    Result spent = spent(token);
    if (spent != null) {
      return Decision.of(spent);
    }
    if (token != null && !ledger.maySpend()) {
      return Decision.reject(new Rejection.LedgerFull());
    }
    Plans plans = Plans.of(tables, state, context, command.actions());
    Rejection rejection = plans.rejection();
    if (rejection != null) {
      return Decision.reject(rejection);
    }
    spend(token);
    return decision(
        plans.effects(log, context.stampMicros()), new Result.Transacted(plans.costs()));
  }

  private static boolean isTooMany(List<?> actionsOrKeys) {
    return actionsOrKeys.size() > TransactionLimits.KEY_COUNT_MAX;
  }

  /** What is to be answered for a token that was used before; null when it was not. */
  private @Nullable Result spent(@Nullable ClientToken token) {
    if (token == null) {
      return null;
    }
    return switch (ledger.use(token)) {
      case NEW -> null;
      case SAME_REQUEST -> new Result.TokenSpent();
      case OTHER_REQUEST -> new Result.Rejected(new Rejection.TokenMismatch());
    };
  }

  private void spend(@Nullable ClientToken token) {
    if (token != null) {
      ledger.spend(token);
    }
  }

  @Override
  public Decision prepare(TransactionCommand.Prepare command) {
    Attempt attempt = command.attempt();
    Rejection untimely = isTooMany(command.actions()) ? TOO_MANY : untimely(attempt);
    if (untimely != null) {
      return Decision.reject(untimely);
    }
    Result spent = spent(attempt.token());
    if (spent != null) {
      return Decision.of(spent);
    }
    AttemptRow known = AttemptRow.of(state, attempt);
    if (known.outcome() != Outcome.UNDECIDED) {
      return Decision.reject(new Rejection.AttemptOver()); // decided without these intents
    }
    if (known.isSettled() && !ledger.mayOpen()) {
      return Decision.reject(new Rejection.LedgerFull());
    }
    Plans plans =
        Plans.of(tables.with(any -> new OwnAside(known)), state, context, command.actions());
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
    ledger.replace(known, known.opened(fresh));
    return decision(List.of(), new Result.Transacted(plans.costs()));
  }

  /**
   * An attempt does not stand in its own way: a Prepare may come twice, and is answered as at first
   * (R6). Nobody else has changed an item since, but its collection may have grown.
   */
  private final class OwnAside implements ItemLocks {
    private final AttemptRow known;

    private OwnAside(AttemptRow known) {
      this.known = known;
    }

    @Override
    public @Nullable Attempt holder(Bytes routingKey, Use use) {
      return IntentRow.of(state, routingKey).without(known.attempt().id()).holder(use);
    }

    @Override
    public boolean isHeldByWriter(Bytes routingKey) {
      return known.open().contains(routingKey);
    }
  }

  /** Why an attempt gets no further at this time (R6, R12); null when it may. */
  private @Nullable Rejection untimely(Attempt attempt) {
    long now = context.stampMicros();
    if (now >= attempt.deadlineMicros()) {
      return new Rejection.AttemptOver();
    }
    return attempt.deadlineMicros() - now > DEADLINE_AHEAD_MICROS_MAX
        ? new Rejection.DeadlineTooFar()
        : null;
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
    if (isTooMany(command.actions()) || isTooMany(command.intentKeys())) {
      return Decision.reject(TOO_MANY);
    }
    if (!isHome(attempt)) {
      return Decision.reject(new Rejection.WrongPartition());
    }
    AttemptRow known = AttemptRow.of(state, attempt);
    if (known.outcome() == Outcome.COMMITTED) {
      return Decision.of(new Result.Transacted(List.of()));
    }
    Rejection untimely = untimely(attempt);
    if (known.outcome() == Outcome.ABORTED || untimely != null) {
      return Decision.reject(untimely == null ? new Rejection.AttemptOver() : untimely);
    }
    if (!hasRoom(command)) {
      return Decision.reject(new Rejection.LedgerFull()); // not judged yet
    }
    Result spent = spent(attempt.token());
    if (spent != null) {
      return aborted(known, spent);
    }
    Plans plans = Plans.of(tables, state, context, command.actions());
    Rejection rejection = plans.rejection();
    if (rejection instanceof Rejection.WrongPartition) {
      return Decision.reject(rejection); // not judged yet
    }
    if (rejection != null) {
      return aborted(known, new Result.Rejected(rejection));
    }
    spend(attempt.token());
    ledger.replace(known, known.decided(Outcome.COMMITTED, command.intentKeys()));
    return decision(plans.effects(log, timeOf(attempt)), new Result.Transacted(plans.costs()));
  }

  /** Invariant 11: for the record and the token, whatever the decision will be. */
  private boolean hasRoom(TransactionCommand.Decide command) {
    return ledger.maySettle()
        && (command.intentKeys().isEmpty() || ledger.mayOpen())
        && (command.attempt().token() == null || ledger.maySpend());
  }

  private Decision aborted(AttemptRow known, Result result) {
    ledger.replace(known, known.decided(Outcome.ABORTED, List.of()));
    return decision(List.of(), result);
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
    if (isTooMany(keys)) {
      return Decision.reject(TOO_MANY);
    }
    for (Bytes key : keys) {
      if (!context.partition().range().contains(key)) {
        return Decision.reject(new Rejection.WrongPartition());
      }
    }
    AttemptRow known = AttemptRow.of(state, attempt);
    List<Effect> ofItems = new ArrayList<>();
    boolean news = false;
    for (Bytes key : keys) {
      Intent intent = intents.on(key).of(attempt.id()).orElse(null);
      if (intent != null) {
        news = true;
        intents.remove(key, attempt);
        if (outcome == Outcome.COMMITTED) {
          TableDescriptor table = tables.table(state, intent.table());
          Intents.change(state, table, key, intent)
              .ifPresent(
                  change -> {
                    change.record(log, Origin.USER, timeOf(attempt));
                    ofItems.addAll(change.effects());
                  });
        }
      }
    }
    ofItems.addAll(log.effects());
    boolean committed = outcome == Outcome.COMMITTED;
    boolean spentBefore = committed && spent(attempt.token()) != null;
    if (committed && news) {
      spend(attempt.token());
    }
    if (attempt.token() != null && (spentBefore || (committed && news))) {
      ledger.replace(known, known.closed(keys)); // a late Prepare meets the token (decision 0018)
    } else if (isToBeRemembered(known, keys)) {
      ledger.replace(known, known.ended(keys));
    }
    return decision(ofItems, new Result.Done());
  }

  /**
   * What the records of a transaction's changes say of their time: the same in all partitions, also
   * where somebody finishes it later. About when it began.
   */
  private static long timeOf(Attempt attempt) {
    return attempt.deadlineMicros() - DEADLINE_AHEAD_MICROS_MAX / 2;
  }

  /** R6: as long as a late Prepare might be accepted. If there is no room it is, and is in vain. */
  private boolean isToBeRemembered(AttemptRow known, List<Bytes> ended) {
    boolean wasOpen = ended.stream().anyMatch(known.open()::contains); // even without its table
    return wasOpen || (untimely(known.attempt()) == null && ledger.maySettle());
  }

  @Override
  public Decision confirm(TransactionCommand.Confirm command) {
    if (isTooMany(command.keys())) {
      return Decision.reject(TOO_MANY);
    }
    if (!isHome(command.attempt())) {
      return Decision.reject(new Rejection.WrongPartition());
    }
    AttemptRow known = AttemptRow.of(state, command.attempt());
    ledger.replace(known, known.confirmed(command.keys()));
    return decision(List.of(), new Result.Done());
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
}
