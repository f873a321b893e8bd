package dev.holdfast.statemachine.transaction.model;

/**
 * What the two attempts are.
 *
 * @param retry whether the second is another attempt at the first's transaction, with its token
 * @param firstHome the item that decides the first attempt, 0 or 1; the other one is prepared
 * @param secondHome the same of the second
 */
record Setting(boolean retry, int firstHome, int secondHome, Flaw flaw) {
  /** The transaction of an attempt, 1 or 2. */
  int transaction(int attempt) {
    return retry ? 1 : attempt;
  }

  int home(int attempt) {
    return attempt == 1 ? firstHome : secondHome;
  }

  /** The item that is prepared. */
  int other(int attempt) {
    return 1 - home(attempt);
  }
}
