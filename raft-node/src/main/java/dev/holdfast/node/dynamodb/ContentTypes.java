package dev.holdfast.node.dynamodb;

import org.jspecify.annotations.Nullable;

/**
 * The content types the API speaks. An answer has that of its request; what says neither is
 * answered as plain JSON, and only if it has no body. Source: architect/dynalite, connection.js.
 */
final class ContentTypes {
  static final String AMAZON_JSON = "application/x-amz-json-1.0";
  static final String JSON = "application/json";

  private ContentTypes() {}

  /** The one of the two that a request names; null when it names none of them. */
  static @Nullable String named(@Nullable String header) {
    if (header == null) {
      return null;
    }
    if (header.equals(AMAZON_JSON)) {
      return AMAZON_JSON; // what SDKs send
    }
    int parameters = header.indexOf(';');
    String type = (parameters < 0 ? header : header.substring(0, parameters)).trim();
    if (type.equals(AMAZON_JSON)) {
      return AMAZON_JSON;
    }
    return type.equals(JSON) ? JSON : null;
  }
}
