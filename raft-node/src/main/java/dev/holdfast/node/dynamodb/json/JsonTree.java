package dev.holdfast.node.dynamodb.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * JSON within a string of a request: objects are {@code LinkedHashMap}s, arrays {@code List}s,
 * strings {@code String}s, and all else is a {@link Literal}.
 */
public final class JsonTree {
  private static final int DEPTH_MAX = 32;

  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
          .build();

  /** A number, true, false or null, as it was written. */
  public record Literal(String text) {}

  private JsonTree() {}

  /** Empty when the text is not JSON, or says something twice. */
  public static Optional<Object> parse(String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      JsonToken token = parser.nextToken();
      if (token == null) {
        return Optional.empty();
      }
      Object value = value(parser, token);
      return parser.nextToken() == null ? Optional.of(value) : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // reading a string fails only as JSON
    }
  }

  private static Object value(JsonParser parser, JsonToken token) throws IOException {
    if (token == JsonToken.START_OBJECT) {
      Map<String, Object> members = new LinkedHashMap<>();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        members.put(name, value(parser, parser.nextToken()));
      }
      return members;
    }
    if (token == JsonToken.START_ARRAY) {
      List<Object> elements = new ArrayList<>();
      for (JsonToken each = parser.nextToken();
          each != JsonToken.END_ARRAY;
          each = parser.nextToken()) {
        elements.add(value(parser, each));
      }
      return elements;
    }
    return token == JsonToken.VALUE_STRING ? parser.getText() : new Literal(parser.getText());
  }

  /** The text of a tree, without a space. */
  public static String text(Object tree) {
    JsonOutput output = new JsonOutput();
    write(output, tree);
    return output.bytes().toUtf8();
  }

  private static void write(JsonOutput output, Object tree) {
    if (tree instanceof Map<?, ?> members) {
      output.beginObject();
      members.forEach((name, value) -> write(output.name((String) name), value));
      output.endObject();
    } else if (tree instanceof List<?> elements) {
      output.beginArray();
      elements.forEach(element -> write(output, element));
      output.endArray();
    } else if (tree instanceof Literal literal) {
      output.literal(literal.text());
    } else {
      output.string((String) tree);
    }
  }
}
