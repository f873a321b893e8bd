package dev.holdfast.node.dynamodb.json;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An attribute map of a request: the item, or what is wrong with it. The problem is kept until the
 * item is asked for, since DynamoDB looks for other problems first.
 */
public final class AttributeMap {
  /** Under which a map holds the value of a {@link Shape.Attribute}. */
  static final String SINGLE = "value";

  private final @Nullable Item item;
  private final @Nullable ApiException problem;
  private final String problemKey;

  private AttributeMap(@Nullable Item item, @Nullable ApiException problem, String problemKey) {
    this.item = item;
    this.problem = problem;
    this.problemKey = problemKey;
  }

  static AttributeMap of(Item item) {
    return new AttributeMap(item, null, "");
  }

  /**
   * @param key the attribute in which the problem lies
   */
  static AttributeMap invalid(ApiException problem, String key) {
    return new AttributeMap(null, problem, key);
  }

  /** The item; fails with the problem. */
  public Item item() {
    if (item != null) {
      return item;
    }
    throw problem();
  }

  /** The value of a {@link Shape.Attribute}; fails with the problem. */
  public EncodedValue value() {
    return Objects.requireNonNull(item().attribute(SINGLE), "not a single value");
  }

  /** As {@link #item}, with these words before those of the problem. */
  public Item item(String prefix) {
    if (item != null) {
      return item;
    }
    throw ApiException.validation(prefix + problem().text());
  }

  /** As {@link #item}, with the problem worded as one of ExpressionAttributeValues. */
  public Item expressionValues() {
    if (item != null) {
      return item;
    }
    throw ApiException.validation(
        "ExpressionAttributeValues contains invalid value: "
            + problem().text()
            + " for key "
            + problemKey);
  }

  private ApiException problem() {
    return Objects.requireNonNull(problem, "neither an item nor a problem");
  }
}
