package dev.holdfast.node.dynamodb.partiql;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Operand;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.model.AttributeType;
import dev.holdfast.protocol.model.EncodedValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns terms into conditions, checked as those of expressions are. */
final class ConditionPlanner {
  private static final int CANDIDATE_COUNT_MAX = 100;
  private static final Set<AttributeType> ORDERED =
      Set.of(AttributeType.S, AttributeType.N, AttributeType.B);
  private static final Set<AttributeType> WITHOUT_SIZE =
      Set.of(AttributeType.N, AttributeType.BOOL, AttributeType.NULL);

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

  private static final EncodedValue YES = EncodedValue.ofBool(true);

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
    Operand left = operand(binary.left());
    Operand right = operand(binary.right());
    if (comparator != Comparator.EQ && comparator != Comparator.NE) {
      requireOrdered(binary.operator(), left);
      requireOrdered(binary.operator(), right);
    }
    requireDistinct(binary.operator(), left, List.of(right));
    return new Condition.Compare(comparator, left, right);
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
    requireOrdered("BETWEEN", value);
    requireOrdered("BETWEEN", low);
    requireOrdered("BETWEEN", high);
    if (low instanceof Operand.Literal lower && high instanceof Operand.Literal upper) {
      requireBounds(lower.value(), upper.value());
    }
    requireDistinct("BETWEEN", value, List.of(low, high));
    return new Condition.Between(value, low, high);
  }

  static void requireBounds(EncodedValue low, EncodedValue high) {
    String problem = null;
    if (low.type() != high.type()) {
      problem = "same data type for lower and upper bounds";
    } else if (low.compareScalar(high) > 0) {
      problem = "upper bound to be greater than or equal to lower bound";
    }
    if (problem != null) {
      throw ApiException.validation(
          "The BETWEEN operator requires "
              + problem
              + "; lower bound operand: "
              + display(low)
              + ", upper bound operand: "
              + display(high));
    }
  }

  private static String display(EncodedValue value) {
    String text =
        switch (value.type()) {
          case S -> value.string();
          case N -> value.numberText();
          default -> value.scalarBytes().toString();
        };
    return "AttributeValue: {" + value.type() + ":" + text + "}";
  }

  private Condition in(Term.In in) {
    Operand value = operand(in.value());
    List<Operand> candidates = new ArrayList<>();
    in.candidates().forEach(candidate -> candidates.add(operand(candidate)));
    if (candidates.size() > CANDIDATE_COUNT_MAX) {
      throw ApiException.validation(
          "The IN operator is provided with too many operands; number of operands: "
              + candidates.size());
    }
    requireDistinct("IN", value, candidates);
    return new Condition.In(value, candidates);
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
      return always(value.type() == TYPES.get(type));
    }
    throw ApiException.validation(
        "The left hand side argument to IS must be a Variable Reference, Literal, or Path");
  }

  private static Condition always(boolean truth) {
    Operand yes = new Operand.Literal(YES);
    return new Condition.Compare(truth ? Comparator.EQ : Comparator.NE, yes, yes);
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
        Operand value = operand(given.get(0));
        Operand prefix = operand(given.get(1));
        requireText(function, value);
        requireText(function, prefix);
        requireDistinct(function, value, List.of(prefix));
        return new Condition.BeginsWith(value, prefix);
      }
      case "contains" -> {
        requireCount(call, 2);
        Operand container = operand(given.get(0));
        Operand operand = operand(given.get(1));
        requireDistinct(function, container, List.of(operand));
        return new Condition.Contains(container, operand);
      }
      case "size" ->
          throw ApiException.validation(
              "The function is not allowed to be used this way in an expression; function: size");
      default -> throw Refusals.unknownFunction(call);
    }
  }

  private Condition hasType(List<Term> given) {
    String function = "attribute_type";
    Operand type = operand(given.get(1));
    if (!(type instanceof Operand.Literal literal)) {
      throw Refusals.operandType(function, "{NS,M,N,NULL,BOOL,SS,L,B,BS,S}");
    }
    if (literal.value().type() != AttributeType.S) {
      throw Refusals.operandType(function, literal.value().type().name());
    }
    String name = literal.value().string();
    boolean known = false;
    for (AttributeType each : AttributeType.values()) {
      known |= each.name().equals(name);
    }
    if (!known) {
      throw ApiException.validation(
          "Invalid attribute type name found; type: "
              + name
              + ", valid types: {N,BS,L,B,NULL,M,S,SS,NS,BOOL}");
    }
    return new Condition.HasType(path(function, given.get(0)), type);
  }

  private Operand operand(Term term) {
    if (term instanceof Term.Reference reference) {
      return new Operand.Attribute(reference.path());
    }
    if (term instanceof Term.Missing) {
      throw Refusals.missingLiteral();
    }
    if (term instanceof Term.Call call) {
      return size(call);
    }
    if (Constants.isConstant(term)) {
      return new Operand.Literal(constants.value(term));
    }
    if (term instanceof Term.Signed signed) {
      throw unsupported(signed.sign());
    }
    if (term instanceof Term.Binary binary) {
      throw unsupported(binary.operator());
    }
    throw ApiException.validation(
        "A condition as an operand of another one is not built yet in Holdfast");
  }

  /** {@code size} is the only function with a value; of a constant it is a constant. */
  private Operand size(Term.Call call) {
    if (!call.function().equals("size")) {
      throw Refusals.unknownFunction(call);
    }
    requireCount(call, 1);
    Operand measured = operand(call.operands().get(0));
    if (measured instanceof Operand.Attribute attribute) {
      return new Operand.SizeOf(attribute.path());
    }
    if (!(measured instanceof Operand.Literal literal)) {
      throw Refusals.operandType("size", "N");
    }
    EncodedValue value = literal.value();
    if (WITHOUT_SIZE.contains(value.type())) {
      throw Refusals.operandType("size", value.type().name());
    }
    return new Operand.Literal(EncodedValue.ofNumber(value.size()));
  }

  private static Path path(String function, Term term) {
    if (term instanceof Term.Reference reference) {
      return reference.path();
    }
    throw ApiException.validation(
        "Operator or function requires a document path; operator or function: " + function);
  }

  private static void requireCount(Term.Call call, int count) {
    if (call.operands().size() != count) {
      throw Refusals.operandCount(call.function(), call.operands().size());
    }
  }

  private static void requireOrdered(String operator, Operand operand) {
    if (operand instanceof Operand.Literal literal && !ORDERED.contains(literal.value().type())) {
      throw Refusals.operandType(operator, literal.value().type().name());
    }
  }

  private static void requireText(String function, Operand operand) {
    if (operand instanceof Operand.SizeOf) {
      throw Refusals.operandType(function, "N");
    }
    if (operand instanceof Operand.Literal literal
        && literal.value().type() != AttributeType.S
        && literal.value().type() != AttributeType.B) {
      throw Refusals.operandType(function, literal.value().type().name());
    }
  }

  private static void requireDistinct(String operator, Operand first, List<Operand> others) {
    for (Operand other : others) {
      if (first instanceof Operand.Attribute attribute && first.equals(other)) {
        throw ApiException.validation(
            "The first operand must be distinct from the remaining operands for this operator or "
                + "function; operator: "
                + operator
                + ", first operand: "
                + Paths.display(attribute.path()));
      }
    }
  }
}
