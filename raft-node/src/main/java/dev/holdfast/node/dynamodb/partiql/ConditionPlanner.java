package dev.holdfast.node.dynamodb.partiql;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Operand;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.model.AttributeType;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.parser.OperandRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Turns terms into conditions, checked as those of expressions are. */
final class ConditionPlanner {
  /** What IS asks for, by the name of the type that DynamoDB stores it as. */
  private static final Map<String, AttributeType> TYPES =
      Map.of(
          "NULL",
          AttributeType.NULL,
          "BOOLEAN",
          AttributeType.BOOL,
          "BLOB",
          AttributeType.B,
          "STRING",
          AttributeType.S,
          "NUMERIC",
          AttributeType.N,
          "STRUCT",
          AttributeType.M,
          "TUPLE",
          AttributeType.M,
          "LIST",
          AttributeType.L);

  private final OperandRules rules = new OperandRules(ApiException::validation);
  private final TruthComparisons truths =
      new TruthComparisons(rules, this::condition, this::operand);
  private final Constants constants;

  ConditionPlanner(Constants constants) {
    this.constants = constants;
  }

  /** The condition that a whole WHERE clause is. */
  Condition whole(Term term) {
    if (!canBeCondition(term)) {
      throw ApiException.validation(
          "WHERE clause must contain an expression that resolves to a boolean");
    }
    return condition(term);
  }

  /** The condition that a part of a WHERE clause is. */
  Condition condition(Term term) {
    if (term instanceof Term.Junction junction) {
      requireCondition(junction.left());
      requireCondition(junction.right());
      Condition left = condition(junction.left());
      Condition right = condition(junction.right());
      return junction.isAnd() ? new Condition.And(left, right) : new Condition.Or(left, right);
    }
    if (term instanceof Term.Negation negation) {
      if (!canBeCondition(negation.negated())) {
        throw ApiException.validation("The argument to NOT must be a Type or Expression");
      }
      return new Condition.Not(condition(negation.negated()));
    }
    if (term instanceof Term.Binary binary) {
      return comparison(binary);
    }
    if (term instanceof Term.Between between) {
      return between(between);
    }
    if (term instanceof Term.In in) {
      return in(in);
    }
    if (term instanceof Term.Is is) {
      return is(is);
    }
    if (term instanceof Term.Call call) {
      return function(call);
    }
    throw ApiException.validation(
        "WHERE clause must contain an expression that resolves to a boolean");
  }

  private static boolean canBeCondition(Term term) {
    return !(term instanceof Term.Reference
        || term instanceof Term.Missing
        || Constants.isConstant(term));
  }

  private static void requireCondition(Term term) {
    if (!canBeCondition(term)) {
      throw ApiException.validation("The arguments to AND/OR must be Expressions");
    }
  }

  private Condition comparison(Term.Binary binary) {
    Comparator comparator = comparator(binary.operator());
    if (TruthComparisons.isCondition(binary.left())
        || TruthComparisons.isCondition(binary.right())) {
      return truths.compare(binary);
    }
    Operand left = operand(binary.left());
    Operand right = operand(binary.right());
    return rules.compare(binary.operator(), comparator, left, right);
  }

  static Comparator comparator(String symbol) {
    for (Comparator comparator : Comparator.values()) {
      if (comparator.symbol().equals(symbol)) {
        return comparator;
      }
    }
    throw unsupported(symbol);
  }

  private static ApiException unsupported(String operator) {
    return ApiException.validation(
        "Unsupported operator in Condition Expression. Operator: " + operator);
  }

  private Condition between(Term.Between between) {
    Operand value = operand(between.value());
    Operand low = operand(between.low());
    Operand high = operand(between.high());
    return rules.between(value, low, high);
  }

  private Condition in(Term.In in) {
    if (TruthComparisons.isCondition(in.value())) {
      return truths.in(in);
    }
    Operand value = operand(in.value());
    List<Operand> candidates = new ArrayList<>();
    in.candidates().forEach(candidate -> candidates.add(operand(candidate)));
    return rules.in(value, candidates);
  }

  private Condition is(Term.Is is) {
    String type = is.type();
    if (!TermGrammar.isSupportedType(type)) {
      throw Refusals.at(
          "Unsupported data type for IS operator: "
              + type
              + ". Supported data types are [MISSING, NULL, BOOLEAN, BLOB, STRING, NUMERIC, "
              + "STRUCT, TUPLE, LIST]",
          is.place());
    }
    if (is.value() instanceof Term.Reference reference) {
      AttributeType wanted = TYPES.get(type);
      return wanted == null
          ? new Condition.NotExists(reference.path())
          : new Condition.HasType(
              reference.path(), new Operand.Literal(EncodedValue.ofString(wanted.name())));
    }
    if (Constants.isConstant(is.value())) {
      EncodedValue value = constants.value(is.value());
      return TruthComparisons.always(value.type() == TYPES.get(type));
    }
    throw ApiException.validation(
        "The left hand side argument to IS must be a Variable Reference, Literal, or Path");
  }

  /** Whether a call is a condition; {@code size} is a value. */
  static boolean isCondition(Term.Call call) {
    return switch (call.function()) {
      case "attribute_exists",
          "attribute_not_exists",
          "attribute_type",
          "begins_with",
          "contains" ->
          true;
      default -> false;
    };
  }

  private Condition function(Term.Call call) {
    String function = call.function();
    List<Term> given = call.operands();
    switch (function) {
      case "attribute_exists" -> {
        requireCount(call, 1);
        return new Condition.Exists(path(function, given.get(0)));
      }
      case "attribute_not_exists" -> {
        requireCount(call, 1);
        return new Condition.NotExists(path(function, given.get(0)));
      }
      case "attribute_type" -> {
        requireCount(call, 2);
        return hasType(given);
      }
      case "begins_with" -> {
        requireCount(call, 2);
        return rules.beginsWith(operand(given.get(0)), operand(given.get(1)));
      }
      case "contains" -> {
        requireCount(call, 2);
        return rules.contains(operand(given.get(0)), operand(given.get(1)));
      }
      case "size" -> throw rules.misplaced(function);
      default -> throw Refusals.unknownFunction(call);
    }
  }

  private Condition hasType(List<Term> given) {
    Operand type = operand(given.get(1));
    rules.requireTypeName(type);
    return new Condition.HasType(path("attribute_type", given.get(0)), type);
  }

  private Operand operand(Term term) {
    if (term instanceof Term.Reference reference) {
      return new Operand.Attribute(reference.path());
    }
    if (term instanceof Term.Missing) {
      throw Refusals.missingLiteral();
    }
    if (TruthComparisons.isCondition(term)) {
      throw TruthComparisons.notBuilt();
    }
    if (term instanceof Term.Call call) {
      return size(call);
    }
    if (Constants.isConstant(term)) {
      return new Operand.Literal(constants.value(term));
    }
    throw unsupported(term.kind()); // arithmetic
  }

  /** {@code size} is the only function with a value; of a constant it is a constant. */
  private Operand size(Term.Call call) {
    if (!call.function().equals("size")) {
      throw Refusals.unknownFunction(call);
    }
    requireCount(call, 1);
    return rules.size(operand(call.operands().get(0)));
  }

  private Path path(String function, Term term) {
    if (term instanceof Term.Reference reference) {
      return reference.path();
    }
    throw rules.notAPath(function);
  }

  private void requireCount(Term.Call call, int count) {
    rules.requireCount(call.function(), call.operands().size(), count);
  }
}
