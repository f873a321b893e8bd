package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.AttributeMap;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.walk.ReadTarget;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.model.AttributeType;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.Objects;

/**
 * What items and keys must be to fit their table. What only the table's schema can tell is a
 * misfit: a transaction is cancelled for it. Empty keys and too large items the service refuses
 * before it begins one.
 */
final class ItemChecks {
  /** Source: AWS Developer Guide, "Quotas": item size, key lengths. */
  static final int ITEM_BYTES_MAX = 400 << 10;

  private static final int PARTITION_KEY_BYTES_MAX = 2048;
  private static final int SORT_KEY_BYTES_MAX = 1024;

  private ItemChecks() {}

  /** The required member Key of a request, checked. */
  static Item requiredKey(Fields fields, TableDescriptor table) {
    AttributeMap key = Objects.requireNonNull(fields.attributes("Key"));
    return checkedKey(key.item(), table.keySchema());
  }

  /** An item that is exactly a key of this schema. */
  static Item checkedKey(Item key, KeySchema schema) {
    if (key.attributeCount() != schema.attributes().size()) {
      throw mismatch();
    }
    for (KeyAttribute attribute : schema.attributes()) {
      EncodedValue value = key.attribute(attribute.name());
      if (value == null || !hasType(value, attribute)) {
        throw mismatch();
      }
      requireNotEmpty(attribute.name(), value);
    }
    checkSizes(key, schema);
    return key;
  }

  /** A key that is none of its table. */
  static ApiException mismatch() {
    return ApiException.misfit("The provided key element does not match the schema");
  }

  /** An item to be put by a batch, which says less of its key. */
  static Item checkedBatchItem(Item item, TableDescriptor table) {
    for (KeyAttribute attribute : table.keySchema().attributes()) {
      EncodedValue value = item.attribute(attribute.name());
      if (value == null || !hasType(value, attribute)) {
        throw mismatch();
      }
    }
    return checkedItem(item, table);
  }

  /** An item to be put, keys, index keys and size checked. */
  static Item checkedItem(Item item, TableDescriptor table) {
    KeySchema schema = table.keySchema();
    for (KeyAttribute attribute : schema.attributes()) {
      EncodedValue value = item.attribute(attribute.name());
      if (value == null) {
        throw ApiException.invalidMisfit("Missing the key " + attribute.name() + " in the item");
      }
      if (!hasType(value, attribute)) {
        throw ApiException.invalidMisfit(
            "Type mismatch for key "
                + attribute.name()
                + " expected: "
                + attribute.type()
                + " actual: "
                + value.type());
      }
      requireNotEmpty(attribute.name(), value);
    }
    checkSizes(item, schema);
    for (IndexKey key : IndexKey.of(table)) {
      EncodedValue value = item.attribute(key.attribute().name());
      if (value != null) {
        checkIndexKey(key, value);
      }
    }
    if (item.sizeBytes() > ITEM_BYTES_MAX) {
      throw ApiException.validation("Item size has exceeded the maximum allowed size");
    }
    return item;
  }

  /** A value that an attribute is to have, whether or not it is the key of an index. */
  static void checkIndexKeys(TableDescriptor table, String attribute, EncodedValue value) {
    for (IndexKey key : IndexKey.of(table)) {
      if (key.attribute().name().equals(attribute)) {
        checkIndexKey(key, value);
      }
    }
  }

  /**
   * Checks what the request itself shows of an index key's new value. What depends on the item is
   * checked when the update is applied, and has other words.
   */
  static void checkIndexKeyUpdate(IndexKey key, Update.Action action) {
    if (action instanceof Update.Action.Set set
        && set.value() instanceof Update.SetValue.Literal literal) {
      requireIndexKeyType(key, literal.value());
      if (literal.value().scalarBytes().isEmpty()) {
        throw ApiException.validation(
            "One or more parameter values are not valid. The update expression attempted to update"
                + " a secondary index key to a value that is not supported. The AttributeValue for"
                + " a key attribute cannot contain an empty "
                + (literal.value().type() == AttributeType.S ? "string" : "binary")
                + " value.");
      }
    }
  }

  private static void requireIndexKeyType(IndexKey key, EncodedValue value) {
    if (!hasType(value, key.attribute())) {
      throw ApiException.invalidMisfit(
          "Type mismatch for Index Key "
              + key.attribute().name()
              + " Expected: "
              + key.attribute().type()
              + " Actual: "
              + value.type()
              + " IndexName: "
              + key.index());
    }
  }

  private static void checkIndexKey(IndexKey key, EncodedValue value) {
    requireIndexKeyType(key, value);
    requireIndexKeyNotEmpty(key.index(), key.attribute().name(), value);
    int size = value.scalarBytes().size();
    if (key.isPartition() && size > PARTITION_KEY_BYTES_MAX) {
      throw tooLongPartitionKey();
    }
    if (!key.isPartition() && size > SORT_KEY_BYTES_MAX) {
      throw tooLongSortKey();
    }
  }

  /** A key of an index is spoken of as one, also the partition key that it has of its table. */
  static void requireNotEmpty(ReadTarget target, String name, EncodedValue value) {
    String index = target.indexName();
    if (index == null) {
      requireNotEmpty(name, value);
    } else {
      requireIndexKeyNotEmpty(index, name, value);
    }
  }

  private static void requireIndexKeyNotEmpty(String index, String name, EncodedValue value) {
    if (value.scalarBytes().isEmpty()) {
      throw ApiException.validation(
          "One or more parameter values are not valid. A value specified for a secondary index key "
              + "is not supported. The AttributeValue for a key attribute cannot contain an empty "
              + (value.type().name().equals("S") ? "string" : "binary")
              + " value. IndexName: "
              + index
              + ", IndexKey: "
              + name);
    }
  }

  static void requireNotEmpty(String name, EncodedValue value) {
    if (value.scalarBytes().isEmpty()) {
      throw ApiException.validation(
          "One or more parameter values are not valid. The AttributeValue for a key attribute "
              + "cannot contain an empty "
              + (value.type().name().equals("S") ? "string" : "binary")
              + " value. Key: "
              + name);
    }
  }

  private static void checkSizes(Item item, KeySchema schema) {
    if (size(item, schema.partitionKey()) > PARTITION_KEY_BYTES_MAX) {
      throw tooLongPartitionKey();
    }
    if (schema.sortKey() != null && size(item, schema.sortKey()) > SORT_KEY_BYTES_MAX) {
      throw tooLongSortKey();
    }
  }

  private static ApiException tooLongPartitionKey() {
    return ApiException.invalidMisfit(
        "Size of hashkey has exceeded the maximum size limit of2048 bytes");
  }

  private static ApiException tooLongSortKey() {
    return ApiException.invalidMisfit(
        "Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
  }

  /** Numbers are short by nature: their text may be longer than what DynamoDB would count. */
  private static int size(Item item, KeyAttribute attribute) {
    EncodedValue value = item.attribute(attribute.name());
    return value == null || value.type().name().equals("N") ? 0 : value.scalarBytes().size();
  }

  static boolean hasType(EncodedValue value, KeyAttribute attribute) {
    return value.type().name().equals(attribute.type().name());
  }
}
