package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.AttributeMap;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.parser.Expressions;
import dev.holdfast.protocol.parser.Substitutions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How expressions, their names and values, and the parameters they replaced go together. */
final class ExpressionInputs {
  private static final String NAMES = "ExpressionAttributeNames";
  private static final String VALUES = "ExpressionAttributeValues";

  /**
   * How much an operation says of what is wrong with names and values. Source: {@code
   * dynamodb-conformance}, {@code valueLayers.test.ts} and {@code deleteItem.test.ts}; dynalite for
   * what reads say.
   */
  enum Wording {
    /** What is wrong with a value, and nothing else. */
    SINGLE_WRITE,
    /** Besides, which expressions are missing. */
    QUERY,
    /** Besides, that and where it is one of the values of expressions. */
    OLDER
  }

  private ExpressionInputs() {}

  /**
   * The names and values of a request, checked.
   *
   * @param expressions the members that may hold an expression with values
   * @param withoutValues the members that may hold an expression with names only
   * @param legacy the members that expressions have replaced
   */
  static Substitutions of(
      Fields fields, List<String> expressions, List<String> withoutValues, List<String> legacy) {
    return of(fields, expressions, withoutValues, legacy, Wording.OLDER);
  }

  /** The same in other words. */
  static Substitutions of(
      Fields fields,
      List<String> expressions,
      List<String> withoutValues,
      List<String> legacy,
      Wording wording) {
    List<String> withValues = given(fields, expressions);
    List<String> withNames = given(fields, withoutValues);
    List<String> usedLegacy = given(fields, legacy);
    boolean none = withValues.isEmpty() && withNames.isEmpty();
    if (!usedLegacy.isEmpty() && !none) {
      List<String> used = new ArrayList<>(withNames);
      used.addAll(withValues);
      throw mixed(usedLegacy, used);
    }
    if (none && fields.has(NAMES)) {
      throw ApiException.validation(NAMES + " can only be specified when using expressions");
    }
    if (withValues.isEmpty() && fields.has(VALUES)) {
      throw ApiException.validation(
          VALUES
              + " can only be specified when using expressions"
              + (wording == Wording.SINGLE_WRITE ? "" : missing(expressions)));
    }
    Map<String, String> names = fields.map(NAMES);
    @Nullable AttributeMap values = fields.attributes(VALUES);
    return Substitutions.of(names, values == null ? null : read(values, wording));
  }

  private static String missing(List<String> expressions) {
    return ": "
        + String.join(" and ", expressions)
        + (expressions.size() == 1 ? " is null" : " are null");
  }

  private static Item read(AttributeMap values, Wording wording) {
    return wording == Wording.OLDER ? values.expressionValues() : values.item();
  }

  /** Fails when one part of a request has an expression and another what it has replaced. */
  static void requireOneKind(Collection<Fields> parts, String expression, String legacy) {
    if (parts.stream().anyMatch(part -> part.has(expression))
        && parts.stream().anyMatch(part -> part.has(legacy))) {
      throw mixed(List.of(legacy), List.of(expression));
    }
  }

  /** The condition that a member holds; null when the request has none. */
  static @Nullable Condition condition(Fields fields, String member, Substitutions substitutions) {
    @Nullable String source = fields.text(member);
    return source == null ? null : Expressions.condition(member, source, substitutions);
  }

  /** Those of the members that the request has; most have none, and nothing is made for them. */
  private static List<String> given(Fields fields, List<String> members) {
    List<String> given = List.of();
    for (String member : members) {
      if (fields.has(member)) {
        given = given.isEmpty() ? new ArrayList<>() : given;
        given.add(member);
      }
    }
    return given;
  }

  private static ApiException mixed(List<String> legacy, List<String> expressions) {
    return ApiException.validation(
        "Can not use both expression and non-expression parameters in the same request: "
            + "Non-expression parameters: {"
            + String.join(", ", legacy)
            + "} Expression parameters: {"
            + String.join(", ", expressions)
            + "}");
  }
}
