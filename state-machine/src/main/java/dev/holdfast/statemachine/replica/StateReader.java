package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.statemachine.spi.TransactionCounts;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /** The routing keys of the items that a read is about; null when there are none. */
  default @Nullable KeyRange items(KeyValueReader snapshot, Read read) {
    return null;
  }

  /** The routing keys of the items that a command changes or checks. */
  default List<Bytes> keys(KeyValueReader snapshot, Command command) {
    return List.of();
  }

  /** What the state keeps for transactions. */
  default TransactionCounts transactionCounts(KeyValueReader snapshot) {
    return TransactionCounts.NONE;
  }
}
