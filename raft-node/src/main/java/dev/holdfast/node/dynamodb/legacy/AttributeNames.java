package dev.holdfast.node.dynamodb.legacy;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.protocol.expression.Path;

/** Names of attributes as legacy parameters give them: whole, dots and brackets included. */
final class AttributeNames {
  private static final int LENGTH_MAX = 65535;

  private AttributeNames() {}

  static Path path(String name) {
    if (name.isEmpty()) {
      throw ApiException.validation("Empty attribute name");
    }
    if (name.length() > LENGTH_MAX) {
      throw ApiException.validation("Attribute name is too large, must be less than 65536 bytes");
    }
    return Path.of(name);
  }
}
