package dev.holdfast.protocol.command;

import dev.holdfast.protocol.model.Bytes;

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

  public ClientToken {
    if (text.isEmpty() || text.length() > LENGTH_MAX) {
      throw new IllegalArgumentException("a token of " + text.length() + " characters");
    }
    if (requestHash.size() != HASH_BYTES) {
      throw new IllegalArgumentException("a request hash of " + requestHash.size() + " bytes");
    }
  }
}
