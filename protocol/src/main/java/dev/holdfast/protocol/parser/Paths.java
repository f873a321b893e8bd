package dev.holdfast.protocol.parser;

import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.parser.Node.PathNode;
import java.util.ArrayList;
import java.util.List;

/** Turns paths as written into paths with names substituted. */
final class Paths {
  private static final int STEP_COUNT_MAX = 32;

  private final TokenStream tokens;
  private final Substitutions substitutions;

  Paths(TokenStream tokens, Substitutions substitutions) {
    this.tokens = tokens;
    this.substitutions = substitutions;
  }

  Path resolve(PathNode node) {
    if (node.steps().size() > STEP_COUNT_MAX) {
      throw tokens.invalid(
          "The document path has too many nesting levels; nesting levels: " + node.steps().size());
    }
    List<Path.Step> steps = new ArrayList<>(node.steps().size());
    for (PathNode.Step step : node.steps()) {
      steps.add(
          switch (step.kind()) {
            case WORD -> new Path.Step.Attribute(step.text());
            case NAME -> new Path.Step.Attribute(name(step.text()));
            case INDEX -> new Path.Step.Element(index(step.text()));
          });
    }
    return new Path(steps);
  }

  private String name(String reference) {
    String name = substitutions.name(reference);
    if (name == null) {
      throw tokens.invalid(
          "An expression attribute name used in the document path is not defined; "
              + "attribute name: "
              + reference);
    }
    return name;
  }

  private int index(String digits) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      throw tokens.invalid("List index is not within the allowable range; index: [" + digits + "]");
    }
  }
}
