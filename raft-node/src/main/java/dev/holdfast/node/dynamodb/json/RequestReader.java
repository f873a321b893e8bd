package dev.holdfast.node.dynamodb.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ItemEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads request bodies by their shapes. Wrong types are SerializationExceptions with DynamoDB's
 * messages. Thread-safe.
 */
public final class RequestReader {
  /**
   * Beyond the 32 levels of an item, at two JSON levels each, so that those get their own error.
   */
  private static final int DEPTH_MAX = 500;

  private static final int NAME_LENGTH_MAX = 1 << 17;
  private static final int TEXT_LENGTH_MAX = 16 << 20;

  private final JsonFactory json =
      new JsonFactoryBuilder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // names are the clients' to choose
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEPTH_MAX)
                  .maxNameLength(NAME_LENGTH_MAX)
                  .maxStringLength(TEXT_LENGTH_MAX)
                  .build())
          .build();

  // An encoder keeps its buffers; one per event loop saves allocating them for every request.
  private final ThreadLocal<ItemEncoder> encoders = ThreadLocal.withInitial(ItemEncoder::new);

  /** Reads a whole body. */
  public Fields read(Bytes body, Shape.Structure shape) {
    try (JsonParser parser =
        json.createParser(body.backingArray(), body.arrayOffset(), body.size())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw ApiException.unreadable();
      }
      Fields fields = structure(parser, shape);
      if (parser.nextToken() != null) {
        throw ApiException.unreadable();
      }
      return fields;
    } catch (JsonProcessingException e) {
      throw ApiException.unreadable();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // reading an array fails only as JSON
    }
  }

  /** Whether a body is one JSON value, whatever it holds. */
  public boolean isJson(Bytes body) {
    try (JsonParser parser =
        json.createParser(body.backingArray(), body.arrayOffset(), body.size())) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (JsonProcessingException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e); // reading an array fails only as JSON
    }
  }

  private Fields structure(JsonParser parser, Shape.Structure shape) throws IOException {
    Fields fields = new Fields();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      Shape.Member member = shape.member(name);
      JsonToken token = parser.nextToken();
      if (member == null) {
        parser.skipChildren();
        if (token != JsonToken.VALUE_NULL) {
          // The service ignores what it does not know; a misspelt condition would not be checked.
          throw ApiException.validation("The parameter " + name + " is not known to Holdfast");
        }
      } else if (token != JsonToken.VALUE_NULL) {
        fields.put(name, value(parser, token, member.shape()));
      }
    }
    return fields;
  }

  private Object value(JsonParser parser, JsonToken token, Shape shape) throws IOException {
    if (isText(shape)) {
      return Scalars.text(parser, token);
    }
    if (shape instanceof Shape.Attributes) {
      requireStart(token, JsonToken.START_OBJECT);
      return new AttributeReader(parser, encoders.get()).map();
    }
    if (shape instanceof Shape.Truth) {
      return Scalars.truth(parser, token);
    }
    if (shape instanceof Shape.Whole) {
      return Scalars.whole(parser, token);
    }
    if (shape instanceof Shape.Structure structure) {
      requireStart(token, JsonToken.START_OBJECT);
      return structure(parser, structure);
    }
    if (shape instanceof Shape.MapOf map) {
      requireStart(token, JsonToken.START_OBJECT);
      return map(parser, map);
    }
    if (shape instanceof Shape.ListOf list) {
      requireStart(token, JsonToken.START_ARRAY);
      return list(parser, list);
    }
    if (shape instanceof Shape.Attribute) {
      requireStart(token, JsonToken.START_OBJECT);
      return new AttributeReader(parser, encoders.get()).single();
    }
    parser.skipChildren();
    return true;
  }

  private static boolean isText(Shape shape) {
    return shape instanceof Shape.Text
        || shape instanceof Shape.Choice
        || shape instanceof Shape.Name
        || shape instanceof Shape.Table;
  }

  private Map<String, Object> map(JsonParser parser, Shape.MapOf shape) throws IOException {
    Map<String, Object> map = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      if (token != JsonToken.VALUE_NULL) {
        map.put(name, value(parser, token, shape.value()));
      } else if (shape.value() instanceof Shape.Structure) {
        map.put(name, new Fields()); // a condition that is left out would not be checked
      }
    }
    return map;
  }

  private List<Object> list(JsonParser parser, Shape.ListOf shape) throws IOException {
    List<Object> list = new ArrayList<>();
    while (true) {
      JsonToken token = parser.nextToken();
      if (token == JsonToken.END_ARRAY) {
        return list;
      }
      if (token != JsonToken.VALUE_NULL) {
        list.add(value(parser, token, shape.element()));
      }
    }
  }

  private static void requireStart(JsonToken token, JsonToken wanted) {
    if (token != wanted) {
      throw Scalars.unexpected(token, wanted == JsonToken.START_ARRAY ? "List" : "Map");
    }
  }
}
