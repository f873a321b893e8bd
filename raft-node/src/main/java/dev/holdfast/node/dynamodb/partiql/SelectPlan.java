package dev.holdfast.node.dynamodb.partiql;

import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.expression.SortCondition;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.LocalIndex;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a SELECT is read.
 *
 * @param index null for the table itself
 * @param ranges to be queried one after the other; null for a scan
 * @param filter what the ranges leave open; null when nothing is
 * @param scan the same as a scan, where only branches of an OR bind the key; null where a condition
 *     beside the others does
 * @param projection whole attributes, which hold what is selected
 */
public record SelectPlan(
    @Nullable LocalIndex index,
    @Nullable List<Range> ranges,
    @Nullable Condition filter,
    @Nullable SelectPlan scan,
    Paging.Order order,
    Projection projection,
    SelectedAttributes selected) {

  /** Items of one partition key. */
  public record Range(EncodedValue partitionKey, SortCondition sort) {}

  public SelectPlan {
    ranges = ranges == null ? null : List.copyOf(ranges);
  }

  /**
   * The key of the one item that is selected.
   *
   * @return null when that is not clear from the statement
   */
  public @Nullable Item singleKey(KeySchema schema) {
    if (index != null || filter != null || ranges == null || ranges.size() != 1) {
      return null;
    }
    Range range = ranges.get(0);
    return SelectPlanner.key(schema, range);
  }
}
