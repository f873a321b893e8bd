package dev.holdfast.client;

import dev.holdfast.protocol.model.AttributeType;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An item: named attributes, immutable. Held in the bytes that travel and are stored; an attribute
 * is decoded when it is asked for.
 *
 * <pre>{@code
 * Document order = Document.builder()
 *     .set("id", "o-17")
 *     .set("total", new BigDecimal("12.50"))
 *     .set("tags", Set.of("new", "gift"))
 *     .set("address", Map.of("city", "Bergen", "zip", "5003"))
 *     .build();
 * order.string("address.city"); // "Bergen"
 * }</pre>
 *
 * <p>Java types of values: {@code String} and enum constants (S), any {@code Number} (N, read back
 * as {@code BigDecimal}), {@code Boolean}, {@code byte[]}, {@code ByteBuffer} and {@link Bytes}
 * (B), {@code null} (NULL), {@code Set} of strings, numbers or binaries (SS, NS, BS), other
 * collections (L), {@code Map} and {@code Document} (M).
 */
public final class Document {
  private final Item item;

  private Document(Item item) {
    this.item = item;
  }

  /** The document of an item in its canonical bytes. */
  public static Document of(Item item) {
    return new Document(item);
  }

  /** A document with these attributes. */
  public static Document of(Map<String, ?> attributes) {
    Builder builder = builder();
    attributes.forEach(builder::set);
    return builder.build();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** A builder that begins with this document's attributes. */
  public Builder toBuilder() {
    Builder builder = builder();
    builder.attributes.putAll(item.toEncodedMap());
    return builder;
  }

  /** Whether there is a value at the path, such as {@code a.b[0]}. */
  public boolean has(String path) {
    return find(path) != null;
  }

  /** The type of the value at the path; null when there is none. */
  public @Nullable AttributeType type(String path) {
    EncodedValue value = find(path);
    return value == null ? null : value.type();
  }

  /** The string at the path; fails when there is none. */
  public String string(String path) {
    return expect(path, AttributeType.S).string();
  }

  /** The number at the path; fails when there is none. */
  public BigDecimal number(String path) {
    return expect(path, AttributeType.N).number();
  }

  /** The whole number at the path; fails when there is none, or it does not fit a long. */
  public long longValue(String path) {
    return number(path).longValueExact();
  }

  /** The whole number at the path; fails when there is none, or it does not fit an int. */
  public int intValue(String path) {
    return number(path).intValueExact();
  }

  /** The truth value at the path; fails when there is none. */
  public boolean bool(String path) {
    return expect(path, AttributeType.BOOL).bool();
  }

  /** The bytes at the path; fails when there are none. */
  public Bytes binary(String path) {
    return expect(path, AttributeType.B).binary();
  }

  /** The set of strings at the path; empty when there is none. */
  public Set<String> strings(String path) {
    EncodedValue value = find(path);
    return value != null && value.decode() instanceof AttributeValue.SS set
        ? set.values()
        : Collections.emptySet();
  }

  /** The list at the path, of Java objects; empty when there is none. */
  @SuppressWarnings("unchecked")
  public List<@Nullable Object> list(String path) {
    return get(path) instanceof List<?> list ? (List<@Nullable Object>) list : List.of();
  }

  /** The map at the path; empty when there is none. */
  public Document map(String path) {
    EncodedValue value = find(path);
    return value != null && value.decode() instanceof AttributeValue.M map
        ? new Document(Item.of(map.members()))
        : new Document(Item.EMPTY);
  }

  /** The value at the path as a Java object; null when there is none, or it is the null value. */
  public @Nullable Object get(String path) {
    EncodedValue value = find(path);
    return value == null ? null : Values.toJava(value.decode());
  }

  /** Names of the attributes, in order. */
  public Set<String> names() {
    return Collections.unmodifiableSet(item.toEncodedMap().keySet());
  }

  /** All attributes as Java objects, in order of their names. */
  public Map<String, @Nullable Object> toMap() {
    return Collections.unmodifiableMap(Values.toJava(item.toMap()));
  }

  /** The size in bytes by DynamoDB's rules, at most 400 KB. */
  public int sizeBytes() {
    return item.sizeBytes();
  }

  /** The item in its canonical bytes. */
  public Item toItem() {
    return item;
  }

  private EncodedValue expect(String path, AttributeType type) {
    EncodedValue value = find(path);
    if (value == null || value.type() != type) {
      throw new IllegalArgumentException(
          "'" + path + "' is " + (value == null ? "absent" : value.type()) + ", not " + type);
    }
    return value;
  }

  private @Nullable EncodedValue find(String path) {
    return Paths.find(item, path);
  }

  @Override
  public boolean equals(@Nullable Object object) {
    return object instanceof Document other && item.equals(other.item);
  }

  @Override
  public int hashCode() {
    return item.hashCode();
  }

  @Override
  public String toString() {
    return toMap().toString();
  }

  /** Collects attributes; a later value of a name replaces an earlier one. Not thread-safe. */
  public static final class Builder {
    private final SortedMap<String, EncodedValue> attributes = new TreeMap<>();

    private Builder() {}

    /** Sets a top-level attribute; the name is taken as it is, dots and all. */
    public Builder set(String name, @Nullable Object value) {
      attributes.put(name, Values.encoded(value));
      return this;
    }

    public Builder remove(String name) {
      attributes.remove(name);
      return this;
    }

    public Document build() {
      return new Document(Item.ofEncoded(attributes));
    }
  }
}
