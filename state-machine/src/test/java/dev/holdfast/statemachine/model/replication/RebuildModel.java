package dev.holdfast.statemachine.model.replication;

import dev.holdfast.statemachine.model.Cells;
import dev.holdfast.statemachine.model.Model;
import org.jspecify.annotations.Nullable;

/**
 * Three voters of whom one loses log, term and vote, and comes back (C1). Members change by entries
 * that count as soon as they are in a log. What is committed is in the log of every later leader.
 */
final class RebuildModel implements Model {
  /** A rule that is broken. */
  enum Flaw {
    NONE,
    /** It votes and acknowledges as if it had lost nothing. */
    FORGETFUL_VOTER,
    /** It is a listener at once, and made a voter, without having been removed. */
    NOT_REMOVED_FIRST,
    /** It comes back as soon as the removal is proposed, committed or not. */
    REMOVAL_NOT_COMMITTED,
    /** A message of before the removal makes it a voter again, whatever its epoch. */
    OLD_MESSAGE_BELIEVED,
    /** X1: a follower appends what a leader sends of whose term it knows that it is over. */
    APPEND_AFTER_VOTE
  }

  private static final int NODES = 3;
  private static final int NOBODY = NODES;
  private static final int LOG_MAX = 4;
  private static final int TERM_MAX = 4;

  /** Entries. */
  private static final int WRITE = 0;

  private static final int REMOVE = 1;
  private static final int ADD = 2;
  private static final int KINDS = 4;

  /** What a node may do. */
  private static final int VOTER = 0;

  private static final int SILENT = 1;
  private static final int LISTENER = 2;

  private static final int LOST = 0;
  private static final int LACKING = 1;
  private static final int VICTIM = 2;
  private static final int TERM = 3;
  private static final int LEADS = TERM + NODES;
  private static final int ROLE = LEADS + NODES;
  private static final int LENGTH = ROLE + NODES;
  private static final int COMMIT = LENGTH + NODES;
  private static final int AGREED = COMMIT + NODES; // who has all that a leader has
  private static final int LOG = AGREED + NODES;
  private static final int COMMITTED = LOG + NODES * LOG_MAX;
  private static final int CELLS = COMMITTED + LOG_MAX;

  private final Flaw flaw;

  RebuildModel(Flaw flaw) {
    this.flaw = flaw;
  }

  @Override
  public Cells start() {
    Cells start = new Cells(CELLS);
    for (int node = 0; node < NODES; node++) {
      start.put(TERM + node, 1);
    }
    start.put(LEADS, 1);
    start.put(VICTIM, NOBODY);
    return start;
  }

  @Override
  public @Nullable String wrong(Cells state) {
    return state.at(LACKING) != 0 ? "a committed entry is lost" : null;
  }

  @Override
  public void steps(Cells from, Steps steps) {
    for (int node = 0; node < NODES; node++) {
      if (from.at(LEADS + node) != 0) {
        lead(from, node, steps);
      }
      if (from.at(LOST) == 0) {
        steps.to(lose(from, node), "# loses what it had", node);
      }
      for (int other = 0; other < NODES; other++) {
        if (other != node) {
          elect(from, node, other, steps);
          replicate(from, node, other, steps);
        }
      }
    }
    comeBack(from, steps);
  }

  private static int entry(Cells state, int node, int place) {
    return state.at(LOG + node * LOG_MAX + place);
  }

  private static int lastTerm(Cells state, int node) {
    int length = state.at(LENGTH + node);
    return length == 0 ? 0 : entry(state, node, length - 1) / KINDS;
  }

  /** The latest change in its log counts, committed or not. */
  private static boolean isMember(Cells state, int node, int member) {
    if (state.at(VICTIM) != member) {
      return true;
    }
    for (int place = state.at(LENGTH + node) - 1; place >= 0; place--) {
      int kind = entry(state, node, place) % KINDS;
      if (kind != WRITE) {
        return kind == ADD;
      }
    }
    return true;
  }

  private static void append(Cells next, int node, int kind) {
    int place = next.at(LENGTH + node);
    next.put(LOG + node * LOG_MAX + place, next.at(TERM + node) * KINDS + kind);
    next.put(LENGTH + node, place + 1);
    next.put(AGREED + node, 1 << node);
  }

  private void lead(Cells from, int node, Steps steps) {
    boolean hasRoom = from.at(LENGTH + node) < LOG_MAX;
    int victim = from.at(VICTIM);
    boolean quiet = from.at(COMMIT + node) == from.at(LENGTH + node);
    if (hasRoom) {
      Cells next = from.copy();
      append(next, node, WRITE);
      steps.to(next, "# submits a write", node);
    }
    if (hasRoom && quiet && victim != NOBODY && victim != node) {
      boolean member = isMember(from, node, victim);
      boolean again = from.at(ROLE + victim) == LISTENER;
      if (member != again || (again && flaw == Flaw.NOT_REMOVED_FIRST)) {
        Cells next = from.copy();
        append(next, node, again ? ADD : REMOVE);
        steps.to(next, again ? "# makes # a voter again" : "# removes #", node, victim);
      }
    }
    int votes = 0;
    int members = 0;
    for (int other = 0; other < NODES; other++) {
      boolean member = isMember(from, node, other);
      members += member ? 1 : 0;
      votes += member && from.has(AGREED + node, other) ? 1 : 0;
    }
    if (votes > members / 2 && from.at(COMMIT + node) < from.at(LENGTH + node)) {
      Cells next = from.copy();
      next.put(COMMIT + node, from.at(LENGTH + node));
      for (int place = 0; place < from.at(LENGTH + node); place++) {
        check(next, place, entry(from, node, place));
        next.put(COMMITTED + place, entry(from, node, place));
      }
      steps.to(next, "# commits what it has", node);
    }
  }

  private static void check(Cells next, int place, int entry) {
    if (next.at(COMMITTED + place) != 0 && next.at(COMMITTED + place) != entry) {
      next.put(LACKING, 1);
    }
  }

  private Cells lose(Cells from, int node) {
    Cells next = from.copy();
    next.put(LOST, 1);
    next.put(VICTIM, node);
    next.put(ROLE + node, flaw == Flaw.FORGETFUL_VOTER ? VOTER : SILENT);
    clear(next, node);
    return next;
  }

  private static void clear(Cells next, int node) {
    next.put(TERM + node, 0);
    next.put(LEADS + node, 0);
    next.put(COMMIT + node, 0);
    next.put(AGREED + node, 0);
    cut(next, node, 0);
  }

  private static void cut(Cells next, int node, int length) {
    for (int place = length; place < LOG_MAX; place++) {
      next.put(LOG + node * LOG_MAX + place, 0);
    }
    next.put(LENGTH + node, length);
    next.put(COMMIT + node, Math.min(length, next.at(COMMIT + node)));
  }

  /** Empty, as a listener; or as the voter that an old message makes it. */
  private void comeBack(Cells from, Steps steps) {
    int victim = from.at(VICTIM);
    if (victim == NOBODY || from.at(ROLE + victim) != SILENT) {
      return;
    }
    boolean proposed = false;
    boolean committed = false;
    for (int place = 0; place < LOG_MAX; place++) {
      committed |= from.at(COMMITTED + place) % KINDS == REMOVE;
      for (int node = 0; node < NODES; node++) {
        proposed |= entry(from, node, place) % KINDS == REMOVE;
      }
    }
    boolean may =
        committed
            || flaw == Flaw.NOT_REMOVED_FIRST
            || (proposed && flaw == Flaw.REMOVAL_NOT_COMMITTED);
    if (may) {
      Cells next = from.copy();
      next.put(ROLE + victim, LISTENER);
      steps.to(next, "# comes back as a listener", victim);
    }
    if (flaw == Flaw.OLD_MESSAGE_BELIEVED) {
      Cells next = from.copy();
      next.put(ROLE + victim, VOTER);
      steps.to(next, "# comes back by an old message", victim);
    }
  }

  private void elect(Cells from, int node, int voter, Steps steps) {
    int term = Math.max(from.at(TERM + node), from.at(TERM + voter)) + 1;
    int mine = lastTerm(from, node);
    int theirs = lastTerm(from, voter);
    boolean upToDate =
        mine > theirs || (mine == theirs && from.at(LENGTH + node) >= from.at(LENGTH + voter));
    boolean may =
        from.at(ROLE + node) == VOTER
            && from.at(ROLE + voter) == VOTER
            && isMember(from, node, node)
            && isMember(from, node, voter);
    if (!may || !upToDate || term > TERM_MAX || from.at(LENGTH + node) == LOG_MAX) {
      return;
    }
    Cells next = from.copy();
    next.put(TERM + node, term);
    follow(next, voter, term);
    next.put(LEADS + node, 1);
    for (int place = 0; place < LOG_MAX; place++) {
      check(next, place, place < from.at(LENGTH + node) ? entry(from, node, place) : 0);
    }
    append(next, node, WRITE); // a term's first entry
    steps.to(next, "# is elected by # to term #", node, voter, term);
  }

  private static void follow(Cells next, int node, int term) {
    next.put(TERM + node, term);
    next.put(LEADS + node, 0);
    next.put(AGREED + node, 0);
  }

  private void replicate(Cells from, int leader, int to, Steps steps) {
    int term = from.at(TERM + leader);
    boolean late = term < from.at(TERM + to) && flaw != Flaw.APPEND_AFTER_VOTE;
    if (from.at(LEADS + leader) == 0 || late || from.at(ROLE + to) == SILENT) {
      return;
    }
    Cells next = from.copy();
    if (term >= from.at(TERM + to)) {
      follow(next, to, term);
    }
    int length = from.at(LENGTH + leader);
    for (int place = 0; place < length; place++) {
      if (entry(next, to, place) != entry(from, leader, place)) {
        cut(next, to, place);
        next.put(LOG + to * LOG_MAX + place, entry(from, leader, place));
        next.put(LENGTH + to, place + 1);
      }
    }
    next.put(COMMIT + to, Math.max(next.at(COMMIT + to), from.at(COMMIT + leader)));
    next.include(AGREED + leader, to);
    if (next.at(ROLE + to) == LISTENER && isMember(next, to, to)) {
      next.put(ROLE + to, VOTER);
    }
    steps.to(next, "# has what # has", to, leader);
  }
}
