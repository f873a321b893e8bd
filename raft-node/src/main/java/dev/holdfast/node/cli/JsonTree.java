package dev.holdfast.node.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A small JSON document as maps and lists, for display.
 *
 * @param value a map, list, string, number, boolean, or null
 */
record JsonTree(@Nullable Object value) {
  private static final JsonFactory FACTORY = new JsonFactory();

  static JsonTree parse(String text) throws IOException {
    try (JsonParser parser = FACTORY.createParser(text)) {
      parser.nextToken();
      return new JsonTree(read(parser));
    }
  }

  private static @Nullable Object read(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        map.put(name, read(parser));
      }
      return map;
    }
    if (token == JsonToken.START_ARRAY) {
      List<@Nullable Object> list = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        list.add(read(parser));
      }
      return list;
    }
    if (token == null || token == JsonToken.VALUE_NULL) {
      return null;
    }
    return token.isNumeric() ? parser.getNumberValue() : parser.getText();
  }

  /** A member of an object; null value when there is none. */
  JsonTree get(String name) {
    return new JsonTree(value instanceof Map<?, ?> map ? map.get(name) : null);
  }

  /** The elements of an array; none when it is not one. */
  List<JsonTree> elements() {
    if (!(value instanceof List<?> list)) {
      return List.of();
    }
    List<JsonTree> elements = new ArrayList<>();
    list.forEach(element -> elements.add(new JsonTree(element)));
    return elements;
  }

  /** As text; a dash for null. */
  String text() {
    return value == null ? "-" : value.toString();
  }
}
