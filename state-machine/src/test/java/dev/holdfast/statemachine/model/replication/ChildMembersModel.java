package dev.holdfast.statemachine.model.replication;

import dev.holdfast.statemachine.model.Cells;
import dev.holdfast.statemachine.model.Model;
import org.jspecify.annotations.Nullable;

/**
 * A parent of nodes 0, 1 and 2 that is split while 2 is replaced by 3 (S6). A node knows the
 * members that its log says, applied or not, as Raft demands. The first term of the child: it has
 * one leader at most.
 */
final class ChildMembersModel implements Model {
  /** A rule that is broken. */
  enum Flaw {
    NONE,
    /** S6: the child's peers are the members that a replica knows as it applies the split. */
    PEERS_BY_CONFIGURATION
  }

  private static final int NODES = 4;
  private static final int SPLIT = 1;
  private static final int CHANGE = 2;

  /** The parent's log, in one order or the other. */
  private static final int ENTRIES = 2;

  private static final int FIRST_ENTRY = 0;
  private static final int HAS = 1;
  private static final int APPLIED = HAS + NODES;
  private static final int PEERS = APPLIED + NODES;
  private static final int VOTE = PEERS + NODES;
  private static final int CELLS = VOTE + NODES;

  private static final int BEFORE = 0b0111;
  private static final int AFTER = 0b1011;

  private final Flaw flaw;

  ChildMembersModel(Flaw flaw) {
    this.flaw = flaw;
  }

  @Override
  public Cells start() {
    return new Cells(CELLS);
  }

  @Override
  public @Nullable String wrong(Cells state) {
    int leaders = 0;
    for (int node = 0; node < NODES; node++) {
      int votes = 0;
      for (int voter = 0; voter < NODES; voter++) {
        boolean counts = (state.at(PEERS + node) & 1 << voter) != 0;
        votes += counts && state.at(VOTE + voter) == node + 1 ? 1 : 0;
      }
      leaders += votes >= 2 ? 1 : 0;
    }
    return leaders > 1 ? "a child has two leaders in one term" : null;
  }

  @Override
  public void steps(Cells from, Steps steps) {
    if (from.at(FIRST_ENTRY) == 0) {
      for (int first = SPLIT; first <= CHANGE; first++) {
        Cells next = from.copy();
        next.put(FIRST_ENTRY, first);
        steps.to(next, first == SPLIT ? "the split comes first" : "the change comes first");
      }
      return;
    }
    for (int node = 0; node < NODES; node++) {
      parent(from, node, steps);
      for (int candidate = 0; candidate < NODES; candidate++) {
        vote(from, node, candidate, steps);
      }
    }
  }

  private void parent(Cells from, int node, Steps steps) {
    int has = from.at(HAS + node);
    int applied = from.at(APPLIED + node);
    if (has < ENTRIES) {
      Cells next = from.copy();
      next.put(HAS + node, has + 1);
      steps.to(next, "# hears of entry #", node, has + 1);
    }
    if (applied < has) {
      Cells next = from.copy();
      next.put(APPLIED + node, applied + 1);
      boolean split = applied + 1 == placeOf(from, SPLIT);
      int peers = flaw == Flaw.PEERS_BY_CONFIGURATION ? members(from, has) : ofEntry(from);
      if (split && (peers & 1 << node) != 0) {
        next.put(PEERS + node, peers);
      }
      steps.to(next, "# applies entry #", node, applied + 1);
    }
  }

  private static int placeOf(Cells state, int entry) {
    return state.at(FIRST_ENTRY) == entry ? 1 : 2;
  }

  private static int members(Cells state, int entryCount) {
    return entryCount >= placeOf(state, CHANGE) ? AFTER : BEFORE;
  }

  /** What the leader wrote into the split: the members as of before that entry. */
  private static int ofEntry(Cells state) {
    return members(state, placeOf(state, SPLIT) - 1);
  }

  private static void vote(Cells from, int voter, int candidate, Steps steps) {
    boolean asked = (from.at(PEERS + candidate) & 1 << voter) != 0;
    if (asked && from.at(PEERS + voter) != 0 && from.at(VOTE + voter) == 0) {
      Cells next = from.copy();
      next.put(VOTE + voter, candidate + 1);
      steps.to(next, "# votes for #", voter, candidate);
    }
  }
}
