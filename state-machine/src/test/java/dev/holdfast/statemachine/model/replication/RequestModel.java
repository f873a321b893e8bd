package dev.holdfast.statemachine.model.replication;

import dev.holdfast.statemachine.model.Cells;
import dev.holdfast.statemachine.model.Model;
import org.jspecify.annotations.Nullable;

/**
 * One request that a router sends up to three times, under one id, to a partition that is split,
 * that forgets, whose leaders' clocks jump, and where an intent may be in the way (E1 to E3, S7,
 * R11). Each attempt arrives once or never, early or late; its answer is heard or not.
 *
 * <ul>
 *   <li>The request takes effect once, and where its key is.
 *   <li>Who was told that it did not take effect is right for ever; who was told that it did, too.
 * </ul>
 */
final class RequestModel implements Model {
  /** A rule that is broken. */
  enum Flaw {
    NONE,
    /** E1: the range is checked when the request is proposed, not when it is applied. */
    RANGE_CHECKED_EARLY,
    /** E2: what the window has forgotten counts as never seen. */
    NO_FLOOR,
    /** E2: the stamp that a request carries is taken anew for each attempt. */
    STAMP_OF_EACH_ATTEMPT,
    /** E2: only what is too old by the clock raises the floor, not what has no room. */
    FLOOR_BY_TIME_ONLY,
    /** E3: a part's id names the partition, not its key. */
    ID_BY_PARTITION,
    /** E3: a Prepare does not look for the one-partition form of its transaction. */
    PREPARE_IGNORES_WINDOW,
    /** S7: a child does not inherit the window. */
    CHILD_WITHOUT_WINDOW,
    /** S7: nor the floor. */
    CHILD_WITHOUT_FLOOR,
    /** S7: nor the last stamp. */
    CHILD_WITHOUT_STAMP,
    /** R11: a router tells of a conflict while an attempt of its own may still arrive. */
    NO_FINAL_ATTEMPT,
    /** R11: the rejection of a final attempt is not remembered. */
    FINAL_REJECTION_FORGOTTEN,
    /** R11: what means "not now" is remembered, too. */
    NOT_NOW_REMEMBERED
  }

  private static final int ATTEMPTS = 3;
  private static final int STAMP_MAX = 3;
  private static final int PARENT = 0;
  private static final int CHILD = 1;

  /** An attempt. */
  private static final int UNSENT = 0;

  private static final int SENT = 1;
  private static final int PROPOSED = 2; // to the parent, and checked there
  private static final int GONE = 3;

  /** What was answered to an attempt, or to the client. */
  private static final int NOTHING = 0;

  private static final int DONE = 1;
  private static final int NOT_NOW = 2;
  private static final int REFUSED = 3;
  private static final int UNKNOWN = 4;

  private static final int SPLIT = 0;
  private static final int BLOCKED = 1;
  private static final int STAMP = 2; // of parent and child
  private static final int WINDOW = 4; // the result that is remembered
  private static final int WINDOW_STAMP = 6;
  private static final int FLOOR = 8;
  private static final int COUNT = 10;
  private static final int CLIENT = 12;
  private static final int ATTEMPT = 13;
  private static final int ANSWER = ATTEMPT + ATTEMPTS;
  private static final int CARRIED = ANSWER + ATTEMPTS;
  private static final int FINAL = CARRIED + ATTEMPTS;
  private static final int CELLS = FINAL + 1;

  private final Flaw flaw;

  RequestModel(Flaw flaw) {
    this.flaw = flaw;
  }

  private boolean has(Flaw other) {
    return flaw == other;
  }

  @Override
  public Cells start() {
    Cells start = new Cells(CELLS);
    start.put(STAMP, 1);
    return start;
  }

  @Override
  public @Nullable String wrong(Cells state) {
    int count = state.at(COUNT + PARENT) + state.at(COUNT + CHILD);
    if (count > 1) {
      return "a request took effect twice";
    }
    if (state.at(CLIENT) == DONE && count == 0) {
      return "a request that was acknowledged had no effect where its key is";
    }
    return state.at(CLIENT) == REFUSED && count == 1
        ? "a request that was refused took effect"
        : null;
  }

  @Override
  public void steps(Cells from, Steps steps) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      send(from, attempt, steps);
      arrive(from, attempt, steps);
      hear(from, attempt, steps);
    }
    if (from.at(CLIENT) == NOTHING && from.at(ATTEMPT) != UNSENT) {
      tell(from, UNKNOWN, "the client is told that nobody knows", steps);
    }
    for (int partition = PARENT; partition <= from.at(SPLIT); partition++) {
      forget(from, partition, steps);
      if (from.at(STAMP + partition) < STAMP_MAX) {
        Cells next = from.copy();
        next.put(STAMP + partition, from.at(STAMP + partition) + 1);
        steps.to(next, "the stamp of # goes on", partition);
      }
    }
    if (from.at(SPLIT) == 0) {
      steps.to(split(from), "the partition is split");
    }
    Cells next = from.copy();
    next.put(BLOCKED, 1 - from.at(BLOCKED));
    steps.to(next, from.at(BLOCKED) == 0 ? "an intent is in the way" : "the intent is gone");
  }

  private static void tell(Cells from, int answer, String action, Steps steps) {
    Cells next = from.copy();
    next.put(CLIENT, answer);
    steps.to(next, action);
  }

  /** The key is the child's from here on. */
  private Cells split(Cells from) {
    Cells next = from.copy();
    next.put(SPLIT, 1);
    next.put(COUNT + CHILD, from.at(COUNT + PARENT));
    next.put(COUNT + PARENT, 0);
    next.put(STAMP + CHILD, has(Flaw.CHILD_WITHOUT_STAMP) ? 0 : from.at(STAMP));
    next.put(FLOOR + CHILD, has(Flaw.CHILD_WITHOUT_FLOOR) ? 0 : from.at(FLOOR));
    if (!has(Flaw.CHILD_WITHOUT_WINDOW) && !has(Flaw.ID_BY_PARTITION)) {
      next.put(WINDOW + CHILD, from.at(WINDOW));
      next.put(WINDOW_STAMP + CHILD, from.at(WINDOW_STAMP));
    }
    return next;
  }

  /** One after the other; the last one may be final. The first stamp is of before the first. */
  private void send(Cells from, int attempt, Steps steps) {
    boolean next = attempt == 0 || from.at(ATTEMPT + attempt - 1) != UNSENT;
    boolean over = from.at(CLIENT) != NOTHING || from.at(FINAL) != 0;
    if (from.at(ATTEMPT + attempt) != UNSENT || !next || over) {
      return;
    }
    int known = from.at(STAMP + from.at(SPLIT));
    int carried = attempt == 0 || has(Flaw.STAMP_OF_EACH_ATTEMPT) ? known : from.at(CARRIED);
    for (int last = 0; last <= 1; last++) {
      Cells sent = from.copy();
      sent.put(ATTEMPT + attempt, SENT);
      sent.put(CARRIED + attempt, carried);
      sent.put(FINAL, last * (attempt + 1));
      steps.to(sent, last == 0 ? "attempt # is sent" : "attempt # is sent, the final one", attempt);
    }
  }

  private void arrive(Cells from, int attempt, Steps steps) {
    int stage = from.at(ATTEMPT + attempt);
    if (stage == SENT) {
      int owner = from.at(SPLIT);
      steps.to(apply(from, attempt, owner), "attempt # is applied by #", attempt, owner);
      if (owner == PARENT) {
        Cells next = from.copy();
        next.put(ATTEMPT + attempt, PROPOSED);
        steps.to(next, "attempt # is proposed to the parent", attempt);
      }
    }
    if (stage == PROPOSED) {
      boolean stays = from.at(SPLIT) == 0 || has(Flaw.RANGE_CHECKED_EARLY);
      Cells next = stays ? apply(from, attempt, PARENT) : answered(from, attempt, NOT_NOW);
      steps.to(next, "attempt # comes out of the parent's log", attempt);
    }
  }

  private static Cells answered(Cells from, int attempt, int answer) {
    Cells next = from.copy();
    next.put(ATTEMPT + attempt, GONE);
    next.put(ANSWER + attempt, answer);
    return next;
  }

  private Cells apply(Cells from, int attempt, int partition) {
    int known = from.at(WINDOW + partition);
    boolean twoPhases = attempt > 0 && partition == CHILD && has(Flaw.PREPARE_IGNORES_WINDOW);
    boolean last = from.at(FINAL) == attempt + 1;
    if (known != NOTHING && !twoPhases) {
      return answered(from, attempt, known);
    }
    boolean forgotten = from.at(CARRIED + attempt) <= from.at(FLOOR + partition);
    if (forgotten && !has(Flaw.NO_FLOOR)) {
      return answered(from, attempt, UNKNOWN);
    }
    if (from.at(BLOCKED) != 0) {
      Cells next = answered(from, attempt, last ? REFUSED : NOT_NOW);
      boolean kept = last && !has(Flaw.FINAL_REJECTION_FORGOTTEN);
      if (kept || has(Flaw.NOT_NOW_REMEMBERED)) {
        remember(next, partition, REFUSED);
      }
      return next;
    }
    Cells next = answered(from, attempt, DONE);
    boolean there = partition == from.at(SPLIT); // elsewhere nobody will find it
    next.put(COUNT + partition, from.at(COUNT + partition) + (there ? 1 : 0));
    remember(next, partition, DONE);
    return next;
  }

  private static void remember(Cells next, int partition, int result) {
    next.put(WINDOW + partition, result);
    next.put(WINDOW_STAMP + partition, next.at(STAMP + partition));
  }

  /** By time or for want of room; the carried stamp is at most that of what is forgotten. */
  private void forget(Cells from, int partition, Steps steps) {
    int stamp = from.at(WINDOW_STAMP + partition);
    if (from.at(WINDOW + partition) == NOTHING) {
      return;
    }
    boolean old = from.at(STAMP + partition) > stamp;
    Cells next = from.copy();
    next.put(WINDOW + partition, NOTHING);
    next.put(WINDOW_STAMP + partition, 0);
    if (old || !has(Flaw.FLOOR_BY_TIME_ONLY)) {
      next.put(FLOOR + partition, Math.max(stamp, from.at(FLOOR + partition)));
    }
    steps.to(next, "# forgets what it remembered", partition);
  }

  /** R11: a conflict is told when no attempt can take effect any more. */
  private void hear(Cells from, int attempt, Steps steps) {
    int answer = from.at(ANSWER + attempt);
    if (from.at(CLIENT) != NOTHING || answer == NOTHING) {
      return;
    }
    if (answer == DONE) {
      tell(from, DONE, "the client is told that it is done", steps);
    }
    boolean alone = true;
    for (int other = 0; other < ATTEMPTS; other++) {
      int stage = from.at(ATTEMPT + other);
      alone &= other == attempt || stage == UNSENT || from.at(ANSWER + other) == NOT_NOW;
    }
    boolean over = answer == REFUSED || alone || has(Flaw.NO_FINAL_ATTEMPT);
    if ((answer == REFUSED || answer == NOT_NOW) && over) {
      tell(from, REFUSED, "the client is told of a conflict", steps);
    }
  }
}
