package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.statemachine.spi.TransactionCounts;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.List;

/** Answers reads from one snapshot. Called by any thread. */
@FunctionalInterface
public interface StateReader {
  /**
   * @param snapshot one moment of the state
   */
  ReadResult read(KeyValueReader snapshot, ReadContext context, Read read);

  /** The attempts that the answer depends on and whose outcome the context does not know. */
  default List<Attempt> unknown(KeyValueReader snapshot, ReadContext context, Read read) {
    return List.of();
  }

  /** What the state keeps for transactions. */
  default TransactionCounts transactionCounts(KeyValueReader snapshot) {
    return TransactionCounts.NONE;
  }
}
