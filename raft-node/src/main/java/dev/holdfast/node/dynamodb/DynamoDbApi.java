package dev.holdfast.node.dynamodb;

import dev.holdfast.client.routing.ItemStore;
import dev.holdfast.node.dynamodb.error.ErrorType;
import dev.holdfast.node.http.HttpAnswer;
import dev.holdfast.node.http.HttpCall;
import dev.holdfast.node.http.HttpHandler;
import dev.holdfast.protocol.model.Bytes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/** The DynamoDB endpoint of a node. Thread-safe; keeps nothing between requests. */
@SuppressWarnings("UnusedVariable") // operations arrive next
public final class DynamoDbApi implements HttpHandler {
  private final ItemStore store;
  private final DynamoDbOptions options;
  private final RequestListener listener;
  private final LongSupplier random;
  private final LongSupplier nanoClock;

  /**
   * @param random thread-safe; makes table ids, and request ids for clients that send none
   * @param nanoClock measures latencies
   */
  public DynamoDbApi(
      ItemStore store,
      DynamoDbOptions options,
      RequestListener listener,
      LongSupplier random,
      LongSupplier nanoClock) {
    this.store = store;
    this.options = options;
    this.listener = listener;
    this.random = random;
    this.nanoClock = nanoClock;
  }

  @Override
  public CompletionStage<HttpAnswer> handle(HttpCall call) {
    return CompletableFuture.completedFuture(refuse(Refusal.FAILED));
  }

  @Override
  public HttpAnswer refuse(Refusal refusal) {
    ErrorType type =
        switch (refusal) {
          case MALFORMED -> ErrorType.SERIALIZATION;
          case HEADERS_TOO_LARGE -> ErrorType.HEADERS_TOO_LARGE;
          case BODY_TOO_LARGE -> ErrorType.REQUEST_TOO_LARGE;
          case TOO_SLOW -> ErrorType.REQUEST_TIMEOUT;
          case OVERLOADED -> ErrorType.UNAVAILABLE;
          case FAILED -> ErrorType.INTERNAL;
        };
    return new HttpAnswer(
        type.status(),
        "application/x-amz-json-1.0",
        Bytes.utf8("{\"__type\":\"" + type.wireName() + "\"}"));
  }
}
