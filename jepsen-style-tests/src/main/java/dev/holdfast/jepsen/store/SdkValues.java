package dev.holdfast.jepsen.store;

import static dev.holdfast.jepsen.store.Names.GROUP;
import static dev.holdfast.jepsen.store.Names.KEY;
import static dev.holdfast.jepsen.store.Names.NUMBERS;
import static dev.holdfast.jepsen.store.Names.SORT;
import static dev.holdfast.jepsen.store.Names.VALUE;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** Cells and contents as the AWS SDK says them. */
final class SdkValues {
  private SdkValues() {}

  static AttributeValue number(long value) {
    return AttributeValue.fromN(Long.toString(value));
  }

  static AttributeValue numbers(List<Long> numbers) {
    return AttributeValue.fromL(numbers.stream().map(SdkValues::number).toList());
  }

  static Map<String, AttributeValue> key(Cell cell) {
    AttributeValue key = AttributeValue.fromS(cell.key());
    Long sort = cell.sort();
    return sort == null ? Map.of(KEY, key) : Map.of(KEY, key, SORT, number(sort));
  }

  static Map<String, AttributeValue> item(Change.Put put) {
    Map<String, AttributeValue> item = new HashMap<>(key(put.cell()));
    item.put(VALUE, number(put.value()));
    String group = put.group();
    if (group != null) {
      item.put(GROUP, AttributeValue.fromS(group));
    }
    return item;
  }

  static Content content(@Nullable Map<String, AttributeValue> item) {
    if (item == null || item.isEmpty()) {
      return Content.NONE;
    }
    AttributeValue value = item.get(VALUE);
    AttributeValue numbers = item.get(NUMBERS);
    return new Content(
        value == null ? null : Long.valueOf(value.n()),
        numbers == null ? List.of() : numbers.l().stream().map(n -> Long.valueOf(n.n())).toList());
  }

  static Store.Page page(
      String table,
      List<Map<String, AttributeValue>> items,
      Map<String, AttributeValue> lastEvaluatedKey) {
    return new Store.Page(
        items.stream().map(item -> cell(table, item)).toList(),
        lastEvaluatedKey.isEmpty() ? null : cell(table, lastEvaluatedKey));
  }

  private static Cell cell(String table, Map<String, AttributeValue> item) {
    AttributeValue sort = item.get(SORT);
    return new Cell(
        table,
        Objects.requireNonNull(item.get(KEY), KEY).s(),
        sort == null ? null : Long.valueOf(sort.n()));
  }

  static List<AttributeDefinition> attributes(Store.Shape shape) {
    List<AttributeDefinition> attributes = new ArrayList<>();
    attributes.add(attribute(KEY, ScalarAttributeType.S));
    if (shape == Store.Shape.COLLECTIONS) {
      attributes.add(attribute(SORT, ScalarAttributeType.N));
    }
    return attributes;
  }

  private static AttributeDefinition attribute(String name, ScalarAttributeType type) {
    return AttributeDefinition.builder().attributeName(name).attributeType(type).build();
  }

  static List<KeySchemaElement> schema(Store.Shape shape) {
    List<KeySchemaElement> schema = new ArrayList<>();
    schema.add(KeySchemaElement.builder().attributeName(KEY).keyType(KeyType.HASH).build());
    if (shape == Store.Shape.COLLECTIONS) {
      schema.add(KeySchemaElement.builder().attributeName(SORT).keyType(KeyType.RANGE).build());
    }
    return schema;
  }
}
