package dev.holdfast.node.dynamodb.json;

import dev.holdfast.protocol.model.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A hash of what a request asks for, the same whatever the order of its members, the order of sets
 * and the way a number is written. Stable: nodes of different versions must agree for the ten
 * minutes in which a client's token is remembered.
 */
public final class RequestHash {
  private static final String ALGORITHM = "SHA-256";

  private final MessageDigest digest;

  private RequestHash(MessageDigest digest) {
    this.digest = digest;
  }

  /**
   * Hashes a list of structures; fails when they hold an item that is not valid.
   *
   * @param bytes how many of the hash to keep
   */
  public static Bytes of(List<Fields> parts, int bytes) {
    try {
      RequestHash hash = new RequestHash(MessageDigest.getInstance(ALGORITHM));
      hash.add(parts);
      return Bytes.wrap(Arrays.copyOf(hash.digest.digest(), bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  /** Everything is preceded by its kind and size, so that no two requests run into the same. */
  private void add(Object value) {
    if (value instanceof Fields fields) {
      add('F', fields.values());
    } else if (value instanceof AttributeMap attributes) {
      Bytes item = attributes.item().bytes();
      add('A', item.backingArray(), item.arrayOffset(), item.size());
    } else if (value instanceof Map<?, ?> map) {
      add('M', map);
    } else if (value instanceof List<?> list) {
      begin('L', list.size());
      list.forEach(this::add);
    } else {
      byte[] text = value.toString().getBytes(StandardCharsets.UTF_8);
      add('T', text, 0, text.length);
    }
  }

  private void add(char kind, Map<?, ?> members) {
    TreeMap<String, Object> sorted = new TreeMap<>();
    members.forEach((name, value) -> sorted.put((String) name, value));
    begin(kind, sorted.size());
    sorted.forEach(
        (name, value) -> {
          add(name);
          add(value);
        });
  }

  private void add(char kind, byte[] bytes, int offset, int size) {
    begin(kind, size);
    digest.update(bytes, offset, size);
  }

  private void begin(char kind, int size) {
    digest.update(ByteBuffer.allocate(5).put((byte) kind).putInt(size).flip());
  }
}
