package dev.holdfast.statemachine.transaction;

import static dev.holdfast.statemachine.transaction.OnePartition.routingKey;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.ClientToken;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.Bytes;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Attempts of one time, whose home is the partition of the item "home". */
final class Attempts {
  static final long NOW = 1_000_000_000;
  static final long DEADLINE = NOW + 5_000_000;
  static final long WINDOW = TransactionLimits.DEFAULT.windowMicros();

  private Attempts() {}

  static List<TransactionAction> actions(Command.ItemWrite... writes) {
    return Arrays.stream(writes).map(OnePartition::write).toList();
  }

  static Attempt attempt(long id) {
    return attempt(id, null);
  }

  static Attempt attempt(long id, @Nullable ClientToken token) {
    return new Attempt(new AttemptId(0, id), routingKey("home"), DEADLINE, token);
  }

  static ClientToken token(String text, int request) {
    byte[] hash = new byte[ClientToken.HASH_BYTES];
    hash[0] = (byte) request;
    return new ClientToken(text, Bytes.wrap(hash));
  }
}
