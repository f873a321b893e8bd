package dev.holdfast.node.dynamodb.walk;

import dev.holdfast.protocol.expression.SortCondition;
import dev.holdfast.protocol.model.EncodedValue;
import java.util.List;

/**
 * Items that lie beside each other: those of one partition key whose sort key meets a condition.
 *
 * @param partitionKey a value for each of its attributes; only that of a global index has several
 * @param sortEquals values that the first attributes of the sort key have; of a table and a local
 *     index none
 * @param sort what the attribute after those meets
 */
public record KeyInterval(
    List<EncodedValue> partitionKey, List<EncodedValue> sortEquals, SortCondition sort) {
  public KeyInterval {
    partitionKey = List.copyOf(partitionKey);
    sortEquals = List.copyOf(sortEquals);
  }
}
