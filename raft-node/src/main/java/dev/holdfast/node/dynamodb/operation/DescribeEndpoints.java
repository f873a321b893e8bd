package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import java.util.concurrent.CompletableFuture;

/** Names this endpoint, as the client addressed it, so that discovery never leads elsewhere. */
final class DescribeEndpoints implements Operation {
  private static final int CACHE_MINUTES = 1440;

  @Override
  public String name() {
    return "DescribeEndpoints";
  }

  @Override
  public Shape.Structure shape() {
    return Shape.structure();
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    return CompletableFuture.completedFuture(
        new JsonOutput()
            .beginObject()
            .name("Endpoints")
            .beginArray()
            .beginObject()
            .name("Address")
            .string(request.endpoint())
            .name("CachePeriodInMinutes")
            .number(CACHE_MINUTES)
            .endObject()
            .endArray()
            .endObject());
  }
}
