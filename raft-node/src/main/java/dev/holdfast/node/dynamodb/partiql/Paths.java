package dev.holdfast.node.dynamodb.partiql;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Path.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** What messages say of document paths. */
final class Paths {
  private Paths() {}

  /** {@code [a, b, [0]]}. */
  static String display(Path path) {
    StringJoiner text = new StringJoiner(", ", "[", "]");
    for (Step step : path.steps()) {
      if (step instanceof Step.Attribute attribute) {
        text.add(attribute.name());
      } else if (step instanceof Step.Element element) {
        text.add("[" + element.index() + "]");
      }
    }
    return text.toString();
  }

  /** Fails when two paths mean overlapping parts of an item, or one both a map and a list. */
  static void requireDisjoint(List<Path> paths) {
    Map<String, List<Path>> byAttribute = new HashMap<>(); // only those of one can meet
    for (Path path : paths) {
      List<Path> earlier = byAttribute.computeIfAbsent(path.attribute(), name -> new ArrayList<>());
      for (Path other : earlier) {
        String problem = problem(other.steps(), path.steps());
        if (problem != null) {
          throw ApiException.validation(
              "Two document paths "
                  + problem
                  + " with each other; must remove or rewrite one of these paths; path one: "
                  + display(other)
                  + ", path two: "
                  + display(path));
        }
      }
      earlier.add(path);
    }
  }

  private static @Nullable String problem(List<Step> one, List<Step> other) {
    int shorter = Math.min(one.size(), other.size());
    for (int i = 0; i < shorter; i++) {
      Step left = one.get(i);
      Step right = other.get(i);
      if (!left.equals(right)) {
        boolean sameKind = left instanceof Step.Element == right instanceof Step.Element;
        return sameKind ? null : "conflict";
      }
    }
    return "overlap";
  }
}
