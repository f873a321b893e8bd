package dev.holdfast.node.dynamodb.partiql;

import dev.holdfast.node.dynamodb.walk.KeyInterval;
import dev.holdfast.node.dynamodb.walk.ReadTarget;
import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeySchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a SELECT is read.
 *
 * @param target the table or one of its indexes
 * @param ranges to be queried one after the other; null for a scan
 * @param filter what the ranges leave open; null when nothing is
 * @param scan the same as a scan, where only branches of an OR bind the key; null where a condition
 *     beside the others does
 * @param projection whole attributes, which hold what is selected
 */
public record SelectPlan(
    ReadTarget target,
    @Nullable List<KeyInterval> ranges,
    @Nullable Condition filter,
    @Nullable SelectPlan scan,
    Paging.Order order,
    Projection projection,
    SelectedAttributes selected) {

  public SelectPlan {
    ranges = ranges == null ? null : List.copyOf(ranges);
  }

  /**
   * The key of the one item that is selected.
   *
   * @return null when that is not clear from the statement
   */
  public @Nullable Item singleKey(KeySchema schema) {
    if (target.isIndex() || filter != null || ranges == null || ranges.size() != 1) {
      return null;
    }
    return SelectPlanner.key(schema, ranges.get(0));
  }
}
