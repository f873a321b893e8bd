package dev.holdfast.node.dynamodb.error;

/** DynamoDB's errors: their {@code __type} and HTTP status. Source: AWS API reference. */
public enum ErrorType {
  VALIDATION("com.amazon.coral.validate#ValidationException", 400),
  /** What does not fit its table; within a transaction it is a reason to cancel the whole. */
  MISFIT("com.amazon.coral.validate#ValidationException", 400),
  SERIALIZATION("com.amazon.coral.service#SerializationException", 400),
  UNKNOWN_OPERATION("com.amazon.coral.service#UnknownOperationException", 400),
  REQUEST_TOO_LARGE("com.amazon.coral.service#RequestEntityTooLargeException", 413),
  HEADERS_TOO_LARGE("com.amazon.coral.service#RequestEntityTooLargeException", 431),
  REQUEST_TIMEOUT("com.amazon.coral.service#RequestTimeoutException", 408),
  MISSING_AUTHENTICATION("com.amazon.coral.service#MissingAuthenticationTokenException", 400),
  INCOMPLETE_SIGNATURE("com.amazon.coral.service#IncompleteSignatureException", 400),
  INVALID_SIGNATURE("com.amazon.coral.service#InvalidSignatureException", 400),
  RESOURCE_NOT_FOUND("com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", 400),
  TABLE_NOT_FOUND("com.amazonaws.dynamodb.v20120810#TableNotFoundException", 400),
  POLICY_NOT_FOUND("com.amazonaws.dynamodb.v20120810#PolicyNotFoundException", 400),
  RESOURCE_IN_USE("com.amazonaws.dynamodb.v20120810#ResourceInUseException", 400),
  LIMIT_EXCEEDED("com.amazonaws.dynamodb.v20120810#LimitExceededException", 400),
  EXPIRED_ITERATOR("com.amazonaws.dynamodb.v20120810#ExpiredIteratorException", 400),
  TRIMMED_DATA("com.amazonaws.dynamodb.v20120810#TrimmedDataAccessException", 400),
  TRANSACTION_CANCELLED("com.amazonaws.dynamodb.v20120810#TransactionCanceledException", 400),
  TRANSACTION_CONFLICT("com.amazonaws.dynamodb.v20120810#TransactionConflictException", 400),
  TRANSACTION_IN_PROGRESS("com.amazonaws.dynamodb.v20120810#TransactionInProgressException", 400),
  TOKEN_MISMATCH("com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException", 400),
  CONDITION_FAILED("com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", 400),
  /** Of an INSERT. */
  DUPLICATE_ITEM("com.amazonaws.dynamodb.v20120810#DuplicateItemException", 400),
  COLLECTION_TOO_LARGE(
      "com.amazonaws.dynamodb.v20120810#ItemCollectionSizeLimitExceededException", 400),
  THROUGHPUT_EXCEEDED(
      "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException", 400),
  THROTTLING("com.amazon.coral.availability#ThrottlingException", 400),
  UNAVAILABLE("com.amazon.coral.availability#ServiceUnavailableException", 503),
  INTERNAL("com.amazonaws.dynamodb.v20120810#InternalServerError", 500);

  private final String wireName;
  private final int status;

  ErrorType(String wireName, int status) {
    this.wireName = wireName;
    this.status = status;
  }

  /** What {@code __type} says. */
  public String wireName() {
    return wireName;
  }

  public int status() {
    return status;
  }

  /** How the member with the text is spelt. Source: the service's API model. */
  public String messageMember() {
    return switch (this) {
      case SERIALIZATION, TRANSACTION_CANCELLED, TRANSACTION_IN_PROGRESS, TOKEN_MISMATCH ->
          "Message";
      default -> "message";
    };
  }
}
