package dev.holdfast.node.dynamodb.json;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Values as messages show them. The service prints whatever a client has sent, in a form of its own
 * that changes between regions; items and long lists of structures are only counted here.
 */
final class ShownValues {
  private ShownValues() {}

  static String list(List<?> list, Shape.ListOf shape) {
    if (shape.element() instanceof Shape.Structure structure && structure.type().isEmpty()) {
      return list.isEmpty() ? "[]" : "[" + list.size() + " members]";
    }
    return list.stream()
        .map(each -> value(each, shape.element()))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  static String map(Map<?, ?> map, Shape.MapOf shape) {
    return map.entrySet().stream()
        .map(each -> each.getKey() + "=" + value(each.getValue(), shape.value()))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String value(Object value, Shape shape) {
    if (shape instanceof Shape.Structure structure) {
      return structure((Fields) value, structure);
    }
    if (shape instanceof Shape.ListOf list) {
      return list((List<?>) value, list);
    }
    return shape instanceof Shape.Attributes || shape instanceof Shape.Attribute
        ? "{…}"
        : value.toString();
  }

  private static String structure(Fields fields, Shape.Structure shape) {
    return shape.members().values().stream()
        .map(
            member -> {
              Object value = fields.values().get(member.name());
              return member.spelling()
                  + "="
                  + (value == null ? "null" : value(value, member.shape()));
            })
        .collect(Collectors.joining(", ", shape.type() + "(", ")"));
  }
}
