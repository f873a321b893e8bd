package dev.holdfast.statemachine.model.replication;

import dev.holdfast.statemachine.model.Cells;
import dev.holdfast.statemachine.model.Model;
import org.jspecify.annotations.Nullable;

/**
 * Three replicas of a parent whose split is committed, and those of the child (S1, S3). One node
 * may be lost for ever.
 *
 * <ul>
 *   <li>Who leads the child has what the parent had of it.
 *   <li>That is somewhere, or the split can still be made by somebody.
 * </ul>
 */
final class SeedModel implements Model {
  /** A rule that is broken. */
  enum Flaw {
    NONE,
    /** S1: a seed counts for as much as nothing, (0, 0). */
    SEED_AT_ZERO,
    /** S3: the parent serves a snapshot from behind the split before the child has an entry. */
    SNAPSHOT_PAST_THE_SPLIT,
    /** S3: who has no seed is told to join before the child has an entry. */
    JOIN_BEFORE_THE_FIRST_ENTRY
  }

  private static final int NODES = 3;
  private static final int NOBODY = NODES;

  /** One may have nothing from the start: that alone must do no harm (S1). */
  private static final int EARLY = 2;

  /** What a node has of the child. */
  private static final int NOTHING = 0;

  private static final int EMPTY = 1;
  private static final int SEED = 2;
  private static final int ENTRY = 3;

  private static final int SPLIT_MADE = 0;
  private static final int SPLIT_IN_LOG = 1;
  private static final int CHILD = 2;
  private static final int LOST = CHILD + NODES;
  private static final int SETTLED = LOST + 1;
  private static final int LEADER = SETTLED + 1;
  private static final int CELLS = LEADER + 1;

  private final Flaw flaw;

  SeedModel(Flaw flaw) {
    this.flaw = flaw;
  }

  @Override
  public Cells start() {
    Cells start = new Cells(CELLS);
    start.include(SPLIT_IN_LOG, 0);
    start.include(SPLIT_IN_LOG, 1); // a majority
    start.put(LOST, NOBODY);
    start.put(LEADER, NOBODY);
    return start;
  }

  @Override
  public @Nullable String wrong(Cells state) {
    if (state.at(LEADER) != NOBODY && state.at(CHILD + state.at(LEADER)) == EMPTY) {
      return "the child is led by a replica that has nothing";
    }
    boolean logged = false;
    boolean there = false;
    boolean unmade = false;
    for (int node = 0; node < NODES; node++) {
      if (node != state.at(LOST)) {
        logged |= state.has(SPLIT_IN_LOG, node);
        there |= state.at(CHILD + node) >= SEED;
        unmade |= !state.has(SPLIT_MADE, node) && state.at(CHILD + node) == NOTHING;
      }
    }
    return there || (logged && unmade) ? null : "what the child had is gone";
  }

  @Override
  public void steps(Cells from, Steps steps) {
    for (int node = 0; node < NODES; node++) {
      if (node == from.at(LOST)) {
        continue;
      }
      alone(from, node, steps);
      for (int other = 0; other < NODES; other++) {
        if (other != node && other != from.at(LOST)) {
          together(from, node, other, steps);
        }
      }
    }
  }

  private void alone(Cells from, int node, Steps steps) {
    boolean settled = from.at(SETTLED) != 0;
    if (!from.has(SPLIT_MADE, node) && from.has(SPLIT_IN_LOG, node)) {
      Cells next = from.copy();
      next.include(SPLIT_MADE, node);
      if (from.at(CHILD + node) == NOTHING) {
        next.put(CHILD + node, SEED);
      }
      steps.to(next, "# makes the split", node);
    }
    if (from.has(SPLIT_MADE, node)
        && from.has(SPLIT_IN_LOG, node)
        && (settled || flaw == Flaw.SNAPSHOT_PAST_THE_SPLIT)) {
      Cells next = from.copy();
      next.exclude(SPLIT_IN_LOG, node);
      steps.to(next, "# takes a snapshot and cuts its log", node);
    }
    boolean may = settled || node == EARLY || flaw == Flaw.JOIN_BEFORE_THE_FIRST_ENTRY;
    if (from.at(CHILD + node) == NOTHING && may) {
      Cells next = from.copy();
      next.put(CHILD + node, EMPTY);
      steps.to(next, "# joins the child with nothing", node);
    }
    if (from.at(LOST) == NOBODY) {
      Cells next = from.copy();
      next.put(LOST, node);
      if (next.at(LEADER) == node) {
        next.put(LEADER, NOBODY);
      }
      steps.to(next, "# is lost for ever", node);
    }
  }

  private void together(Cells from, int node, int other, Steps steps) {
    if (!from.has(SPLIT_MADE, other)) {
      if (from.has(SPLIT_IN_LOG, node) && !from.has(SPLIT_IN_LOG, other)) {
        Cells next = from.copy();
        next.include(SPLIT_IN_LOG, other);
        steps.to(next, "# sends # the split", node, other);
      }
      if (from.has(SPLIT_MADE, node) && !from.has(SPLIT_IN_LOG, node)) {
        Cells next = from.copy();
        next.include(SPLIT_MADE, other);
        steps.to(next, "# sends # a snapshot of the parent", node, other);
      }
    }
    int mine = from.at(CHILD + node);
    int theirs = from.at(CHILD + other);
    if (mine != NOTHING && theirs != NOTHING && position(mine) >= position(theirs)) {
      Cells next = from.copy();
      next.put(LEADER, node);
      steps.to(next, "# is elected by # to lead the child", node, other);
    }
    if (from.at(LEADER) == node && theirs != NOTHING) {
      Cells next = from.copy();
      next.put(CHILD + node, ENTRY);
      next.put(CHILD + other, ENTRY); // filled first if it had nothing
      next.put(SETTLED, 1);
      steps.to(next, "# and # commit an entry of the child", node, other);
    }
  }

  /** By what a voter compares itself with a candidate. */
  private int position(int child) {
    return child == SEED && flaw == Flaw.SEED_AT_ZERO ? EMPTY : child;
  }
}
