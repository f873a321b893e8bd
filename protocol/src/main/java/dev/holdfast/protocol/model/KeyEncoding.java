package dev.holdfast.protocol.model;

import java.math.BigInteger;

/**
 * Routing keys: the order in which items lie in the keyspace (design section 3).
 *
 * <p>{@code table id (8 bytes) · hash64(partition key) (8 bytes) · ordered(partition key) ·
 * ordered(sort key)}, both numbers big-endian and compared unsigned. Injective, and decodes back.
 * Part of the format of stored data: never to change. A missing key attribute, or one of another
 * type than the schema's, is an {@link IllegalArgumentException}.
 */
public final class KeyEncoding {
  private static final int ID_BYTES = 8;

  /** Table id and hash: what every routing key begins with. */
  private static final int HEADER_BYTES = 16;

  private KeyEncoding() {}

  /** The routing key of an item, given whole or just by its key. */
  public static Bytes routingKey(TableId table, KeySchema schema, Item keyOrItem) {
    byte[] item = keyOrItem.bytes().backingArray();
    KeyAttribute sortKey = schema.sortKey();
    int partition = find(keyOrItem, schema.partitionKey());
    int partitionStart = ValueFormat.textStart(item, partition + 1);
    int partitionEnd = ValueFormat.valueEnd(item, partition);
    byte partitionTag = item[partition];
    int sizeMax =
        HEADER_BYTES + OrderedScalar.sizeMax(partitionTag, item, partitionStart, partitionEnd);
    int sort = -1;
    if (sortKey != null) {
      sort = find(keyOrItem, sortKey);
      sizeMax +=
          OrderedScalar.sizeMax(
              item[sort],
              item,
              ValueFormat.textStart(item, sort + 1),
              ValueFormat.valueEnd(item, sort));
    }
    byte[] key = new byte[sizeMax];
    int size = writeCollection(table, partitionTag, item, partitionStart, partitionEnd, key);
    if (sort >= 0) {
      size =
          OrderedScalar.write(
              item[sort],
              item,
              ValueFormat.textStart(item, sort + 1),
              ValueFormat.valueEnd(item, sort),
              key,
              size);
    }
    return Bytes.wrap(key, 0, size);
  }

  /** What every routing key of the table begins with. */
  public static Bytes tablePrefix(TableId table) {
    byte[] prefix = new byte[ID_BYTES];
    writeLong(table.value(), prefix, 0);
    return Bytes.wrap(prefix);
  }

  /** Table id and the hash of a key of several attributes, given as its ordered bytes. */
  static Bytes hashPrefix(TableId table, Bytes ordered) {
    byte[] prefix = new byte[HEADER_BYTES];
    int from = ordered.arrayOffset();
    writeLong(table.value(), prefix, 0);
    writeLong(
        KeyHash.hash64(ordered.backingArray(), from, from + ordered.size()), prefix, ID_BYTES);
    return Bytes.wrap(prefix);
  }

  /** What every routing key of an item collection begins with, and no other key. */
  public static Bytes collectionPrefix(TableId table, EncodedValue partitionKey) {
    byte tag = scalarTag(partitionKey);
    byte[] array = partitionKey.bytes().backingArray();
    int start = ValueFormat.textStart(array, partitionKey.bytes().arrayOffset() + 1);
    int end = partitionKey.bytes().arrayOffset() + partitionKey.bytes().size();
    byte[] prefix = new byte[HEADER_BYTES + OrderedScalar.sizeMax(tag, array, start, end)];
    int size = writeCollection(table, tag, array, start, end, prefix);
    return Bytes.wrap(prefix, 0, size);
  }

  /**
   * A string, number or binary as self-delimiting bytes in the order of the values: strings and
   * binaries as unsigned bytes, numbers by value. Comparable only within one type.
   */
  public static Bytes ordered(EncodedValue scalar) {
    byte tag = scalarTag(scalar);
    byte[] array = scalar.bytes().backingArray();
    int start = ValueFormat.textStart(array, scalar.bytes().arrayOffset() + 1);
    int end = scalar.bytes().arrayOffset() + scalar.bytes().size();
    byte[] ordered = new byte[OrderedScalar.sizeMax(tag, array, start, end)];
    return Bytes.wrap(ordered, 0, OrderedScalar.write(tag, array, start, end, ordered, 0));
  }

  /**
   * What {@link #ordered} of every string or binary with this prefix begins with, and of no other:
   * the bytes without their end.
   */
  public static Bytes orderedPrefix(EncodedValue prefix) {
    if (prefix.type() == AttributeType.N) {
      throw new IllegalArgumentException("a number is not a prefix");
    }
    Bytes ordered = ordered(prefix);
    return ordered.slice(0, ordered.size() - 2);
  }

  /** The table a routing key belongs to. */
  public static TableId tableOf(Bytes routingKey) {
    return new TableId(readLong(routingKey));
  }

  /** The key attributes that a routing key was made from. */
  public static Item keyOf(KeySchema schema, Bytes routingKey) {
    ItemEncoder encoder = new ItemEncoder();
    int at = HEADER_BYTES;
    for (KeyAttribute attribute : schema.attributes()) {
      at = decode(attribute, routingKey, at, encoder);
    }
    if (at != routingKey.size()) {
      throw new IllegalArgumentException("bytes after the key: " + routingKey);
    }
    return encoder.finish();
  }

  /**
   * Writes the attribute whose {@link #ordered} bytes begin at {@code at}.
   *
   * @return the position after them
   */
  public static int decode(KeyAttribute attribute, Bytes key, int at, ItemEncoder encoder) {
    int end = OrderedScalar.end(attribute.type(), key, at);
    OrderedScalar.decode(attribute.type(), key, at, end, encoder.name(attribute.name()));
    return end;
  }

  /** Where the sort key's bytes begin in a routing key: the size of its collection prefix. */
  public static int collectionPrefixSize(KeySchema schema, Bytes routingKey) {
    return OrderedScalar.end(schema.partitionKey().type(), routingKey, HEADER_BYTES);
  }

  /** All routing keys of a table. */
  public static KeyRange tableRange(TableId table) {
    Bytes prefix = tablePrefix(table);
    return new KeyRange(prefix, prefix.prefixEnd());
  }

  /**
   * One of {@code total} segments that together are the table's range, split evenly by hash.
   *
   * @param segment zero-based
   */
  public static KeyRange segment(TableId table, int segment, int total) {
    if (segment < 0 || segment >= total) {
      throw new IllegalArgumentException("segment " + segment + " of " + total);
    }
    KeyRange whole = tableRange(table);
    return new KeyRange(
        segment == 0 ? whole.startInclusive() : hashEdge(table, segment, total),
        segment + 1 == total ? whole.endExclusive() : hashEdge(table, segment + 1, total));
  }

  private static Bytes hashEdge(TableId table, int segment, int total) {
    long hash =
        BigInteger.valueOf(segment).shiftLeft(64).divide(BigInteger.valueOf(total)).longValue();
    byte[] edge = new byte[HEADER_BYTES];
    writeLong(table.value(), edge, 0);
    writeLong(hash, edge, ID_BYTES);
    return Bytes.wrap(edge);
  }

  private static int writeCollection(
      TableId table, byte tag, byte[] array, int start, int end, byte[] target) {
    writeLong(table.value(), target, 0);
    writeLong(KeyHash.hash64(array, start, end), target, ID_BYTES);
    return OrderedScalar.write(tag, array, start, end, target, HEADER_BYTES);
  }

  private static int find(Item item, KeyAttribute attribute) {
    int at = item.find(attribute.name());
    if (at < 0) {
      throw new IllegalArgumentException("the item lacks its key attribute " + attribute.name());
    }
    if (item.bytes().backingArray()[at] != ValueFormat.tag(attribute.type())) {
      throw new IllegalArgumentException(
          "the key attribute " + attribute.name() + " is not of type " + attribute.type());
    }
    return at;
  }

  private static byte scalarTag(EncodedValue value) {
    byte tag = value.bytes().get(0);
    if (!ValueFormat.isScalar(tag)) {
      throw new IllegalArgumentException("a key cannot be of type " + value.type());
    }
    return tag;
  }

  private static void writeLong(long value, byte[] target, int at) {
    ValueFormat.writeInt32((int) (value >>> 32), target, at);
    ValueFormat.writeInt32((int) value, target, at + 4);
  }

  private static long readLong(Bytes key) {
    if (key.size() < ID_BYTES) {
      throw new IllegalArgumentException("not a routing key: " + key);
    }
    int at = key.arrayOffset();
    byte[] array = key.backingArray();
    return (long) ValueFormat.int32(array, at) << 32
        | (ValueFormat.int32(array, at + 4) & 0xffffffffL);
  }
}
