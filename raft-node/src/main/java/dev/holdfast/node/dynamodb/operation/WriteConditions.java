package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.legacy.LegacyConditions;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.parser.Substitutions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The condition of a put or delete, an expression or legacy. */
final class WriteConditions {
  private static final String CONDITION = "ConditionExpression";
  private static final List<String> LEGACY = List.of("Expected", "ConditionalOperator");

  private WriteConditions() {}

  static @Nullable Condition of(Fields fields) {
    Substitutions substitutions =
        ExpressionInputs.of(fields, List.of(CONDITION), List.of(), LEGACY);
    @Nullable Condition condition = ExpressionInputs.condition(fields, CONDITION, substitutions);
    substitutions.checkAllUsed();
    return condition == null ? LegacyConditions.expected(fields) : condition;
  }
}
