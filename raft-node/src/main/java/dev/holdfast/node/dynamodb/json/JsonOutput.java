package dev.holdfast.node.dynamodb.json;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Item;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Writes JSON in UTF-8. Commas are put where they belong; that brackets match is the caller's
 * business. One thread; used once.
 */
public final class JsonOutput {
  private static final int INITIAL_BYTES = 512;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);

  private byte[] buffer = new byte[INITIAL_BYTES];
  private int size;
  private boolean needsComma;

  public JsonOutput beginObject() {
    return open('{');
  }

  public JsonOutput endObject() {
    return close('}');
  }

  public JsonOutput beginArray() {
    return open('[');
  }

  public JsonOutput endArray() {
    return close(']');
  }

  /** The name of a member; its value follows. */
  public JsonOutput name(String name) {
    string(name);
    return endName();
  }

  /** A name in UTF-8. */
  JsonOutput name(byte[] utf8, int offset, int length) {
    string(utf8, offset, length);
    return endName();
  }

  private JsonOutput endName() {
    put((byte) ':');
    needsComma = false;
    return this;
  }

  public JsonOutput string(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    return string(utf8, 0, utf8.length);
  }

  /** The bracket and the name that every value of one type begins with. */
  JsonOutput opening(byte[] ascii) {
    beginValue();
    append(ascii, 0, ascii.length);
    needsComma = false;
    return this;
  }

  /** A string in UTF-8, escaped where JSON demands it. */
  JsonOutput string(byte[] utf8, int offset, int length) {
    beginValue();
    reserve(length + 2);
    buffer[size++] = '"';
    int end = offset + length;
    int copied = offset;
    for (int i = offset; i < end; i++) {
      byte each = utf8[i];
      if ((each >= 0 && each < 0x20) || each == '"' || each == '\\') {
        append(utf8, copied, i - copied);
        escape(each);
        copied = i + 1;
      }
    }
    append(utf8, copied, end - copied);
    put((byte) '"');
    return endValue();
  }

  private void escape(byte each) {
    reserve(6);
    buffer[size++] = '\\';
    switch (each) {
      case '"', '\\' -> buffer[size++] = each;
      case '\n' -> buffer[size++] = 'n';
      case '\r' -> buffer[size++] = 'r';
      case '\t' -> buffer[size++] = 't';
      default -> {
        buffer[size++] = 'u';
        buffer[size++] = '0';
        buffer[size++] = '0';
        buffer[size++] = HEX[each >> 4];
        buffer[size++] = HEX[each & 15];
      }
    }
  }

  /** Characters that need no escape, in quotes: how DynamoDB writes numbers. */
  JsonOutput plainString(byte[] ascii, int offset, int length) {
    beginValue();
    reserve(length + 2);
    buffer[size++] = '"';
    append(ascii, offset, length);
    put((byte) '"');
    return endValue();
  }

  JsonOutput base64(byte[] array, int offset, int length) {
    beginValue();
    byte[] raw =
        offset == 0 && length == array.length
            ? array
            : Arrays.copyOfRange(array, offset, offset + length);
    byte[] encoded = Base64.getEncoder().encode(raw);
    reserve(encoded.length + 2);
    buffer[size++] = '"';
    append(encoded, 0, encoded.length);
    put((byte) '"');
    return endValue();
  }

  public JsonOutput number(long value) {
    return literal(Long.toString(value));
  }

  /** A number with a fraction, as DynamoDB writes capacity units. */
  public JsonOutput decimal(double value) {
    return literal(Double.toString(value));
  }

  /** Seconds since the epoch with milliseconds, as DynamoDB writes times. */
  public JsonOutput seconds(long millis) {
    long fraction = Math.floorMod(millis, 1000L);
    String padded = Long.toString(1000 + fraction).substring(1);
    return literal(Math.floorDiv(millis, 1000L) + "." + padded);
  }

  JsonOutput literal(String ascii) {
    byte[] bytes = ascii.getBytes(StandardCharsets.US_ASCII);
    beginValue();
    append(bytes, 0, bytes.length);
    return endValue();
  }

  public JsonOutput bool(boolean value) {
    byte[] literal = value ? TRUE : FALSE;
    beginValue();
    append(literal, 0, literal.length);
    return endValue();
  }

  /** An attribute map, straight from the item's bytes. */
  public JsonOutput item(Item item) {
    beginObject();
    item.accept(new ItemWriter(this));
    return endObject();
  }

  public int size() {
    return size;
  }

  /** What was written; this output must not be used again. */
  public Bytes bytes() {
    return Bytes.wrap(buffer, 0, size);
  }

  private JsonOutput open(char bracket) {
    beginValue();
    put((byte) bracket);
    needsComma = false;
    return this;
  }

  private JsonOutput close(char bracket) {
    put((byte) bracket);
    return endValue();
  }

  private void beginValue() {
    if (needsComma) {
      put((byte) ',');
    }
  }

  private JsonOutput endValue() {
    needsComma = true;
    return this;
  }

  private void put(byte each) {
    reserve(1);
    buffer[size++] = each;
  }

  private void append(byte[] array, int offset, int length) {
    reserve(length);
    System.arraycopy(array, offset, buffer, size, length);
    size += length;
  }

  private void reserve(int bytes) {
    if (size + bytes > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(size + bytes, 2 * buffer.length));
    }
  }
}
