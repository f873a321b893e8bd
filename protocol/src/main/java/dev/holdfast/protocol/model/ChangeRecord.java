package dev.holdfast.protocol.model;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One change of one item, as the change log keeps it.
 *
 * <p>Its bytes are part of the format of stored data: a byte of flags, the time, the key with its
 * size before it, what was with its size before it, what is.
 *
 * @param number its place in the log of its partition; greater than that of every earlier change of
 *     the same item, wherever that was recorded
 * @param timeMicros when it was committed, by the stamps of the log; of a transaction when it began
 * @param key the key attributes
 * @param before the item as it was; null when there was none, or when nobody wants to know
 * @param after the item as it is; null when there is none, or when nobody wants to know
 */
public record ChangeRecord(
    long number,
    Kind kind,
    Origin origin,
    long timeMicros,
    Item key,
    @Nullable Item before,
    @Nullable Item after) {
  /** What happened to the item: DynamoDB's event names. */
  public enum Kind {
    INSERT(1),
    MODIFY(2),
    REMOVE(3);

    /** As stored: never to change. */
    private final int code;

    Kind(int code) {
      this.code = code;
    }

    private static Kind of(int code) {
      return switch (code) {
        case 1 -> INSERT;
        case 2 -> MODIFY;
        case 3 -> REMOVE;
        default -> throw new IllegalArgumentException("no kind of change: " + code);
      };
    }
  }

  /** Who changed it. */
  public enum Origin {
    USER,
    /** The item had expired. */
    TIME_TO_LIVE
  }

  private static final int KIND = 0x03;
  private static final int BY_TIME_TO_LIVE = 0x04;
  private static final int HAS_BEFORE = 0x08;
  private static final int HAS_AFTER = 0x10;

  /** All but the number. */
  public Bytes encode() {
    int size = 1 + Long.BYTES + Integer.BYTES + key.bytes().size();
    size += before == null ? 0 : Integer.BYTES + before.bytes().size();
    size += after == null ? 0 : after.bytes().size();
    ByteBuffer bytes = ByteBuffer.allocate(size);
    bytes.put(flags());
    bytes.putLong(timeMicros);
    putSized(bytes, key);
    if (before != null) {
      putSized(bytes, before);
    }
    if (after != null) {
      bytes.put(after.bytes().asReadOnlyBuffer());
    }
    return Bytes.wrap(bytes.array());
  }

  private byte flags() {
    int flags = kind.code;
    flags |= origin == Origin.TIME_TO_LIVE ? BY_TIME_TO_LIVE : 0;
    flags |= before == null ? 0 : HAS_BEFORE;
    flags |= after == null ? 0 : HAS_AFTER;
    return (byte) flags;
  }

  private static void putSized(ByteBuffer bytes, Item item) {
    bytes.putInt(item.bytes().size());
    bytes.put(item.bytes().asReadOnlyBuffer());
  }

  /**
   * What {@link #encode} wrote; shares the bytes.
   *
   * @throws IllegalArgumentException when it did not write them
   */
  public static ChangeRecord decode(long number, Bytes bytes) {
    try {
      ByteBuffer rest = bytes.asReadOnlyBuffer();
      int flags = rest.get();
      long timeMicros = rest.getLong();
      Item key = takeSized(bytes, rest);
      Item before = (flags & HAS_BEFORE) == 0 ? null : takeSized(bytes, rest);
      Item after =
          (flags & HAS_AFTER) == 0 ? null : new Item(bytes.slice(rest.position(), bytes.size()));
      return new ChangeRecord(
          number,
          Kind.of(flags & KIND),
          (flags & BY_TIME_TO_LIVE) == 0 ? Origin.USER : Origin.TIME_TO_LIVE,
          timeMicros,
          key,
          before,
          after);
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("not a record of changes: " + bytes, e);
    }
  }

  private static Item takeSized(Bytes bytes, ByteBuffer rest) {
    int size = rest.getInt();
    int from = rest.position();
    rest.position(from + size);
    return new Item(bytes.slice(from, from + size));
  }
}
