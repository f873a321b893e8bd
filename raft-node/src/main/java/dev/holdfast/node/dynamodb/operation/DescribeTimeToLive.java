package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import java.util.concurrent.CompletableFuture;

/** Time to live is off for every table, until it is built. */
final class DescribeTimeToLive implements Operation {
  private static final Shape.Structure SHAPE = Shape.structure(Shapes.TABLE_NAME);

  private final TableChanges changes;

  DescribeTimeToLive(TableChanges changes) {
    this.changes = changes;
  }

  @Override
  public String name() {
    return "DescribeTimeToLive";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    return changes
        .describe(request, TableNames.of(request.fields()))
        .thenApply(
            table ->
                new JsonOutput()
                    .beginObject()
                    .name("TimeToLiveDescription")
                    .beginObject()
                    .name("TimeToLiveStatus")
                    .string("DISABLED")
                    .endObject()
                    .endObject());
  }
}
