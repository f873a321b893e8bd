package dev.holdfast.node.dynamodb;

import dev.holdfast.node.dynamodb.json.JsonTree;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A part of an answer: an object, an array, a text of a scalar, or nothing. */
record JsonView(@Nullable Object value) implements Iterable<JsonView> {
  static JsonView of(String json) {
    return new JsonView(JsonTree.parse(json).orElseThrow());
  }

  /** A member or, by its index, an element. */
  JsonView path(String step) {
    if (value instanceof Map<?, ?> members) {
      return new JsonView(members.get(step));
    }
    if (value instanceof List<?> elements && Integer.parseInt(step) < elements.size()) {
      return new JsonView(elements.get(Integer.parseInt(step)));
    }
    return new JsonView(null);
  }

  JsonView at(String steps) {
    JsonView at = this;
    for (String step : steps.substring(1).split("/", -1)) {
      at = at.path(step);
    }
    return at;
  }

  boolean has(String member) {
    return path(member).value != null;
  }

  /** Empty for nothing. */
  String asText() {
    if (value instanceof JsonTree.Literal literal) {
      return literal.text();
    }
    return value == null ? "" : value.toString();
  }

  int asInt() {
    return Integer.parseInt(asText());
  }

  int size() {
    return value instanceof List<?> elements ? elements.size() : 0;
  }

  /** The texts of a member of each element. */
  List<String> texts(String member) {
    List<String> texts = new ArrayList<>();
    forEach(each -> texts.add(each.path(member).asText()));
    return texts;
  }

  @Override
  public Iterator<JsonView> iterator() {
    List<JsonView> elements = new ArrayList<>();
    if (value instanceof List<?> list) {
      list.forEach(each -> elements.add(new JsonView(each)));
    }
    return elements.iterator();
  }
}
