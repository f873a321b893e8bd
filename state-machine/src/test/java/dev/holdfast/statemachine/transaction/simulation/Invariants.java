package dev.holdfast.statemachine.transaction.simulation;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.OpenAttempt;
import dev.holdfast.protocol.command.Outcome;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.transaction.Held;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What holds at every moment, looked at after every command that a partition has applied.
 *
 * <ul>
 *   <li>An attempt is committed or aborted, never both (invariant 5).
 *   <li>A transaction shows at all of its items or at none, once, and stays (invariants 5, 7).
 *   <li>An intent that was resolved does not come again (R6).
 *   <li>While an intent of a committed attempt is there, so is the record (R3).
 *   <li>Every intent is found by its attempt's deadline (R14), and counted.
 * </ul>
 */
final class Invariants {
  private record Ended(AttemptId attempt, Bytes key) {}

  private final Simulation simulation;
  private final Map<AttemptId, Outcome> finals = new HashMap<>();
  private final Set<Ended> ended = new HashSet<>();
  private final Set<Integer> shown = new HashSet<>();
  private @Nullable String broken;

  Invariants(Simulation simulation) {
    this.simulation = simulation;
  }

  /** What was found wrong first; null when nothing was. */
  @Nullable String broken() {
    return broken;
  }

  /** Of whoever found something else that is wrong. */
  void require(@Nullable String wrong) {
    if (broken == null) {
      broken = wrong;
    }
  }

  /** A partition has applied a command. */
  void applied(Partition where, Command command, Result result) {
    Attempt attempt = command instanceof TransactionCommand step ? Trace.attempt(step) : null;
    if (attempt != null) {
      requireShownTogether(attempt);
    }
    if (simulation.bugs().watch() == Bugs.Watch.EVERYTHING) {
      requireInOrder(where);
      if (attempt != null) {
        learn((TransactionCommand) command, attempt, result);
      }
    }
  }

  /** What a partition has noted down. */
  private void requireInOrder(Partition where) {
    require(where.miscounted());
    requireIntentsIndexed(where);
    for (Held held : where.held()) {
      requireNotAgain(where, held);
      requireRecorded(held);
    }
  }

  private void requireIntentsIndexed(Partition where) {
    Set<Ended> indexed = new HashSet<>();
    for (OpenAttempt open : where.openAttempts()) {
      open.intents().forEach(key -> indexed.add(new Ended(open.attempt().id(), key)));
    }
    Set<Ended> there = new HashSet<>();
    where.held().forEach(held -> there.add(new Ended(held.attempt().id(), held.routingKey())));
    if (!indexed.equals(there)) {
      require("%s holds intents %s and lists %s".formatted(where, there, indexed));
    }
  }

  private void learn(TransactionCommand step, Attempt attempt, Result result) {
    if (result instanceof Result.Done) {
      boolean resolves =
          step instanceof TransactionCommand.Commit || step instanceof TransactionCommand.Abort;
      (resolves ? step.keys() : List.<Bytes>of())
          .forEach(key -> ended.add(new Ended(attempt.id(), key)));
      return;
    }
    Outcome outcome = outcome(step, result);
    Outcome before =
        outcome == Outcome.UNDECIDED ? null : finals.putIfAbsent(attempt.id(), outcome);
    if (before != null && before != outcome) {
      require(Trace.name(attempt) + " was " + before + " and is " + outcome);
    }
  }

  /** What an answer of the home says for good. */
  private static Outcome outcome(TransactionCommand step, Result result) {
    if (result instanceof Result.Settled settled) {
      return settled.outcome() == Outcome.UNRECORDED ? Outcome.UNDECIDED : settled.outcome();
    }
    if (!(step instanceof TransactionCommand.Decide)) {
      return Outcome.UNDECIDED;
    }
    if (result instanceof Result.Transacted) {
      return Outcome.COMMITTED;
    }
    return result instanceof Result.Rejected no && no.rejection() instanceof Rejection.Cancelled
        ? Outcome.ABORTED
        : Outcome.UNDECIDED;
  }

  /** As strong reads of that moment would see it. */
  private void requireShownTogether(Attempt attempt) {
    int number = Lists.writer(attempt);
    Set<Integer> items = simulation.history().items(number);
    int showing = 0;
    for (int item : items) {
      int times = Collections.frequency(simulation.lookNow(item), number);
      if (times > 1) {
        require("transaction %d shows %d times at item %d".formatted(number, times, item));
      }
      showing += times;
    }
    if (showing != 0 && showing != items.size()) {
      require("transaction %d shows at %d of %s".formatted(number, showing, items));
    }
    if (showing > 0) {
      shown.add(number);
    } else if (shown.contains(number)) {
      require("transaction %d was there and is gone".formatted(number));
    }
  }

  private void requireNotAgain(Partition where, Held held) {
    if (ended.contains(new Ended(held.attempt().id(), held.routingKey()))) {
      require("%s has an intent of %s again".formatted(where, Trace.name(held.attempt())));
    }
  }

  private void requireRecorded(Held held) {
    Attempt attempt = held.attempt();
    if (finals.get(attempt.id()) == Outcome.COMMITTED
        && simulation.ask(attempt) != Outcome.COMMITTED) {
      require("the record of " + Trace.name(attempt) + " is gone before its intents are");
    }
  }
}
