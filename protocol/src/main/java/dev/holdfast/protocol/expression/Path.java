package dev.holdfast.protocol.expression;

import java.util.List;
import java.util.StringJoiner;

/**
 * A document path such as {@code a.b[2].c}, with every {@code #name} already substituted.
 *
 * @param steps at least one; the first is an {@link Step.Attribute}
 */
public record Path(List<Step> steps) {
  /** One step into a document. */
  public sealed interface Step permits Step.Attribute, Step.Element {
    /** A top-level attribute, or a member of a map. */
    record Attribute(String name) implements Step {}

    /** An element of a list; the index is zero-based. */
    record Element(int index) implements Step {
      public Element {
        if (index < 0) {
          throw new IllegalArgumentException("a list has no element " + index);
        }
      }
    }
  }

  public Path {
    steps = List.copyOf(steps);
    if (steps.isEmpty() || !(steps.get(0) instanceof Step.Attribute)) {
      throw new IllegalArgumentException("a path starts with an attribute name");
    }
  }

  public static Path of(String attribute) {
    return new Path(List.of(new Step.Attribute(attribute)));
  }

  /** The name of the top-level attribute. */
  public String attribute() {
    return ((Step.Attribute) steps.get(0)).name();
  }

  public boolean isTopLevel() {
    return steps.size() == 1;
  }

  /** As DynamoDB's messages show it: {@code [a, b, [0]]}. */
  public String bracketed() {
    StringJoiner text = new StringJoiner(", ", "[", "]");
    for (Step step : steps) {
      if (step instanceof Step.Attribute member) {
        text.add(member.name());
      } else if (step instanceof Step.Element element) {
        text.add("[" + element.index() + "]");
      }
    }
    return text.toString();
  }

  /** As it reads in an expression: {@code a.b[2]}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Step step : steps) {
      if (step instanceof Step.Attribute member) {
        text.append(text.isEmpty() ? "" : ".").append(member.name());
      } else if (step instanceof Step.Element element) {
        text.append('[').append(element.index()).append(']');
      }
    }
    return text.toString();
  }
}
