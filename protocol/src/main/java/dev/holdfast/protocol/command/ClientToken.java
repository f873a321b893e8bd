package dev.holdfast.protocol.command;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.RequestId;
import java.nio.ByteBuffer;

/**
 * A client's name for a transaction: within ten minutes the same token takes effect once.
 *
 * @param text as the client sent it, 1 to 36 characters
 * @param requestHash of everything else in the request, 16 bytes: a token that comes again with
 *     another request is a mistake of the client
 */
public record ClientToken(String text, Bytes requestHash) {
  public static final int LENGTH_MAX = 36;
  public static final int HASH_BYTES = 16;

  /** Tells those made here, in logs, from those that clients choose. */
  private static final String OWN_PREFIX = "#";

  /**
   * For a transaction whose client gave none: its request id stands for the request, as nobody else
   * has it, so whoever takes an attempt at it in hand comes to the same token.
   */
  static ClientToken of(RequestId id) {
    byte[] hash = ByteBuffer.allocate(HASH_BYTES).putLong(id.high()).putLong(id.low()).array();
    return new ClientToken(OWN_PREFIX + Bytes.wrap(hash).toHex(), Bytes.wrap(hash));
  }

  public ClientToken {
    if (text.isEmpty() || text.length() > LENGTH_MAX) {
      throw new IllegalArgumentException("a token of " + text.length() + " characters");
    }
    if (requestHash.size() != HASH_BYTES) {
      throw new IllegalArgumentException("a request hash of " + requestHash.size() + " bytes");
    }
  }
}
