package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TimeToLive;
import java.util.concurrent.CompletableFuture;

/** By which attribute the items of a table expire. Of one that did so once nothing is known. */
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
        .describeTimeToLive(request, TableNames.of(request.fields()))
        .thenApply(DescribeTimeToLive::description);
  }

  private static JsonOutput description(TableDescriptor table) {
    TimeToLive timeToLive = table.followers().timeToLive();
    JsonOutput output = new JsonOutput().beginObject().name("TimeToLiveDescription").beginObject();
    if (timeToLive == null) {
      output.name("TimeToLiveStatus").string("DISABLED");
    } else {
      output.name("AttributeName").string(timeToLive.attribute());
      output.name("TimeToLiveStatus").string(timeToLive.state().name());
    }
    return output.endObject().endObject();
  }
}
