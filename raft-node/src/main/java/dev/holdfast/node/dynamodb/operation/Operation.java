package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import java.util.concurrent.CompletableFuture;

/** One operation of the API. Stateless; runs on event loops. */
public interface Operation {
  /** As {@code X-Amz-Target} names it. */
  String name();

  Shape.Structure shape();

  /**
   * Answers the request. Fails, by throwing or through the future, with an {@link
   * dev.holdfast.node.dynamodb.error.ApiException} or a {@link
   * dev.holdfast.protocol.rpc.StoreException}.
   */
  CompletableFuture<JsonOutput> run(Request request);
}
