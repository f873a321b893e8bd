package dev.holdfast.statemachine.transaction.simulation;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.model.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What happened in a run, a line each, for whoever looks into a seed that failed: the run is made
 * again with a trace that is kept.
 */
final class Trace {
  private final @Nullable List<String> lines;

  private Trace(@Nullable List<String> lines) {
    this.lines = lines;
  }

  static Trace off() {
    return new Trace(null);
  }

  static Trace kept() {
    return new Trace(new ArrayList<>());
  }

  /** Notes what happens at this time, if anybody wants to know. */
  void note(long nowMicros, Supplier<String> what) {
    if (lines != null) {
      lines.add(String.format(Locale.ROOT, "%10.3f ms  %s", nowMicros / 1000.0, what.get()));
    }
  }

  @Override
  public String toString() {
    return lines == null ? "" : String.join("\n", lines);
  }

  /** A command by its kind, its attempt's number and the numbers of its items. */
  static String name(Command command) {
    String kind = command.getClass().getSimpleName();
    if (command instanceof Command.ItemWrite write) {
      return kind + " of " + item(Lists.routingKey(write));
    }
    if (!(command instanceof TransactionCommand step)) {
      return kind;
    }
    List<String> items = new ArrayList<>();
    for (TransactionAction action : step.actions()) {
      items.add(item(Lists.routingKey(((TransactionAction.Write) action).write())));
    }
    step.keys().forEach(key -> items.add(item(key)));
    Attempt attempt = attempt(step);
    return kind + (attempt == null ? "" : " " + name(attempt)) + " " + items;
  }

  static String name(Attempt attempt) {
    String token = attempt.token() == null ? "?" : attempt.token().text();
    return "attempt " + attempt.id().low() + " of " + token;
  }

  /** Null of a command that is all of its transaction. */
  static @Nullable Attempt attempt(TransactionCommand step) {
    if (step instanceof TransactionCommand.Prepare prepare) {
      return prepare.attempt();
    }
    if (step instanceof TransactionCommand.Decide decide) {
      return decide.attempt();
    }
    if (step instanceof TransactionCommand.Commit commit) {
      return commit.attempt();
    }
    if (step instanceof TransactionCommand.Abort abort) {
      return abort.attempt();
    }
    if (step instanceof TransactionCommand.Confirm confirm) {
      return confirm.attempt();
    }
    return step instanceof TransactionCommand.Settle settle ? settle.attempt() : null;
  }

  private static String item(Bytes routingKey) {
    for (int item = 0; item < Simulation.ITEM_COUNT; item++) {
      if (Lists.routingKey(item).equals(routingKey)) {
        return "item " + item;
      }
    }
    return "no item";
  }

  static String name(Result result) {
    if (result instanceof Result.Rejected rejected) {
      return rejected.rejection() instanceof Rejection.Cancelled cancelled
          ? "Cancelled "
              + cancelled.reasons().stream().map(any -> any.getClass().getSimpleName()).toList()
          : rejected.rejection().getClass().getSimpleName();
    }
    return result instanceof Result.Settled settled
        ? settled.outcome().name()
        : result.getClass().getSimpleName();
  }
}
