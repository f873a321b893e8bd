package dev.holdfast.node.dynamodb.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.ErrorType;
import dev.holdfast.protocol.model.AttributeType;
import dev.holdfast.protocol.model.ItemEncoder;
import java.io.IOException;

/**
 * Streams attribute values from JSON into an encoder.
 *
 * <p>A value of a wrong JSON type fails at once. A value that breaks DynamoDB's rules is noted and
 * the rest of its map skipped, because the request may have worse problems.
 */
final class AttributeReader {
  private static final int NAME_LENGTH_MAX = 65535;
  private static final String EMPTY =
      "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
  private static final String SEVERAL =
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
          + "supported datatypes";

  /** Source: {@code dynamodb-conformance}, {@code putItem.test.ts}; so in every region. */
  private static final String NOT_NULL =
      "One or more parameter values were invalid: Null attribute value types must have the value of"
          + " true";

  private final JsonParser parser;
  private final ItemEncoder encoder;
  private String key = "";

  AttributeReader(JsonParser parser, ItemEncoder encoder) {
    this.parser = parser;
    this.encoder = encoder;
  }

  /** Reads a map whose opening bracket is the current token, to its closing one. */
  AttributeMap map() throws IOException {
    return guarded(
        () -> {
          while (parser.nextToken() == JsonToken.FIELD_NAME) {
            key = parser.currentName();
            encoder.name(checkedName(key));
            value(parser.nextToken());
          }
        });
  }

  /** Reads one value whose opening bracket is the current token, to its closing one. */
  AttributeMap single() throws IOException {
    return guarded(
        () -> {
          encoder.name(AttributeMap.SINGLE);
          value(JsonToken.START_OBJECT);
        });
  }

  /** Something that reads; declared because it throws. */
  private interface Reading {
    void run() throws IOException;
  }

  private AttributeMap guarded(Reading reading) throws IOException {
    int depth = parser.getParsingContext().getNestingDepth();
    encoder.beginItem();
    try {
      reading.run();
      return AttributeMap.of(encoder.finish());
    } catch (ApiException e) {
      if (e.type() != ErrorType.VALIDATION) {
        throw e;
      }
      skipTo(depth);
      return AttributeMap.invalid(e, key);
    } catch (IllegalArgumentException e) {
      skipTo(depth);
      return AttributeMap.invalid(ApiException.validation(String.valueOf(e.getMessage())), key);
    }
  }

  /** Goes to the end of the object that is open at this depth, unless it is there already. */
  private void skipTo(int depth) throws IOException {
    while (parser.getParsingContext().getNestingDepth() >= depth) {
      if (parser.nextToken() == null) {
        return;
      }
    }
  }

  private void value(JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_NULL) {
      throw ApiException.validation(EMPTY);
    }
    if (token != JsonToken.START_OBJECT) {
      throw Scalars.unexpected(token, "AttributeValue");
    }
    boolean written = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String type = parser.currentName();
      JsonToken first = parser.nextToken();
      if (first == JsonToken.VALUE_NULL) {
        continue;
      }
      if (written && isType(type)) {
        throw ApiException.validation(SEVERAL);
      }
      written |= typed(type, first);
    }
    if (!written) {
      throw ApiException.validation(EMPTY);
    }
  }

  private static boolean isType(String name) {
    for (AttributeType type : AttributeType.values()) {
      if (type.name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  /** Writes the value of a type; false, and nothing written, when there is no such type. */
  private boolean typed(String type, JsonToken token) throws IOException {
    switch (type) {
      case "S" -> encoder.string(Scalars.text(parser, token));
      case "N" -> encoder.number(Scalars.text(parser, token));
      case "B" -> binary(token);
      case "BOOL" -> encoder.bool(Scalars.truth(parser, token));
      case "NULL" -> {
        if (!Scalars.truth(parser, token)) {
          throw ApiException.validation(NOT_NULL);
        }
        encoder.nul();
      }
      case "M" -> members(token);
      case "L" -> elements(token);
      case "SS" -> set(AttributeType.SS, token);
      case "NS" -> set(AttributeType.NS, token);
      case "BS" -> set(AttributeType.BS, token);
      default -> {
        parser.skipChildren();
        return false;
      }
    }
    return true;
  }

  private void binary(JsonToken token) throws IOException {
    byte[] value = Scalars.binary(parser, token);
    encoder.binary(value, 0, value.length);
  }

  private void members(JsonToken token) throws IOException {
    if (token != JsonToken.START_OBJECT) {
      throw Scalars.unexpected(token, "Map");
    }
    encoder.beginMap();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      encoder.name(checkedName(parser.currentName()));
      value(parser.nextToken());
    }
    encoder.endMap();
  }

  private void elements(JsonToken token) throws IOException {
    if (token != JsonToken.START_ARRAY) {
      throw Scalars.unexpected(token, "List");
    }
    encoder.beginList();
    for (JsonToken next = parser.nextToken();
        next != JsonToken.END_ARRAY;
        next = parser.nextToken()) {
      value(next);
    }
    encoder.endList();
  }

  private void set(AttributeType type, JsonToken token) throws IOException {
    if (token != JsonToken.START_ARRAY) {
      throw Scalars.unexpected(token, "List");
    }
    encoder.beginSet(type);
    for (JsonToken next = parser.nextToken();
        next != JsonToken.END_ARRAY;
        next = parser.nextToken()) {
      switch (type.elementType()) {
        case N -> encoder.number(Scalars.text(parser, next));
        case B -> binary(next);
        default -> encoder.string(Scalars.text(parser, next));
      }
    }
    encoder.endSet();
  }

  private static String checkedName(String name) {
    if (name.isEmpty()) {
      throw ApiException.validation("Empty attribute name");
    }
    if (name.length() > NAME_LENGTH_MAX) {
      throw ApiException.validation("Attribute name is too large, must be less than 65536 bytes");
    }
    return name;
  }
}
