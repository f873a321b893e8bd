package dev.holdfast.statemachine.transaction.model;

import static dev.holdfast.statemachine.transaction.model.State.ABORTED;
import static dev.holdfast.statemachine.transaction.model.State.AFTER_DEADLINE;
import static dev.holdfast.statemachine.transaction.model.State.APART;
import static dev.holdfast.statemachine.transaction.model.State.APART_AGAIN;
import static dev.holdfast.statemachine.transaction.model.State.BEFORE_DEADLINE;
import static dev.holdfast.statemachine.transaction.model.State.COMMITTED;
import static dev.holdfast.statemachine.transaction.model.State.COMMITTED_OPEN;
import static dev.holdfast.statemachine.transaction.model.State.MERGED;
import static dev.holdfast.statemachine.transaction.model.State.NO_RECORD;
import static dev.holdfast.statemachine.transaction.model.State.TRIMMED;

import dev.holdfast.statemachine.transaction.model.State.Message;

/** What partitions do (transactions.md R2 to R7 and R10, decision 0015). Changes a state. */
final class Rules {
  private final Setting setting;

  Rules(Setting setting) {
    this.setting = setting;
  }

  private boolean has(Flaw flaw) {
    return setting.flaw() == flaw;
  }

  private static int bit(int attemptOrTransaction) {
    return 1 << attemptOrTransaction;
  }

  /** What partitions know an attempt by (R1). */
  private int id(int attempt) {
    return has(Flaw.ID_OF_THE_TOKEN) ? setting.transaction(attempt) : attempt;
  }

  private boolean isSpent(State state, int partition, int attempt) {
    return (state.tokens(partition) & bit(setting.transaction(attempt))) != 0;
  }

  private void spend(State state, int partition, int attempt) {
    state.tokens(partition, state.tokens(partition) | bit(setting.transaction(attempt)));
  }

  void prepare(State state, int attempt) {
    int item = setting.other(attempt);
    int partition = state.partition(item);
    if (state.clock(partition) != BEFORE_DEADLINE) {
      state.send(attempt, Message.NOT_PREPARED); // R6
    } else if (isSpent(state, partition, attempt)) {
      state.send(attempt, Message.SPENT_BEFORE); // R10
    } else if (state.record(partition, id(attempt)) != NO_RECORD
        || isOver(state, partition, attempt)) {
      state.send(attempt, Message.NOT_PREPARED); // R6
    } else if (state.intent(item) == id(attempt)) {
      state.send(attempt, Message.PREPARED);
    } else if (state.intent(item) != 0 && !has(Flaw.PREPARED_OVER_AN_INTENT)) {
      state.send(attempt, Message.NOT_PREPARED); // R7
    } else {
      int planned = State.appended(state.value(item), setting.transaction(attempt));
      state.intent(item, id(attempt), planned);
      state.send(attempt, Message.PREPARED);
    }
  }

  private boolean isOver(State state, int partition, int attempt) {
    return (state.over(partition) & bit(id(attempt))) != 0;
  }

  void decide(State state, int attempt) {
    int item = setting.home(attempt);
    int partition = state.partition(item);
    int record = state.record(partition, id(attempt));
    boolean late =
        state.clock(partition) != BEFORE_DEADLINE && !has(Flaw.DECISION_AFTER_THE_DEADLINE);
    if (record == COMMITTED_OPEN || record == COMMITTED) {
      state.send(attempt, Message.COMMITTED); // R2: the record first
    } else if (record == ABORTED || late) {
      state.send(attempt, Message.REFUSED);
    } else if (isSpent(state, partition, attempt)) {
      refuse(state, partition, attempt);
      state.send(attempt, Message.SPENT);
    } else if (state.intent(item) != 0 && !has(Flaw.DECIDED_BELOW_AN_INTENT)) {
      refuse(state, partition, attempt);
      state.send(attempt, Message.REFUSED);
    } else {
      state.value(item, State.appended(state.value(item), setting.transaction(attempt)));
      spend(state, partition, attempt);
      state.record(partition, id(attempt), COMMITTED_OPEN);
      state.send(attempt, Message.COMMITTED);
    }
  }

  private void refuse(State state, int partition, int attempt) {
    if (!has(Flaw.REFUSAL_NOT_RECORDED)) {
      state.record(partition, id(attempt), ABORTED);
    }
  }

  void commit(State state, int attempt) {
    int item = setting.other(attempt);
    int partition = state.partition(item);
    boolean held = state.intent(item) == id(attempt);
    if (held) {
      state.value(item, state.planned(item));
      state.intent(item, 0, 0);
      if (!has(Flaw.ENDED_FORGOTTEN)) {
        spend(state, partition, attempt);
      }
    }
    remember(state, partition, attempt, held);
    state.send(attempt, Message.CONFIRM);
  }

  void abort(State state, int attempt) {
    int item = setting.other(attempt);
    boolean held = state.intent(item) == id(attempt);
    if (held) {
      state.intent(item, 0, 0);
    }
    remember(state, state.partition(item), attempt, held);
  }

  /** R6: while a late Prepare might be accepted. */
  private void remember(State state, int partition, int attempt, boolean held) {
    boolean early = held || state.clock(partition) == BEFORE_DEADLINE;
    boolean recorded = state.record(partition, id(attempt)) != NO_RECORD;
    if (early && !recorded && !has(Flaw.ENDED_FORGOTTEN)) {
      state.over(partition, state.over(partition) | bit(id(attempt)));
    }
  }

  void confirm(State state, int attempt) {
    int partition = state.partition(setting.home(attempt));
    if (state.record(partition, id(attempt)) == COMMITTED_OPEN) {
      state.record(
          partition, id(attempt), has(Flaw.CONFIRMED_RECORD_FORGOTTEN) ? NO_RECORD : COMMITTED);
    }
  }

  /** R2: somebody who has met an intent asks for good, and acts upon the answer. */
  void settle(State state, int attempt) {
    int partition = state.partition(setting.home(attempt));
    int record = state.record(partition, id(attempt));
    if (record == COMMITTED_OPEN || record == COMMITTED) {
      state.send(attempt, Message.COMMIT);
    } else if (record == ABORTED || state.clock(partition) != BEFORE_DEADLINE) {
      state.send(attempt, Message.ABORT);
    }
  }

  /** The deadline passes, then all the time that anything is remembered for. */
  void tick(State state, int partition) {
    state.clock(partition, state.clock(partition) + 1);
    if (state.clock(partition) == TRIMMED) {
      trim(state, partition);
    }
  }

  private void trim(State state, int partition) {
    state.over(partition, 0);
    state.tokens(partition, 0);
    for (int attempt = 1; attempt <= 2; attempt++) {
      int record = state.record(partition, attempt);
      if (record != COMMITTED_OPEN || has(Flaw.RECORD_FORGOTTEN_UNCONFIRMED)) {
        state.record(partition, attempt, NO_RECORD);
      }
    }
  }

  /** R5: all is united; clocks are the later one. */
  void merge(State state) {
    if (!has(Flaw.ENDED_FORGOTTEN_IN_MERGE)) {
      state.over(0, state.over(0) | state.over(1));
      for (int attempt = 1; attempt <= 2; attempt++) {
        if (state.record(0, attempt) == NO_RECORD) {
          state.record(0, attempt, state.record(1, attempt));
        }
      }
    } else {
      for (int attempt = 1; attempt <= 2; attempt++) { // but not what is still open
        if (state.record(1, attempt) == COMMITTED_OPEN) {
          state.record(0, attempt, COMMITTED_OPEN);
        }
      }
    }
    state.tokens(0, state.tokens(0) | state.tokens(1));
    state.clock(0, Math.max(state.clock(0), state.clock(1)));
    clearRight(state);
    state.shape(MERGED);
    if (state.clock(0) == TRIMMED) {
      trim(state, 0);
    }
  }

  private static void clearRight(State state) {
    state.clock(1, 0);
    state.over(1, 0);
    state.tokens(1, 0);
    state.record(1, 1, NO_RECORD);
    state.record(1, 2, NO_RECORD);
  }

  /** R5: both halves know what is over; only the home's waits for confirmations. */
  void split(State state) {
    state.shape(APART_AGAIN);
    state.clock(1, state.clock(0));
    state.over(1, state.over(0));
    state.tokens(0, has(Flaw.TOKENS_FORGOTTEN_IN_SPLIT) ? 0 : state.tokens(0));
    state.tokens(1, state.tokens(0));
    for (int attempt = 1; attempt <= 2; attempt++) {
      int record = state.record(0, attempt);
      state.record(1, attempt, record);
      if (record == COMMITTED_OPEN) {
        state.record(1 - setting.home(attempt), attempt, COMMITTED);
      }
    }
  }

  /** What a reader is told, who does not wait (R2, R3). */
  enum Told {
    COMMITTED,
    NOT_COMMITTED,
    /** Look again: the same intent is there, or start over. */
    NOTHING_KNOWN
  }

  Told ask(State state, int attempt) {
    if (has(Flaw.READER_DOES_NOT_ASK)) {
      return Told.NOT_COMMITTED;
    }
    if (has(Flaw.READER_BELIEVES_INTENTS)) {
      return Told.COMMITTED;
    }
    int partition = state.partition(setting.home(attempt));
    int record = state.record(partition, attempt);
    if (record == COMMITTED_OPEN || record == COMMITTED) {
      return Told.COMMITTED;
    }
    return state.clock(partition) == TRIMMED ? Told.NOTHING_KNOWN : Told.NOT_COMMITTED;
  }

  boolean mayMerge(State state) {
    return state.shape() == APART;
  }

  boolean maySplit(State state) {
    return state.shape() == MERGED;
  }

  boolean mayTick(State state, int partition) {
    return state.clock(partition) <= AFTER_DEADLINE && (partition == 0 || state.shape() != MERGED);
  }
}
