package dev.holdfast.node.dynamodb.json;

import dev.holdfast.node.dynamodb.error.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks a request against the constraints of its shape. As the service does, it looks at the name
 * of the table first and alone, and reports what it then finds all at once.
 *
 * <p>One request, one thread.
 */
public final class Constraints {
  private static final String TABLE = "TableName";

  private final Violations violations = new Violations();

  /** Names and positions from the request to what is being checked. */
  private final List<String> trail = new ArrayList<>();

  private Constraints() {}

  /** Returns the fields; fails with a ValidationException when they break a constraint. */
  public static Fields checked(Fields fields, Shape.Structure shape) {
    Shape.Member table = shape.member(TABLE);
    if (table != null
        && table.shape() instanceof Shape.Table name
        && (fields.has(TABLE) || table.presence() == Shape.Presence.REQUIRED)) {
      requireTable(fields, name);
    }
    Constraints constraints = new Constraints();
    constraints.structure(fields, shape);
    constraints.violations.check();
    return fields;
  }

  private static void requireTable(Fields fields, Shape.Table shape) {
    String given = fields.text(TABLE);
    if (given == null && shape.asker() == Shape.Asker.TABLES) {
      throw ApiException.validation(
          "The parameter 'TableName' is required but was not present in the request");
    }
    Constraints constraints = new Constraints();
    constraints.member(given, Shape.required(TABLE, shape));
    constraints.violations.check();
  }

  private void structure(Fields fields, Shape.Structure shape) {
    for (Shape.Member member : shape.members().values()) {
      member(fields.values().get(member.name()), member);
    }
  }

  private void member(@Nullable Object value, Shape.Member member) {
    if (value == null && member.presence() == Shape.Presence.OPTIONAL) {
      return;
    }
    trail.add(member.spelling());
    if (value == null) {
      violations.missing(trail);
    } else {
      value(value, member.shape());
    }
    trail.remove(trail.size() - 1);
  }

  private void value(Object value, Shape shape) {
    if (shape instanceof Shape.Text text) {
      violations.length(trail, (String) value, text.lengthMin(), text.lengthMax());
    } else if (shape instanceof Shape.Choice choice) {
      violations.oneOf(trail, (String) value, choice.words());
    } else if (shape instanceof Shape.Table table) {
      violations.name(trail, TableArns.tableName((String) value), table.asker().lengthMin());
    } else if (shape instanceof Shape.Name name) {
      violations.name(trail, (String) value, name.lengthMin());
    } else if (shape instanceof Shape.Whole whole) {
      violations.range(trail, (Long) value, whole.min(), whole.max());
    } else if (shape instanceof Shape.Structure structure) {
      structure((Fields) value, structure);
    } else if (shape instanceof Shape.ListOf list) {
      list((List<?>) value, list);
    } else if (shape instanceof Shape.MapOf map) {
      map((Map<?, ?>) value, map);
    }
  }

  private void list(List<?> list, Shape.ListOf shape) {
    violations.count(trail, list, shape);
    for (int i = 0; i < list.size(); i++) {
      trail.add(Integer.toString(i + 1));
      trail.add("member");
      value(list.get(i), shape.element());
      trail.remove(trail.size() - 1);
      trail.remove(trail.size() - 1);
    }
  }

  private void map(Map<?, ?> map, Shape.MapOf shape) {
    violations.keysAndValues(trail, map, shape);
    map.forEach(
        (key, value) -> {
          trail.add((String) key);
          trail.add("member");
          if (shape.value() instanceof Shape.ListOf list) {
            elements((List<?>) value, list);
          } else {
            value(value, shape.value());
          }
          trail.remove(trail.size() - 1);
          trail.remove(trail.size() - 1);
        });
  }

  /** Those of a list within a map, whose length is the map's concern. */
  private void elements(List<?> list, Shape.ListOf shape) {
    list(list, new Shape.ListOf(shape.element()));
  }
}
