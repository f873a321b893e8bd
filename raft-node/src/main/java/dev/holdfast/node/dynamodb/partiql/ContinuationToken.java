package dev.holdfast.node.dynamodb.partiql;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a SELECT goes on: all that is to be known of that, so that no server need remember it.
 *
 * <p>As text it is the base64 of a version byte, a hash of the statement and its parameters, the
 * range and the key. It is opaque, not secret: whoever makes one up can ask for no more than by
 * another statement. Whether the key fits the table is for the caller to check.
 *
 * @param range the zero-based number of the range; 0 for a scan
 * @param lastKey the last key that was looked at there; null to begin with the range
 */
public record ContinuationToken(int range, @Nullable Item lastKey) {
  private static final String ALGORITHM = "SHA-256";
  private static final byte VERSION = 1;
  private static final int HASH_BYTES = 16;
  private static final int HEADER_BYTES = 1 + HASH_BYTES + Integer.BYTES;

  public String text(String statement, List<EncodedValue> parameters) {
    Bytes key = lastKey == null ? Bytes.EMPTY : lastKey.bytes();
    ByteBuffer buffer = ByteBuffer.allocate(HEADER_BYTES + key.size());
    buffer.put(VERSION).put(hash(statement, parameters)).putInt(range).put(key.toByteArray());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(buffer.array());
  }

  /** Reads a token; fails when it is none, or one of another statement. */
  public static ContinuationToken parse(
      String text, String statement, List<EncodedValue> parameters) {
    ByteBuffer buffer;
    try {
      buffer = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
    if (buffer.remaining() < HEADER_BYTES || buffer.get() != VERSION) {
      throw invalid();
    }
    byte[] hash = new byte[HASH_BYTES];
    buffer.get(hash);
    if (!Arrays.equals(hash, hash(statement, parameters))) {
      throw ApiException.validation("NextToken does not match request");
    }
    int range = buffer.getInt();
    if (range < 0) {
      throw invalid();
    }
    if (!buffer.hasRemaining()) {
      return new ContinuationToken(range, null);
    }
    try {
      return new ContinuationToken(range, Item.checked(Bytes.copyOf(buffer)));
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
  }

  public static ApiException invalid() {
    return ApiException.validation("Invalid NextToken");
  }

  private static byte[] hash(String statement, List<EncodedValue> parameters) {
    try {
      MessageDigest digest = MessageDigest.getInstance(ALGORITHM);
      add(digest, statement.getBytes(StandardCharsets.UTF_8));
      parameters.forEach(parameter -> add(digest, parameter.bytes().toByteArray()));
      return Arrays.copyOf(digest.digest(), HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  private static void add(MessageDigest digest, byte[] bytes) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
  }
}
