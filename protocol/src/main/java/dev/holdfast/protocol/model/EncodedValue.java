package dev.holdfast.protocol.model;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One attribute value in its canonical bytes: two values are equal exactly when their bytes are.
 *
 * <p>The constructor trusts its bytes; {@link #checked} is for those from outside. A method called
 * on a value of another type fails with {@link IllegalStateException}. Elements and members are
 * slices of this value's array.
 */
public record EncodedValue(Bytes bytes) {
  private static final EncodedValue NULL = new EncodedValue(Bytes.wrap(new byte[] {0}));
  private static final EncodedValue FALSE = new EncodedValue(Bytes.wrap(new byte[] {1}));
  private static final EncodedValue TRUE = new EncodedValue(Bytes.wrap(new byte[] {2}));

  public static EncodedValue of(AttributeValue value) {
    return value.encode();
  }

  public static EncodedValue ofString(String value) {
    byte[] encoded = scalar(ValueFormat.S, Utf8.size(value));
    Utf8.write(value, encoded, ValueFormat.textStart(encoded, 1));
    return new EncodedValue(Bytes.wrap(encoded));
  }

  /** Fails like {@link DynamoNumber#canonical}. */
  public static EncodedValue ofNumber(BigDecimal value) {
    String text = DynamoNumber.text(value);
    byte[] encoded = scalar(ValueFormat.N, text.length());
    Utf8.write(text, encoded, ValueFormat.textStart(encoded, 1));
    return new EncodedValue(Bytes.wrap(encoded));
  }

  public static EncodedValue ofNumber(long value) {
    return ofNumber(BigDecimal.valueOf(value));
  }

  public static EncodedValue ofBinary(Bytes value) {
    byte[] encoded = scalar(ValueFormat.B, value.size());
    value.copyTo(encoded, ValueFormat.textStart(encoded, 1));
    return new EncodedValue(Bytes.wrap(encoded));
  }

  public static EncodedValue ofBool(boolean value) {
    return value ? TRUE : FALSE;
  }

  public static EncodedValue ofNull() {
    return NULL;
  }

  /** Checks bytes from outside; fails with {@link IllegalArgumentException} unless canonical. */
  public static EncodedValue checked(Bytes bytes) {
    new CanonicalCheck(bytes).value();
    return new EncodedValue(bytes);
  }

  public AttributeType type() {
    return ValueFormat.type(tag());
  }

  /** The value of a string. */
  public String string() {
    require(ValueFormat.S);
    return scalarBytes().toUtf8();
  }

  public BigDecimal number() {
    return new BigDecimal(numberText()).stripTrailingZeros();
  }

  /** A number as DynamoDB prints it. */
  public String numberText() {
    require(ValueFormat.N);
    return scalarBytes().toUtf8();
  }

  public Bytes binary() {
    require(ValueFormat.B);
    return scalarBytes();
  }

  public boolean bool() {
    if (tag() != ValueFormat.TRUE && tag() != ValueFormat.FALSE) {
      throw mismatch();
    }
    return tag() == ValueFormat.TRUE;
  }

  /** What a string, number or binary consists of: UTF-8, canonical decimal, raw bytes. */
  public Bytes scalarBytes() {
    if (!ValueFormat.isScalar(tag())) {
      throw mismatch();
    }
    return bytes.slice(ValueFormat.textStart(array(), offset() + 1) - offset());
  }

  /**
   * Orders two scalars of one type: strings and binaries as unsigned bytes, numbers by value.
   *
   * @throws IllegalStateException unless both are strings, both numbers or both binaries
   */
  public int compareScalar(EncodedValue other) {
    if (!ValueFormat.isScalar(tag()) || tag() != other.tag()) {
      throw mismatch();
    }
    byte[] left = array();
    byte[] right = other.array();
    int leftStart = ValueFormat.textStart(left, offset() + 1);
    int leftEnd = offset() + bytes.size();
    int rightStart = ValueFormat.textStart(right, other.offset() + 1);
    int rightEnd = other.offset() + other.bytes.size();
    return tag() == ValueFormat.N
        ? NumberText.compare(left, leftStart, leftEnd, right, rightStart, rightEnd)
        : Arrays.compareUnsigned(left, leftStart, leftEnd, right, rightStart, rightEnd);
  }

  /** How many elements a list or set has, or members a map. */
  public int elementCount() {
    return ValueFormat.varint(array(), payload());
  }

  /** The elements of a list in order, or of a set in ascending order as scalars. */
  public void forEachElement(Consumer<EncodedValue> consumer) {
    boolean isList = tag() == ValueFormat.L;
    if (!isList && !type().isSet()) {
      throw mismatch();
    }
    int count = elementCount();
    int at = firstEntry();
    for (int i = 0; i < count; i++) {
      int end = entryEnd(isList, at);
      consumer.accept(isList ? slice(at, end) : setElement(at, end));
      at = end;
    }
  }

  /** An element of a list; null beyond its end. */
  public @Nullable EncodedValue element(int index) {
    require(ValueFormat.L);
    if (index < 0 || index >= elementCount()) {
      return null;
    }
    int at = firstEntry();
    for (int i = 0; i < index; i++) {
      at = ValueFormat.valueEnd(array(), at);
    }
    return slice(at, ValueFormat.valueEnd(array(), at));
  }

  /** Whether a list or set has an element equal to this value. */
  public boolean containsElement(EncodedValue element) {
    boolean isList = tag() == ValueFormat.L;
    if (!isList && !type().isSet()) {
      throw mismatch();
    }
    if (!isList && element.type() != type().elementType()) {
      return false;
    }
    int skipped = isList ? 0 : 1; // elements of sets have no tag
    byte[] wanted = element.array();
    int wantedStart = element.offset() + skipped;
    int wantedEnd = element.offset() + element.bytes.size();
    int count = elementCount();
    int at = firstEntry();
    for (int i = 0; i < count; i++) {
      int end = entryEnd(isList, at);
      if (Arrays.equals(array(), at, end, wanted, wantedStart, wantedEnd)) {
        return true;
      }
      at = end;
    }
    return false;
  }

  /** A member of a map; null when there is none of this name. */
  public @Nullable EncodedValue member(String name) {
    require(ValueFormat.M);
    int at = ValueFormat.findMember(array(), payload(), name);
    return at < 0 ? null : slice(at, ValueFormat.valueEnd(array(), at));
  }

  /** The members of a map, ascending by the bytes of their names. */
  public void forEachMember(BiConsumer<String, EncodedValue> consumer) {
    require(ValueFormat.M);
    new Item(bytes.slice(ValueFormat.CONTAINER_HEADER_BYTES)).forEachAttribute(consumer);
  }

  /** Leads a visitor through this value. */
  public void accept(ItemVisitor visitor) {
    ValueWalk.value(array(), offset(), visitor);
  }

  /** The tree of this value. */
  public AttributeValue decode() {
    return switch (type()) {
      case S -> new AttributeValue.S(string());
      case N -> new AttributeValue.N(number());
      case B -> new AttributeValue.B(binary());
      case BOOL -> new AttributeValue.Bool(bool());
      case NULL -> new AttributeValue.Null();
      case SS -> {
        SortedSet<String> values = new TreeSet<>();
        forEachElement(element -> values.add(element.string()));
        yield new AttributeValue.SS(values);
      }
      case NS -> {
        SortedSet<BigDecimal> values = new TreeSet<>();
        forEachElement(element -> values.add(element.number()));
        yield new AttributeValue.NS(values);
      }
      case BS -> {
        SortedSet<Bytes> values = new TreeSet<>();
        forEachElement(element -> values.add(element.binary()));
        yield new AttributeValue.BS(values);
      }
      case L -> {
        List<AttributeValue> elements = new ArrayList<>();
        forEachElement(element -> elements.add(element.decode()));
        yield new AttributeValue.L(elements);
      }
      case M -> {
        SortedMap<String, AttributeValue> members = new TreeMap<>();
        forEachMember((name, member) -> members.put(name, member.decode()));
        yield new AttributeValue.M(members);
      }
    };
  }

  /**
   * The size by DynamoDB's rules. Source: AWS Developer Guide, "DynamoDB item sizes and formats".
   */
  public int sizeBytes() {
    return ValueFormat.dynamoBytes(array(), offset());
  }

  /**
   * What the function {@code size} says of it: UTF-16 units of a string, bytes of a binary,
   * elements of what has elements.
   */
  public int size() {
    return switch (type()) {
      case S -> string().length();
      case B -> scalarBytes().size();
      default -> elementCount();
    };
  }

  /** How many containers lie in each other here: 0 for a scalar, 1 for a set. */
  public int depth() {
    return ValueFormat.depth(array(), offset());
  }

  /** The tree, for logs and tests; shortened. */
  @Override
  public String toString() {
    String text = decode().toString();
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }

  private static byte[] scalar(byte tag, int size) {
    byte[] encoded = new byte[1 + ValueFormat.varintSize(size) + size];
    encoded[0] = tag;
    ValueFormat.writeVarint(size, encoded, 1);
    return encoded;
  }

  private EncodedValue setElement(int at, int end) {
    byte[] encoded = new byte[1 + end - at];
    encoded[0] = ValueFormat.tag(type().elementType());
    System.arraycopy(array(), at, encoded, 1, end - at);
    return new EncodedValue(Bytes.wrap(encoded));
  }

  private int entryEnd(boolean isList, int at) {
    return isList ? ValueFormat.valueEnd(array(), at) : ValueFormat.textEnd(array(), at);
  }

  private EncodedValue slice(int from, int to) {
    return new EncodedValue(bytes.slice(from - offset(), to - offset()));
  }

  private byte tag() {
    return bytes.get(0);
  }

  private byte[] array() {
    return bytes.backingArray();
  }

  private int offset() {
    return bytes.arrayOffset();
  }

  private int payload() {
    if (tag() < ValueFormat.SS) {
      throw mismatch();
    }
    return offset() + ValueFormat.CONTAINER_HEADER_BYTES;
  }

  private int firstEntry() {
    return ValueFormat.textStart(array(), payload());
  }

  private void require(byte tag) {
    if (tag() != tag) {
      throw mismatch();
    }
  }

  private IllegalStateException mismatch() {
    return new IllegalStateException("not applicable to a value of type " + type());
  }
}
