package dev.holdfast.node.transaction;

import dev.holdfast.protocol.command.Outcome;

/** Learns what becomes of transactions, for metrics. Called on busy threads; must not block. */
public interface TransactionListener {
  /** How a transaction ended for its client. */
  enum End {
    COMMITTED,
    TOKEN_SPENT,
    CONDITION_FAILED,
    CONFLICT,
    TOKEN_REFUSED,
    INVALID,
    FAILED
  }

  /** Over this many partitions; zero when it never came so far. */
  default void ended(End end, int partitionCount) {}

  /** Was attempted again, because others held its items. */
  default void conflict() {}

  /** A read of several items was repeated, because they changed meanwhile. */
  default void readAgain() {}

  /** Intents were resolved by somebody else than their coordinator. */
  default void recovered(Outcome outcome, int keyCount) {}

  /** How long the oldest unfinished attempt that this node swept is past its deadline; 0: none. */
  default void overdue(long micros) {}
}
