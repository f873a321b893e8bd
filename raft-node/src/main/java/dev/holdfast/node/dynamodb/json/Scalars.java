package dev.holdfast.node.dynamodb.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.holdfast.node.dynamodb.error.ApiException;
import java.io.IOException;
import java.util.Base64;

/** Reads scalars of a declared type, or says why not in DynamoDB's words. */
final class Scalars {
  private Scalars() {}

  static String text(JsonParser parser, JsonToken token) throws IOException {
    if (token != JsonToken.VALUE_STRING) {
      throw unexpected(token, "String");
    }
    return parser.getText();
  }

  static Boolean truth(JsonParser parser, JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
      return parser.getBooleanValue();
    }
    throw unexpected(token, "Boolean");
  }

  static Long whole(JsonParser parser, JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_NUMBER_INT) {
      return parser.getLongValue();
    }
    if (token == JsonToken.VALUE_NUMBER_FLOAT) {
      return (long) parser.getDoubleValue(); // as the service does
    }
    throw unexpected(token, "Integer");
  }

  static byte[] binary(JsonParser parser, JsonToken token) throws IOException {
    String text = text(parser, token);
    if (text.length() % 4 != 0) {
      throw ApiException.serialization(
          "Base64 encoded length is expected a multiple of 4 bytes but found: " + text.length());
    }
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw ApiException.serialization("Invalid Base64: " + e.getMessage());
    }
  }

  static ApiException unexpected(JsonToken token, String wanted) {
    return ApiException.serialization(
        switch (token) {
          case START_OBJECT -> "Start of structure or map found where not expected";
          case START_ARRAY -> "Start of list found where not expected";
          case VALUE_STRING -> "STRING_VALUE cannot be converted to " + wanted;
          case VALUE_NUMBER_INT -> "NUMBER_VALUE cannot be converted to " + wanted;
          case VALUE_NUMBER_FLOAT -> "DECIMAL_VALUE cannot be converted to " + wanted;
          case VALUE_TRUE -> "TRUE_VALUE cannot be converted to " + wanted;
          case VALUE_FALSE -> "FALSE_VALUE cannot be converted to " + wanted;
          default -> "Unexpected " + token + " where " + wanted + " was expected";
        });
  }
}
