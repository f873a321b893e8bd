package dev.holdfast.protocol.command;

import dev.holdfast.protocol.model.RequestId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * TransactWriteItems: all of it or nothing.
 *
 * @param id of the call; the same through all its attempts
 * @param token null when the client gave none: then the id serves as one
 * @param parts of different items, 1 to {@link #ACTION_COUNT_MAX}
 */
public record TransactionRequest(RequestId id, @Nullable ClientToken token, List<Part> parts) {
  /** Source: AWS API reference, TransactWriteItems. */
  public static final int ACTION_COUNT_MAX = 100;

  /** Of all items together. Source: as above. */
  public static final int BYTES_MAX = 4 << 20;

  /** One action, and its table's name for whoever has to look the table up. */
  public record Part(String tableName, TransactionAction action) {}

  public TransactionRequest {
    parts = List.copyOf(parts);
    if (parts.isEmpty() || parts.size() > ACTION_COUNT_MAX) {
      throw new IllegalArgumentException(parts.size() + " actions");
    }
  }

  /** Every transaction carries a token: it is what makes it take effect once (decision 0015). */
  public ClientToken tokenOrOwn() {
    return token == null ? ClientToken.of(id) : token;
  }
}
