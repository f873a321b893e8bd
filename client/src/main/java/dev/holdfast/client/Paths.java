package dev.holdfast.client;

import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Path.Step;
import dev.holdfast.protocol.model.AttributeType;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads document paths such as {@code a.b[2].c} and follows them. */
final class Paths {
  private Paths() {}

  static Path parse(String text) {
    List<Step> steps = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '[' && !steps.isEmpty()) {
        int end = text.indexOf(']', at);
        steps.add(new Step.Element(index(text, at + 1, end)));
        at = end + 1;
      } else {
        int start = steps.isEmpty() ? at : at + 1;
        int end = nameEnd(text, start);
        if (end == start || (!steps.isEmpty() && c != '.')) {
          throw notAPath(text);
        }
        steps.add(new Step.Attribute(text.substring(start, end)));
        at = end;
      }
    }
    if (steps.isEmpty()) {
      throw notAPath(text);
    }
    return new Path(steps);
  }

  private static int nameEnd(String text, int start) {
    int end = start;
    while (end < text.length() && text.charAt(end) != '.' && text.charAt(end) != '[') {
      end++;
    }
    return end;
  }

  private static int index(String text, int start, int end) {
    try {
      int index = Integer.parseInt(text.substring(start, Math.max(start, end)));
      if (index >= 0) {
        return index;
      }
    } catch (NumberFormatException e) {
      throw notAPath(text);
    }
    throw notAPath(text);
  }

  private static HoldfastException notAPath(String text) {
    return new HoldfastException.InvalidRequestException("not a document path: '" + text + "'");
  }

  /** The value at a path; null when there is none. */
  static @Nullable EncodedValue find(Item item, String text) {
    if (text.indexOf('.') < 0 && text.indexOf('[') < 0) {
      return item.attribute(text);
    }
    Path path = parse(text);
    EncodedValue value = item.attribute(path.attribute());
    for (Step step : path.steps().subList(1, path.steps().size())) {
      if (value == null) {
        return null;
      } else if (step instanceof Step.Attribute member) {
        value = value.type() == AttributeType.M ? value.member(member.name()) : null;
      } else if (step instanceof Step.Element element) {
        boolean inside = value.type() == AttributeType.L && element.index() < value.elementCount();
        value = inside ? value.element(element.index()) : null;
      }
    }
    return value;
  }
}
