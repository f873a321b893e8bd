package dev.holdfast.statemachine.model.replication;

import dev.holdfast.statemachine.model.Cells;
import dev.holdfast.statemachine.model.Model;
import org.jspecify.annotations.Nullable;

/**
 * Three replicas whose states may be damaged, and what comparing their digests does (C2). Two that
 * are damaged may agree by chance: then nobody can know better.
 *
 * <ul>
 *   <li>While one is damaged at most, no sound one is set aside.
 *   <li>Once a comparison is over, a damaged one is set aside or nobody answers any more.
 * </ul>
 */
final class DigestModel implements Model {
  /** A rule that is broken. */
  enum Flaw {
    NONE,
    /** Who differs from the leader is set aside. */
    LEADER_IS_RIGHT,
    /** Without a majority all go on. */
    GO_ON_WITHOUT_A_MAJORITY,
    /** Differences are not looked at. */
    DIGESTS_IGNORED
  }

  private static final int NODES = 3;

  /** A state: 0 is as it should be, others are not. */
  private static final int STATE = 0;

  private static final int ASIDE = STATE + NODES;
  private static final int STOPPED = ASIDE + 1;
  private static final int LEADER = STOPPED + 1;
  private static final int COMPARED = LEADER + 1;
  private static final int CELLS = COMPARED + 1;

  private final Flaw flaw;

  DigestModel(Flaw flaw) {
    this.flaw = flaw;
  }

  @Override
  public Cells start() {
    return new Cells(CELLS);
  }

  @Override
  public @Nullable String wrong(Cells state) {
    int damaged = 0;
    boolean soundAside = false;
    boolean differ = false;
    for (int node = 0; node < NODES; node++) {
      boolean sound = state.at(STATE + node) == 0;
      damaged += sound ? 0 : 1;
      soundAside |= sound && state.has(ASIDE, node);
      for (int other = 0; other < node; other++) {
        differ |=
            !state.has(ASIDE, node)
                && !state.has(ASIDE, other)
                && state.at(STATE + node) != state.at(STATE + other);
      }
    }
    if (damaged <= 1 && soundAside) {
      return "a sound replica is set aside";
    }
    boolean answering = state.at(COMPARED) != 0 && state.at(STOPPED) == 0;
    return differ && answering ? "replicas that differ answer" : null;
  }

  @Override
  public void steps(Cells from, Steps steps) {
    if (from.at(COMPARED) != 0) {
      return;
    }
    for (int node = 0; node < NODES; node++) {
      for (int state = 1; from.at(STATE + node) == 0 && state <= 2; state++) {
        Cells next = from.copy();
        next.put(STATE + node, state);
        steps.to(next, "# is damaged, by way #", node, state);
      }
      if (node != from.at(LEADER)) {
        Cells next = from.copy();
        next.put(LEADER, node);
        steps.to(next, "# leads", node);
      }
    }
    steps.to(compared(from), "the digests are compared");
  }

  private Cells compared(Cells from) {
    Cells next = from.copy();
    next.put(COMPARED, 1);
    if (flaw == Flaw.DIGESTS_IGNORED) {
      return next;
    }
    boolean majority = false;
    for (int node = 0; node < NODES; node++) {
      majority |= agreeing(from, from.at(STATE + node)) >= 2;
    }
    if (!majority && flaw != Flaw.LEADER_IS_RIGHT) {
      next.put(STOPPED, flaw == Flaw.GO_ON_WITHOUT_A_MAJORITY ? 0 : 1);
      return next;
    }
    for (int node = 0; node < NODES; node++) {
      int state = from.at(STATE + node);
      boolean wrong =
          flaw == Flaw.LEADER_IS_RIGHT
              ? state != from.at(STATE + from.at(LEADER))
              : agreeing(from, state) < 2;
      if (wrong) {
        next.include(ASIDE, node);
      }
    }
    return next;
  }

  private static int agreeing(Cells from, int state) {
    int count = 0;
    for (int node = 0; node < NODES; node++) {
      count += from.at(STATE + node) == state ? 1 : 0;
    }
    return count;
  }
}
