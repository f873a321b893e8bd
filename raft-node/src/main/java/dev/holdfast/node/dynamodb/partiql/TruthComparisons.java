package dev.holdfast.node.dynamodb.partiql;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Operand;
import dev.holdfast.protocol.model.AttributeType;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.parser.OperandRules;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Comparisons of conditions, whose values are booleans: {@code contains(a, 'x') = false}. The trees
 * of conditions have no such comparison, so that it becomes a condition without one. One thread.
 */
final class TruthComparisons {
  private static final Set<String> COMPARATORS = Set.of("=", "<>", "<", "<=", ">", ">=");
  private static final EncodedValue TRUE = EncodedValue.ofBool(true);
  private static final EncodedValue FALSE = EncodedValue.ofBool(false);

  private final OperandRules rules;
  private final Function<Term, Condition> conditions;
  private final Function<Term, Operand> operands;

  /** Whether a condition is being built that will stand in its tree twice. */
  private boolean isRepeated;

  /**
   * @param conditions plans what is a condition
   * @param operands plans what is none
   */
  TruthComparisons(
      OperandRules rules, Function<Term, Condition> conditions, Function<Term, Operand> operands) {
    this.rules = rules;
    this.conditions = conditions;
    this.operands = operands;
  }

  static boolean isCondition(Term term) {
    return term instanceof Term.Junction
        || term instanceof Term.Negation
        || term instanceof Term.Between
        || term instanceof Term.In
        || term instanceof Term.Is
        || (term instanceof Term.Binary binary && COMPARATORS.contains(binary.operator()))
        || (term instanceof Term.Call call && ConditionPlanner.isCondition(call));
  }

  /** A comparison at least one side of which is a condition. */
  Condition compare(Term.Binary comparison) {
    Term left = comparison.left();
    boolean isLeft = isCondition(left);
    Condition equal = isLeft ? equal(left, comparison.right()) : equal(comparison.right(), left);
    return switch (comparison.operator()) {
      case "=" -> equal;
      case "<>" -> new Condition.Not(equal);
      default -> throw rules.wrongType(comparison.operator(), AttributeType.BOOL);
    };
  }

  private Condition equal(Term condition, Term other) {
    if (isCondition(other)) {
      return repeated(
          () -> {
            Condition left = conditions.apply(condition);
            Condition right = conditions.apply(other);
            return both(left, right, new Condition.Not(left), new Condition.Not(right));
          });
    }
    Operand operand = operands.apply(other);
    if (operand instanceof Operand.Literal literal) {
      return equal(conditions.apply(condition), literal.value());
    }
    return repeated(
        () -> {
          Condition truth = conditions.apply(condition);
          return both(truth, is(operand, TRUE), new Condition.Not(truth), is(operand, FALSE));
        });
  }

  private static Condition equal(Condition condition, EncodedValue value) {
    if (value.equals(TRUE)) {
      return condition;
    }
    return value.equals(FALSE) ? new Condition.Not(condition) : always(false);
  }

  private static Condition is(Operand operand, EncodedValue value) {
    return new Condition.Compare(Comparator.EQ, operand, new Operand.Literal(value));
  }

  /** Either the first two hold, or the others. */
  private static Condition both(
      Condition first, Condition second, Condition third, Condition fourth) {
    return new Condition.Or(new Condition.And(first, second), new Condition.And(third, fourth));
  }

  /** Whether a condition is among constants. */
  Condition in(Term.In in) {
    boolean isTrueIn = false;
    boolean isFalseIn = false;
    for (Term candidate : in.candidates()) {
      if (isCondition(candidate)
          || !(operands.apply(candidate) instanceof Operand.Literal literal)) {
        throw notBuilt();
      }
      isTrueIn |= literal.value().equals(TRUE);
      isFalseIn |= literal.value().equals(FALSE);
    }
    Condition condition = conditions.apply(in.value());
    if (isTrueIn == isFalseIn) {
      return always(isTrueIn);
    }
    return isTrueIn ? condition : new Condition.Not(condition);
  }

  /** Within one another, repetitions would make a short text a tree of any size. */
  private Condition repeated(Supplier<Condition> build) {
    if (isRepeated) {
      throw notBuilt();
    }
    isRepeated = true;
    try {
      return build.get();
    } finally {
      isRepeated = false;
    }
  }

  /** A condition that holds or does not, whatever the item. */
  static Condition always(boolean truth) {
    Operand yes = new Operand.Literal(TRUE);
    return new Condition.Compare(truth ? Comparator.EQ : Comparator.NE, yes, yes);
  }

  static ApiException notBuilt() {
    return ApiException.validation(
        "A condition as an operand of another one is not built yet in Holdfast");
  }
}
