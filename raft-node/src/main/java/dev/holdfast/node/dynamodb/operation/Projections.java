package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.parser.Expressions;
import dev.holdfast.protocol.parser.Substitutions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which attributes a read returns: by expression, or by the list that came before it. */
final class Projections {
  static final String EXPRESSION = "ProjectionExpression";
  static final String LEGACY_LIST = "AttributesToGet";
  static final List<String> LEGACY = List.of(LEGACY_LIST);

  private Projections() {}

  static Projection of(Fields fields, Substitutions substitutions) {
    @Nullable String source = fields.text(EXPRESSION);
    if (source != null) {
      return Expressions.projection(source, substitutions);
    }
    @Nullable List<String> names = fields.list(LEGACY_LIST);
    if (names == null) {
      return Projection.ALL;
    }
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw ApiException.invalidParameter("Duplicate value in attribute name: " + name);
      }
    }
    return new Projection(names.stream().map(Path::of).toList());
  }

  static boolean isGiven(Fields fields) {
    return fields.has(EXPRESSION) || fields.has(LEGACY_LIST);
  }
}
