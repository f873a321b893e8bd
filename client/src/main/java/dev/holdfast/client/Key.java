package dev.holdfast.client;

import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.ScalarType;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The primary key of an item, by value; the table knows the attributes' names.
 *
 * <pre>{@code
 * Key.of("customer-7")           // a table with a partition key
 * Key.of("customer-7", 20260101) // and a sort key
 * }</pre>
 *
 * @param partition a string, number or binary
 * @param sort the same; null when the table has no sort key
 */
public record Key(Object partition, @Nullable Object sort) {
  public static Key of(Object partition) {
    return new Key(partition, null);
  }

  public static Key of(Object partition, Object sort) {
    return new Key(partition, sort);
  }

  /** The key of a document in a table of this schema. */
  static Key of(Document document, KeySchema schema) {
    KeyAttribute sortKey = schema.sortKey();
    Object partition = document.get(schema.partitionKey().name());
    Object sort = sortKey == null ? null : document.get(sortKey.name());
    if (partition == null || (sortKey != null && sort == null)) {
      throw new HoldfastException.InvalidRequestException("the item lacks a key attribute");
    }
    return new Key(partition, sort);
  }

  Item toItem(KeySchema schema) {
    SortedMap<String, EncodedValue> attributes = new TreeMap<>();
    attributes.put(schema.partitionKey().name(), scalar(schema.partitionKey(), partition));
    KeyAttribute sortKey = schema.sortKey();
    if ((sortKey == null) != (sort == null)) {
      throw new HoldfastException.InvalidRequestException(
          sortKey == null ? "the table has no sort key" : "the table has a sort key");
    }
    if (sortKey != null && sort != null) {
      attributes.put(sortKey.name(), scalar(sortKey, sort));
    }
    return Item.ofEncoded(attributes);
  }

  /** A value for a key attribute, of the type it must have. */
  static EncodedValue scalar(KeyAttribute attribute, Object value) {
    EncodedValue encoded = Values.encoded(value);
    ScalarType type = attribute.type();
    if (!encoded.type().name().equals(type.name())) {
      throw new HoldfastException.InvalidRequestException(
          "key attribute '"
              + attribute.name()
              + "' is of type "
              + type
              + ", not "
              + encoded.type());
    }
    return encoded;
  }
}
