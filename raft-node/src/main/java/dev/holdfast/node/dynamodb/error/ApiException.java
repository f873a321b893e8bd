package dev.holdfast.node.dynamodb.error;

import dev.holdfast.protocol.model.Item;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** An answer that is an error of DynamoDB's. Expected on busy paths: it has no stack trace. */
public final class ApiException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final ErrorType type;
  private final String text;
  private final transient @Nullable Item item;

  public ApiException(ErrorType type, String text) {
    this(type, text, null);
  }

  /**
   * @param item the item that failed its condition, when the request asked for it
   */
  public ApiException(ErrorType type, String text, @Nullable Item item) {
    super(text, null, false, false);
    this.type = type;
    this.text = text;
    this.item = item;
  }

  public static ApiException validation(String text) {
    return new ApiException(ErrorType.VALIDATION, text);
  }

  /** A value that breaks the rules, in DynamoDB's most frequent wording. */
  public static ApiException invalidParameter(String text) {
    return validation("One or more parameter values were invalid: " + text);
  }

  public static ApiException serialization(String text) {
    return new ApiException(ErrorType.SERIALIZATION, text);
  }

  public ErrorType type() {
    return type;
  }

  /** What the client reads. */
  public String text() {
    return text;
  }

  public @Nullable Item item() {
    return item;
  }
}
