package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeySchema;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a key must be to lie in a table. Messages are DynamoDB's. */
final class KeyChecks {
  /** Source: AWS Developer Guide, "Service, account, and table quotas": key lengths. */
  private static final int PARTITION_KEY_BYTES_MAX = 2048;

  private static final int SORT_KEY_BYTES_MAX = 1024;

  private KeyChecks() {}

  /** What is wrong with a key that is to hold the key attributes and nothing else. */
  static Optional<String> ofKey(KeySchema schema, Item key) {
    return key.attributeCount() == schema.attributes().size()
        ? ofItem(schema, key)
        : Optional.of("The provided key element does not match the schema");
  }

  /** What is wrong with the key attributes of an item. */
  static Optional<String> ofItem(KeySchema schema, Item item) {
    for (KeyAttribute attribute : schema.attributes()) {
      EncodedValue value = item.attribute(attribute.name());
      if (value == null || !value.type().name().equals(attribute.type().name())) {
        return Optional.of("The provided key element does not match the schema");
      }
      if (value.scalarBytes().isEmpty()) {
        return Optional.of(
            "One or more parameter values are not valid. The AttributeValue for a key attribute"
                + " cannot contain an empty "
                + (value.type().name().equals("S") ? "string" : "binary")
                + " value. Key: "
                + attribute.name());
      }
    }
    if (size(item, schema.partitionKey()) > PARTITION_KEY_BYTES_MAX) {
      return Optional.of(
          "One or more parameter values were invalid: Size of hashkey has exceeded the maximum"
              + " size limit of2048 bytes");
    }
    return size(item, schema.sortKey()) > SORT_KEY_BYTES_MAX
        ? Optional.of(
            "One or more parameter values were invalid: Aggregated size of all range keys has"
                + " exceeded the size limit of 1024 bytes")
        : Optional.empty();
  }

  /** Numbers are short by nature: their text may be longer than what DynamoDB would count. */
  private static int size(Item item, @Nullable KeyAttribute attribute) {
    EncodedValue value = attribute == null ? null : item.attribute(attribute.name());
    return value == null || value.type().name().equals("N") ? 0 : value.scalarBytes().size();
  }
}
