package dev.holdfast.jepsen.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * A change and what it expects in the expressions of DynamoDB.
 *
 * @param update null for what is no update
 * @param condition null where nothing is expected
 */
record SdkExpression(
    @Nullable String update, @Nullable String condition, Map<String, AttributeValue> values) {
  static SdkExpression of(Change change) {
    Map<String, AttributeValue> values = new HashMap<>();
    return new SdkExpression(
        update(change, values), condition(change.expectation(), values), values);
  }

  /** The API takes no empty map. */
  @Nullable Map<String, AttributeValue> valuesOrNull() {
    return values.isEmpty() ? null : values;
  }

  private static @Nullable String update(Change change, Map<String, AttributeValue> values) {
    if (change instanceof Change.Add add) {
      values.put(":delta", SdkValues.number(add.delta()));
      return "ADD v :delta";
    }
    if (change instanceof Change.Append append) {
      values.put(":none", SdkValues.numbers(List.of()));
      values.put(":one", SdkValues.numbers(List.of(append.number())));
      return "SET n = list_append(if_not_exists(n, :none), :one)";
    }
    return null;
  }

  private static @Nullable String condition(
      Expectation expectation, Map<String, AttributeValue> values) {
    if (expectation instanceof Expectation.Absent) {
      return "attribute_not_exists(k)";
    }
    if (expectation instanceof Expectation.Value value) {
      values.put(":expected", SdkValues.number(value.value()));
      return "v = :expected";
    }
    if (expectation instanceof Expectation.AtLeast bound) {
      values.put(":expected", SdkValues.number(bound.minimum()));
      return "v >= :expected";
    }
    if (expectation instanceof Expectation.Numbers list) {
      if (list.numbers().isEmpty()) {
        return "attribute_not_exists(n)";
      }
      values.put(":expected", SdkValues.numbers(list.numbers()));
      return "n = :expected";
    }
    return null;
  }

  TransactWriteItem transactional(Change change) {
    String table = change.cell().table();
    Map<String, AttributeValue> key = SdkValues.key(change.cell());
    TransactWriteItem.Builder item = TransactWriteItem.builder();
    if (change instanceof Change.Check) {
      return item.conditionCheck(
              c ->
                  c.tableName(table)
                      .key(key)
                      .conditionExpression(condition)
                      .expressionAttributeValues(valuesOrNull()))
          .build();
    }
    if (change instanceof Change.Put put) {
      return item.put(
              p ->
                  p.tableName(table)
                      .item(SdkValues.item(put))
                      .conditionExpression(condition)
                      .expressionAttributeValues(valuesOrNull()))
          .build();
    }
    if (change instanceof Change.Delete) {
      return item.delete(
              d ->
                  d.tableName(table)
                      .key(key)
                      .conditionExpression(condition)
                      .expressionAttributeValues(valuesOrNull()))
          .build();
    }
    return item.update(
            u ->
                u.tableName(table)
                    .key(key)
                    .updateExpression(update)
                    .conditionExpression(condition)
                    .expressionAttributeValues(valuesOrNull()))
        .build();
  }
}
