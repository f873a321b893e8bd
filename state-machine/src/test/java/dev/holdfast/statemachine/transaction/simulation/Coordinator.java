package dev.holdfast.statemachine.transaction.simulation;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.model.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Takes one transaction through its steps, as decision 0015 says, and may die at any of them. */
final class Coordinator {
  private static final long TIME_OUT_MICROS = 1_500_000;
  private static final long AGAIN_MICROS = 400_000;
  private static final long CLIENT_PATIENCE_MICROS = 2_500_000;
  private static final int ATTEMPT_COUNT_MAX = 3;

  /** How long after its beginning something may still be sent for a transaction. */
  static final long SENDING_MICROS_MAX = ATTEMPT_COUNT_MAX * CLIENT_PATIENCE_MICROS;

  private final Simulation simulation;
  private final int number;
  private final List<Integer> items;
  private final int earlierAttempts;
  private final long givesUpAtMicros;
  private final Map<Partition, List<Integer>> parts = new LinkedHashMap<>();
  private final Attempt attempt;
  private final Partition home;
  private final Map<Partition, Boolean> prepared = new LinkedHashMap<>();
  private boolean decisionSent;
  private boolean over;
  private boolean dead;
  private boolean answered;
  private boolean clientGone;

  /** Of a client that has just begun. */
  Coordinator(Simulation simulation, int number, List<Integer> items) {
    this(simulation, number, items, 0, givesUpAt(simulation));
  }

  /**
   * @param earlierAttempts of the same transaction, all of them unanswered
   * @param givesUpAtMicros when nobody waits for it any longer
   */
  private Coordinator(
      Simulation simulation,
      int number,
      List<Integer> items,
      int earlierAttempts,
      long givesUpAtMicros) {
    this.givesUpAtMicros = givesUpAtMicros;
    this.simulation = simulation;
    this.number = number;
    this.items = items;
    this.earlierAttempts = earlierAttempts;
    this.home = simulation.partitionOf(items.get(0));
    for (int item : items) {
      parts.computeIfAbsent(simulation.partitionOf(item), part -> new ArrayList<>()).add(item);
    }
    this.attempt =
        new Attempt(
            simulation.newAttempt(),
            Lists.routingKey(items.get(0)),
            home.nowMicros() + TIME_OUT_MICROS,
            Lists.token(number));
  }

  private static long givesUpAt(Simulation simulation) {
    return simulation.world().nowMicros() + CLIENT_PATIENCE_MICROS;
  }

  void begin() {
    simulation.world().after(givesUpAtMicros - simulation.world().nowMicros(), this::tryAgain);
    if (parts.size() == 1) {
      transact();
    } else {
      parts.keySet().stream().filter(part -> part != home).forEach(this::prepare);
    }
  }

  /** One entry; its copies take effect once by their token. */
  private void transact() {
    if (isOver()) {
      return;
    }
    simulation.send(
        home, new TransactionCommand.Transact(attempt.token(), actions(home)), this::transacted);
    simulation.world().after(AGAIN_MICROS, this::transact);
  }

  private void transacted(Result result) {
    if (isOver()) {
      return;
    }
    if (result instanceof Result.Transacted || result instanceof Result.TokenSpent) {
      over = true;
      answerYes();
    } else if (isMoved(result)) {
      regroup();
    } else {
      over = true; // R11: another copy may still find its items free
      answered = true;
    }
  }

  private static boolean isMoved(Result result) {
    return result instanceof Result.Rejected no
        && no.rejection() instanceof Rejection.WrongPartition;
  }

  /** R5: another attempt, by where the keys are now. */
  private void regroup() {
    abort();
    if (!answered && !clientGone) {
      answered = true; // by the other one
      new Coordinator(simulation, number, items, earlierAttempts, givesUpAtMicros).begin();
    }
  }

  /** R10: a client that was not answered sends the same token to another coordinator. */
  private void tryAgain() {
    if (!answered && earlierAttempts + 1 < ATTEMPT_COUNT_MAX) {
      clientGone = true;
      new Coordinator(simulation, number, items, earlierAttempts + 1, givesUpAt(simulation))
          .begin();
    }
  }

  private void prepare(Partition part) {
    if (isOver() || prepared.containsKey(part)) {
      return;
    }
    simulation.send(
        part,
        new TransactionCommand.Prepare(attempt, actions(part)),
        result -> prepared(part, result));
    simulation.world().after(AGAIN_MICROS, () -> prepare(part));
  }

  private void prepared(Partition part, Result result) {
    if (isOver() || decisionSent) {
      return;
    }
    if (result instanceof Result.TokenSpent) {
      spent();
      return;
    }
    if (isMoved(result)) {
      regroup();
      return;
    }
    if (!(result instanceof Result.Transacted)) {
      cancel(); // R4: nothing was decided by this attempt
      return;
    }
    prepared.put(part, true);
    if (prepared.size() == parts.size() - 1) {
      decide();
    }
  }

  private void decide() {
    if (isOver()) {
      return;
    }
    decisionSent = true;
    List<Bytes> elsewhere = new ArrayList<>();
    parts.forEach(
        (part, items) -> {
          if (part != home) {
            elsewhere.addAll(keys(part));
          }
        });
    simulation.send(
        home, new TransactionCommand.Decide(attempt, actions(home), elsewhere), this::decided);
    simulation
        .world()
        .after(
            AGAIN_MICROS,
            () -> {
              if (simulation.bugs().has(Bug.SILENCE_IS_NO) && !isOver()) {
                cancel(); // as if what it has not heard of had not happened
              } else {
                decide();
              }
            });
  }

  private void decided(Result result) {
    if (isOver()) {
      return;
    }
    if (result instanceof Result.Transacted) {
      over = true;
      answerYes();
      parts.keySet().stream().filter(part -> part != home).forEach(this::commit);
    } else if (result instanceof Result.TokenSpent) {
      spent();
    } else if (result instanceof Result.Rejected rejected
        && rejected.rejection() instanceof Rejection.Cancelled) {
      cancel(); // recorded as aborted
    } else {
      over = true; // R4: whoever sent its decision does not know; the resolvers will find out
    }
  }

  private void commit(Partition part) {
    List<Bytes> keys = keys(part);
    simulation.send(
        part,
        new TransactionCommand.Commit(attempt, keys),
        done -> simulation.confirm(attempt, keys, done));
  }

  private void answerYes() {
    answered = true;
    simulation.history().committed(number, simulation.world().nowMicros());
  }

  /** An earlier attempt took effect; this one leaves nothing behind. */
  private void spent() {
    answerYes();
    abort();
  }

  private void cancel() {
    answered = true;
    if (earlierAttempts == 0 && !clientGone) { // else another attempt may take effect
      simulation.history().refused(number);
    }
    abort();
  }

  private void abort() {
    over = true;
    for (Partition part : parts.keySet()) {
      if (part != home) {
        simulation.send(part, new TransactionCommand.Abort(attempt, keys(part)), any -> {});
      }
    }
  }

  private List<TransactionAction> actions(Partition part) {
    return items(part).stream().map(item -> Lists.action(item, number)).toList();
  }

  private List<Bytes> keys(Partition part) {
    return items(part).stream().map(Lists::routingKey).toList();
  }

  private List<Integer> items(Partition part) {
    return Objects.requireNonNull(parts.get(part));
  }

  /** Every step is the last one of some coordinators. */
  private boolean isOver() {
    dead |= simulation.world().chance(0.05);
    return dead || over || simulation.world().nowMicros() > givesUpAtMicros;
  }
}
