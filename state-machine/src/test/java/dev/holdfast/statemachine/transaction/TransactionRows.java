package dev.holdfast.statemachine.transaction;

import dev.holdfast.statemachine.spi.TransactionCounts;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;

/** The rows that a state really holds for transactions. */
public final class TransactionRows {
  private TransactionRows() {}

  /** What the partition should say of itself. */
  public static TransactionCounts count(KeyValueReader state) {
    return new TransactionCounts(
        Held.in(state).size(),
        count(state, KeyLayout.ATTEMPT),
        count(state, KeyLayout.ATTEMPT_OVER),
        count(state, KeyLayout.TOKEN));
  }

  private static int count(KeyValueReader state, byte kind) {
    int count = 0;
    try (Cursor rows =
        state.cursor(KeyLayout.start(kind), KeyLayout.end(kind), Cursor.Direction.FORWARD)) {
      while (rows.next()) {
        count++;
      }
    }
    return count;
  }
}
