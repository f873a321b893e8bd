package dev.holdfast.statemachine.transaction.model;

import static dev.holdfast.statemachine.transaction.model.State.DECIDING;
import static dev.holdfast.statemachine.transaction.model.State.ENDED;
import static dev.holdfast.statemachine.transaction.model.State.IDLE;
import static dev.holdfast.statemachine.transaction.model.State.PLAIN;
import static dev.holdfast.statemachine.transaction.model.State.PREPARING;

import dev.holdfast.statemachine.transaction.model.State.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Walks all states, breadth first, so that what it finds wrong is told by a shortest way there.
 * Losing a message, or a coordinator, is not a step: it is a way that never takes their next one.
 */
final class Explorer {
  private record Step(@Nullable State from, String action) {}

  private static final int YES = 1;
  private static final int NO = 2;

  private final Setting setting;
  private final Rules rules;
  private final Map<State, Step> reached = new HashMap<>();
  private final ArrayDeque<State> open = new ArrayDeque<>();
  private @Nullable String wrong;

  Explorer(Setting setting) {
    this.setting = setting;
    this.rules = new Rules(setting);
  }

  int stateCount() {
    return reached.size();
  }

  /** What is wrong and how it came about; null when nothing is, in any state. */
  @Nullable String explore() {
    State start = new State();
    reached.put(start, new Step(null, "start"));
    open.add(start);
    while (!open.isEmpty() && wrong == null) {
      expand(open.remove());
    }
    return wrong;
  }

  /** A step that can be taken. */
  private void step(State from, String action, Consumer<State> change) {
    if (wrong != null) {
      return;
    }
    State next = from.copy();
    change.accept(next);
    if (reached.putIfAbsent(next, new Step(from, action)) == null) {
      open.add(next);
      require(next, Truths.broken(next, setting));
    }
  }

  private void require(State state, @Nullable String broken) {
    if (broken != null && wrong == null) {
      wrong = broken + ": " + way(state);
    }
  }

  private String way(State end) {
    List<String> actions = new ArrayList<>();
    for (State state = end; state != null; ) {
      Step step = Objects.requireNonNull(reached.get(state));
      actions.add(step.action());
      state = step.from();
    }
    Collections.reverse(actions);
    return String.join(", ", actions);
  }

  private void expand(State state) {
    for (int attempt = 1; attempt <= 2; attempt++) {
      coordinate(state, attempt);
      deliver(state, attempt);
    }
    for (int partition = 0; partition <= 1; partition++) {
      int ticking = partition;
      if (rules.mayTick(state, partition)) {
        step(state, "tick of p" + partition, next -> tick(next, ticking));
      }
    }
    if (rules.mayMerge(state)) {
      step(state, "merge", rules::merge);
    }
    if (rules.maySplit(state)) {
      step(state, "split", rules::split);
    }
    read(state);
    boolean free = state.intent(0) == 0 || setting.flaw() == Flaw.WRITTEN_BELOW_AN_INTENT;
    if (!state.plainWritten() && free) {
      step(state, "plain write", Explorer::writePlain);
    }
  }

  /** Nobody waits for an answer for as long as records are kept. */
  private void tick(State state, int partition) {
    rules.tick(state, partition);
    if (state.clock(partition) == State.TRIMMED) {
      for (int attempt = 1; attempt <= 2; attempt++) {
        if (state.coordinator(attempt) != IDLE) {
          state.coordinator(attempt, ENDED);
        }
      }
    }
  }

  private static void writePlain(State state) {
    state.value(0, State.appended(state.value(0), PLAIN));
    state.setPlainWritten();
  }

  private void coordinate(State state, int attempt) {
    String name = " of coordinator " + attempt;
    int stage = state.coordinator(attempt);
    if (stage == IDLE) {
      step(
          state,
          "start" + name,
          next -> {
            next.coordinator(attempt, PREPARING);
            next.send(attempt, Message.PREPARE);
          });
    }
    if (stage == PREPARING) {
      step(state, "giving up" + name, next -> end(next, attempt, NO, Message.ABORT)); // R4
      hear(state, attempt, Message.NOT_PREPARED, NO, Message.ABORT);
      hear(state, attempt, Message.SPENT_BEFORE, YES, Message.ABORT);
      if (state.isSent(attempt, Message.PREPARED)) {
        step(
            state,
            "decision" + name,
            next -> {
              next.coordinator(attempt, DECIDING);
              next.send(attempt, Message.DECIDE);
            });
      }
    }
    if (stage == DECIDING) {
      hear(state, attempt, Message.COMMITTED, YES, Message.COMMIT);
      hear(state, attempt, Message.REFUSED, NO, Message.ABORT);
      hear(state, attempt, Message.SPENT, YES, Message.ABORT);
      if (setting.flaw() == Flaw.ABORT_AFTER_DECIDE) {
        step(state, "impatience" + name, next -> end(next, attempt, NO, Message.ABORT));
      }
    }
  }

  private void hear(State state, int attempt, Message message, int answer, Message then) {
    if (state.isSent(attempt, message)) {
      step(
          state,
          message + " reaches coordinator " + attempt,
          next -> end(next, attempt, answer, then));
    }
  }

  private static void end(State state, int attempt, int answer, Message then) {
    state.coordinator(attempt, ENDED);
    state.answer(attempt, answer);
    state.send(attempt, then);
  }

  private void deliver(State state, int attempt) {
    deliver(state, attempt, Message.PREPARE, next -> rules.prepare(next, attempt));
    deliver(state, attempt, Message.DECIDE, next -> rules.decide(next, attempt));
    deliver(state, attempt, Message.COMMIT, next -> rules.commit(next, attempt));
    deliver(state, attempt, Message.ABORT, next -> rules.abort(next, attempt));
    deliver(state, attempt, Message.CONFIRM, next -> rules.confirm(next, attempt));
    if (state.intent(setting.other(attempt)) == attempt) {
      step(state, "question after " + attempt, next -> rules.settle(next, attempt));
    }
  }

  private void deliver(State state, int attempt, Message message, Consumer<State> change) {
    if (state.isSent(attempt, message)) {
      step(state, message + " " + attempt, change);
    }
  }

  /** Stages: 0, 1 has a snapshot, 2 has an answer. */
  private void read(State state) {
    if (state.readStage() == 0) {
      for (int item = 0; item <= 1; item++) {
        int wanted = item;
        step(
            state,
            "read of " + item,
            next -> {
              next.readStage(1);
              next.readItem(wanted);
              next.readMust(Truths.writers(Truths.view(next, setting, wanted)));
              next.readSnapshot(Truths.writers(next.value(wanted)), next.intent(wanted));
            });
      }
    } else if (state.readStage() == 1) {
      step(state, "answer to the reader", this::answerReader);
    }
  }

  private void answerReader(State state) {
    int intent = state.readIntent();
    int item = state.readItem();
    int seen = state.readSeen();
    if (intent != 0) {
      switch (rules.ask(state, intent)) {
        case COMMITTED -> seen |= 1 << setting.transaction(intent);
        case NOT_COMMITTED -> {}
        case NOTHING_KNOWN -> {
          if (state.intent(item) != intent) { // R3: start over
            state.readSnapshot(Truths.writers(state.value(item)), state.intent(item));
            return;
          }
        }
      }
    }
    int there = Truths.writers(Truths.view(state, setting, item));
    state.readStage(2);
    state.readItem(0);
    state.readMust(state.readMust() & ~seen); // what it missed
    state.readSnapshot(seen & ~there, 0); // what it saw too much
  }
}
