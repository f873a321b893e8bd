package dev.holdfast.statemachine.model.transaction;

import dev.holdfast.statemachine.model.Cells;
import dev.holdfast.statemachine.model.Model;
import org.jspecify.annotations.Nullable;

/**
 * Two transactions, each of which checks the item that the other one writes, and a plain writer
 * (R7). A transaction prepares both its items and is then decided; a check holds while the item is
 * absent.
 *
 * <p>A check that a transaction relies on holds at the moment at which it is committed.
 */
final class CheckModel implements Model {
  /** A rule that is broken. */
  enum Flaw {
    NONE,
    /** Checks keep no transaction from writing. */
    CHECKS_LET_TRANSACTIONS_WRITE,
    /** Checks keep no plain writer from writing. */
    CHECKS_LET_PLAIN_WRITES_PASS,
    /** What somebody is about to write may be checked. */
    CHECKED_BELOW_AN_INTENT
  }

  private static final int ITEMS = 2;
  private static final int TRANSACTIONS = 2;

  /** Of an item: who writes it, whether it is there, and a set of those who check it. */
  private static final int WRITER = 0;

  private static final int PRESENT = WRITER + ITEMS;
  private static final int CHECKERS = PRESENT + ITEMS;
  private static final int OVER = CHECKERS + ITEMS; // a set of transactions and items
  private static final int OUTCOME = OVER + TRANSACTIONS;
  private static final int BROKEN = OUTCOME + TRANSACTIONS;
  private static final int CELLS = BROKEN + 1;

  private static final int NOBODY = 0;
  private static final int COMMITTED = 1;
  private static final int ABORTED = 2;

  private final Flaw flaw;

  CheckModel(Flaw flaw) {
    this.flaw = flaw;
  }

  @Override
  public Cells start() {
    return new Cells(CELLS);
  }

  @Override
  public @Nullable String wrong(Cells state) {
    return state.at(BROKEN) != 0 ? "a transaction was committed against its check" : null;
  }

  /** Transaction 1 writes item 0 and checks item 1; transaction 2 the other way round. */
  private static int written(int transaction) {
    return transaction - 1;
  }

  private static int checked(int transaction) {
    return 2 - transaction;
  }

  @Override
  public void steps(Cells from, Steps steps) {
    for (int transaction = 1; transaction <= TRANSACTIONS; transaction++) {
      prepare(from, transaction, steps);
      decide(from, transaction, steps);
      for (int item = 0; item < ITEMS; item++) {
        end(from, transaction, item, steps);
      }
    }
    for (int item = 0; item < ITEMS; item++) {
      boolean held =
          from.at(WRITER + item) != NOBODY
              || (from.at(CHECKERS + item) != 0 && flaw != Flaw.CHECKS_LET_PLAIN_WRITES_PASS);
      if (!held && from.at(PRESENT + item) == 0) {
        Cells next = from.copy();
        next.put(PRESENT + item, 1);
        steps.to(next, "item # is written", item);
      }
    }
  }

  private void prepare(Cells from, int transaction, Steps steps) {
    int write = written(transaction);
    int check = checked(transaction);
    boolean undecided = from.at(OUTCOME + transaction - 1) == 0;
    boolean free =
        from.at(WRITER + write) == NOBODY
            && (from.at(CHECKERS + write) == 0 || flaw == Flaw.CHECKS_LET_TRANSACTIONS_WRITE);
    if (undecided && free && !from.has(OVER + transaction - 1, write)) {
      Cells next = from.copy();
      next.put(WRITER + write, transaction);
      next.include(OVER + transaction - 1, write);
      steps.to(next, "# prepares to write item #", transaction, write);
    }
    boolean holds = from.at(PRESENT + check) == 0;
    boolean unwritten = from.at(WRITER + check) == NOBODY || flaw == Flaw.CHECKED_BELOW_AN_INTENT;
    if (undecided && holds && unwritten && !from.has(OVER + transaction - 1, check)) {
      Cells next = from.copy();
      next.include(CHECKERS + check, transaction);
      next.include(OVER + transaction - 1, check);
      steps.to(next, "# checks item #", transaction, check);
    }
  }

  private static void decide(Cells from, int transaction, Steps steps) {
    if (from.at(OUTCOME + transaction - 1) != 0) {
      return;
    }
    int check = checked(transaction);
    if (from.at(WRITER + written(transaction)) == transaction
        && from.has(CHECKERS + check, transaction)) {
      Cells next = from.copy();
      next.put(OUTCOME + transaction - 1, COMMITTED);
      int writer = from.at(WRITER + check);
      boolean there =
          from.at(PRESENT + check) != 0
              || (writer != NOBODY && from.at(OUTCOME + writer - 1) == COMMITTED);
      next.put(BROKEN, there ? 1 : 0);
      steps.to(next, "# is committed", transaction);
    }
    Cells next = from.copy();
    next.put(OUTCOME + transaction - 1, ABORTED);
    steps.to(next, "# is aborted", transaction);
  }

  private static void end(Cells from, int transaction, int item, Steps steps) {
    int outcome = from.at(OUTCOME + transaction - 1);
    boolean writes = from.at(WRITER + item) == transaction;
    if (outcome == 0 || !(writes || from.has(CHECKERS + item, transaction))) {
      return;
    }
    Cells next = from.copy();
    next.exclude(CHECKERS + item, transaction);
    if (writes) {
      next.put(WRITER + item, NOBODY);
      next.put(PRESENT + item, outcome == COMMITTED ? 1 : from.at(PRESENT + item));
    }
    steps.to(next, "# lets go of item #", transaction, item);
  }
}
