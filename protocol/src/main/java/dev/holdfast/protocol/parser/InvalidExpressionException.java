package dev.holdfast.protocol.parser;

import java.io.Serial;

/**
 * An expression that breaks the rules, in DynamoDB's words. The caller's mistake, and expected on
 * busy paths: it has no stack trace.
 */
public final class InvalidExpressionException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  InvalidExpressionException(String text) {
    super(text, null, false, false);
  }
}
