package dev.holdfast.protocol.model;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A map of attributes in its canonical bytes: two items are equal exactly when their bytes are.
 *
 * <p>The constructor trusts its bytes; {@link #checked} is for those from outside. Attributes are
 * slices of this item's array; looking one up neither allocates nor decodes the others.
 */
public record Item(Bytes bytes) {
  public static final Item EMPTY = new Item(Bytes.wrap(new byte[] {0}));

  public static Item of(Map<String, ? extends AttributeValue> attributes) {
    ItemEncoder encoder = new ItemEncoder();
    new TreeMap<>(attributes).forEach((name, value) -> TreeWriter.write(value, encoder.name(name)));
    return encoder.finish();
  }

  public static Item ofEncoded(SortedMap<String, EncodedValue> attributes) {
    ItemEncoder encoder = new ItemEncoder();
    attributes.forEach((name, value) -> encoder.name(name).value(value));
    return encoder.finish();
  }

  /** Checks bytes from outside; fails with {@link IllegalArgumentException} unless canonical. */
  public static Item checked(Bytes bytes) {
    new CanonicalCheck(bytes).item();
    return new Item(bytes);
  }

  /** The value of an attribute; null when there is none of this name. */
  public @Nullable EncodedValue attribute(String name) {
    int at = find(name);
    return at < 0 ? null : slice(at, ValueFormat.valueEnd(array(), at));
  }

  public boolean has(String name) {
    return find(name) >= 0;
  }

  public int attributeCount() {
    return ValueFormat.varint(array(), offset());
  }

  public boolean isEmpty() {
    return attributeCount() == 0;
  }

  /** The attributes, ascending by the bytes of their names. */
  public void forEachAttribute(BiConsumer<String, EncodedValue> consumer) {
    int count = attributeCount();
    int at = ValueFormat.textStart(array(), offset());
    for (int i = 0; i < count; i++) {
      int nameStart = ValueFormat.textStart(array(), at);
      int nameEnd = ValueFormat.textEnd(array(), at);
      int end = ValueFormat.valueEnd(array(), nameEnd);
      String name = bytes.slice(nameStart - offset(), nameEnd - offset()).toUtf8();
      consumer.accept(name, slice(nameEnd, end));
      at = end;
    }
  }

  /** Leads a visitor through the attributes. */
  public void accept(ItemVisitor visitor) {
    ValueWalk.members(array(), offset(), visitor);
  }

  /**
   * The size by DynamoDB's rules: names and values. Source: AWS Developer Guide, "DynamoDB item
   * sizes and formats".
   */
  public int sizeBytes() {
    return ValueFormat.membersDynamoBytes(array(), offset(), 0);
  }

  /** The trees of all attributes. */
  public SortedMap<String, AttributeValue> toMap() {
    SortedMap<String, AttributeValue> attributes = new TreeMap<>();
    forEachAttribute((name, value) -> attributes.put(name, value.decode()));
    return attributes;
  }

  /** The attributes still encoded. */
  public SortedMap<String, EncodedValue> toEncodedMap() {
    SortedMap<String, EncodedValue> attributes = new TreeMap<>();
    forEachAttribute(attributes::put);
    return attributes;
  }

  /** Just the key attributes; fails with {@link IllegalArgumentException} when one is missing. */
  public Item keyOf(KeySchema schema) {
    ItemEncoder encoder = new ItemEncoder();
    for (KeyAttribute key : schema.attributes()) {
      EncodedValue value = attribute(key.name());
      if (value == null) {
        throw new IllegalArgumentException("the item lacks its key attribute " + key.name());
      }
      encoder.name(key.name()).value(value);
    }
    return encoder.finish();
  }

  /** The trees, for logs and tests; shortened. */
  @Override
  public String toString() {
    String text = toMap().toString();
    return text.length() <= 400 ? text : text.substring(0, 400) + "…";
  }

  /** The position of an attribute's value in {@link Bytes#backingArray}, or −1. */
  int find(String name) {
    return ValueFormat.findMember(array(), offset(), name);
  }

  private EncodedValue slice(int from, int to) {
    return new EncodedValue(bytes.slice(from - offset(), to - offset()));
  }

  private byte[] array() {
    return bytes.backingArray();
  }

  private int offset() {
    return bytes.arrayOffset();
  }
}
