package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.legacy.LegacyConditions;
import dev.holdfast.node.dynamodb.operation.ExpressionInputs.Wording;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.parser.Substitutions;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The condition of a put or delete, an expression or legacy. */
final class WriteConditions {
  private static final String CONDITION = "ConditionExpression";
  private static final List<String> LEGACY = List.of("Expected", "ConditionalOperator");

  private WriteConditions() {}

  /** Of an element of a transaction. */
  static @Nullable Condition of(Fields fields) {
    return of(fields, Wording.OLDER);
  }

  static Optional<Condition> ofSingle(Fields fields) {
    return Optional.ofNullable(of(fields, Wording.SINGLE_WRITE));
  }

  private static @Nullable Condition of(Fields fields, Wording wording) {
    Substitutions substitutions =
        ExpressionInputs.of(fields, List.of(CONDITION), List.of(), LEGACY, wording);
    @Nullable Condition condition = ExpressionInputs.condition(fields, CONDITION, substitutions);
    substitutions.checkAllUsed();
    return condition == null ? LegacyConditions.expected(fields) : condition;
  }
}
