package dev.holdfast.protocol.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * An immutable sequence of bytes, ordered as unsigned bytes, possibly a slice of a larger array.
 *
 * <p>{@link #wrap} does not copy: whoever wraps an array must not write to it again. Slices share
 * the array of their parent and keep it alive.
 */
public final class Bytes implements Comparable<Bytes> {
  public static final Bytes EMPTY = new Bytes(new byte[0], 0, 0);

  private final byte[] array;
  private final int offset;
  private final int size;

  private Bytes(byte[] array, int offset, int size) {
    this.array = array;
    this.offset = offset;
    this.size = size;
  }

  /** Wraps without copying; the caller gives the array away. */
  public static Bytes wrap(byte[] array) {
    return array.length == 0 ? EMPTY : new Bytes(array, 0, array.length);
  }

  /** Wraps a part of an array without copying; the caller gives the array away. */
  public static Bytes wrap(byte[] array, int offset, int size) {
    if (offset < 0 || size < 0 || offset > array.length - size) {
      throw new IndexOutOfBoundsException("offset " + offset + " size " + size);
    }
    return size == 0 ? EMPTY : new Bytes(array, offset, size);
  }

  public static Bytes copyOf(byte[] array) {
    return wrap(array.clone());
  }

  /** Copies the remaining bytes of the buffer, whose position does not move. */
  public static Bytes copyOf(ByteBuffer buffer) {
    byte[] copy = new byte[buffer.remaining()];
    buffer.duplicate().get(copy);
    return wrap(copy);
  }

  public static Bytes utf8(String text) {
    return wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  public int size() {
    return size;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  public byte get(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException(index);
    }
    return array[offset + index];
  }

  /** The bytes from {@code start} inclusive to the end, sharing this sequence's array. */
  public Bytes slice(int start) {
    return slice(start, size);
  }

  /** The bytes from {@code start} inclusive to {@code end} exclusive, sharing this array. */
  public Bytes slice(int start, int end) {
    if (start < 0 || end > size || start > end) {
      throw new IndexOutOfBoundsException("start " + start + " end " + end + " size " + size);
    }
    return start == end ? EMPTY : new Bytes(array, offset + start, end - start);
  }

  public boolean startsWith(Bytes prefix) {
    return size >= prefix.size
        && Arrays.equals(
            array,
            offset,
            offset + prefix.size,
            prefix.array,
            prefix.offset,
            prefix.offset + prefix.size);
  }

  public Bytes concat(Bytes suffix) {
    byte[] joined = Arrays.copyOf(toByteArray(), size + suffix.size);
    suffix.copyTo(joined, size);
    return wrap(joined);
  }

  /** The smallest sequence greater than every sequence with this prefix; null if there is none. */
  public @Nullable Bytes prefixEnd() {
    int last = size - 1;
    while (last >= 0 && array[offset + last] == (byte) 0xff) {
      last--;
    }
    if (last < 0) {
      return null;
    }
    byte[] end = Arrays.copyOfRange(array, offset, offset + last + 1);
    end[last]++;
    return wrap(end);
  }

  /** A copy of the bytes. */
  public byte[] toByteArray() {
    return Arrays.copyOfRange(array, offset, offset + size);
  }

  /**
   * The backing array itself when it holds exactly these bytes, otherwise a copy; not to change.
   */
  public byte[] unsafeArray() {
    return offset == 0 && size == array.length ? array : toByteArray();
  }

  /** The array these bytes lie in, from {@link #arrayOffset}; for readers that must not write. */
  public byte[] backingArray() {
    return array;
  }

  public int arrayOffset() {
    return offset;
  }

  public void copyTo(byte[] target, int targetOffset) {
    System.arraycopy(array, offset, target, targetOffset, size);
  }

  public ByteBuffer asReadOnlyBuffer() {
    return ByteBuffer.wrap(array, offset, size).slice().asReadOnlyBuffer();
  }

  public String toUtf8() {
    return new String(array, offset, size, StandardCharsets.UTF_8);
  }

  public String toHex() {
    return HexFormat.of().formatHex(array, offset, offset + size);
  }

  public static Bytes fromHex(String hex) {
    return wrap(HexFormat.of().parseHex(hex));
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(
        array, offset, offset + size, other.array, other.offset, other.offset + other.size);
  }

  @Override
  public boolean equals(@Nullable Object object) {
    return object instanceof Bytes other
        && Arrays.equals(
            array, offset, offset + size, other.array, other.offset, other.offset + other.size);
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = offset; i < offset + size; i++) {
      hash = 31 * hash + array[i];
    }
    return hash;
  }

  /** Hexadecimal, shortened beyond 32 bytes. */
  @Override
  public String toString() {
    return size <= 32 ? toHex() : slice(0, 32).toHex() + "… (" + size + " bytes)";
  }
}
