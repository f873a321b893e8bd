package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import java.util.concurrent.CompletableFuture;

/** DynamoDB's default quotas; nothing is enforced. */
final class DescribeLimits implements Operation {
  @Override
  public String name() {
    return "DescribeLimits";
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
            .name("AccountMaxReadCapacityUnits")
            .number(80_000)
            .name("AccountMaxWriteCapacityUnits")
            .number(80_000)
            .name("TableMaxReadCapacityUnits")
            .number(40_000)
            .name("TableMaxWriteCapacityUnits")
            .number(40_000)
            .endObject());
  }
}
