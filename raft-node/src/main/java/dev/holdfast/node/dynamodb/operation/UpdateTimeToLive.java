package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.model.TimeToLive;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** Has the items of a table expire by an attribute, or not any more. */
final class UpdateTimeToLive implements Operation {
  private static final String SPECIFICATION = "TimeToLiveSpecification";
  private static final String ENABLED = "Enabled";
  private static final String ATTRIBUTE = "AttributeName";
  private static final Shape.Structure SHAPE =
      Shape.structure(
          Shapes.TABLE_NAME,
          Shape.required(
              SPECIFICATION,
              Shape.structure(
                  Shape.required(ENABLED, Shape.TRUTH),
                  Shape.required(ATTRIBUTE, Shape.text(1, TimeToLive.ATTRIBUTE_NAME_MAX)))));

  private final TableChanges changes;

  UpdateTimeToLive(TableChanges changes) {
    this.changes = changes;
  }

  @Override
  public String name() {
    return "UpdateTimeToLive";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    Fields asked = Objects.requireNonNull(request.fields().fields(SPECIFICATION));
    String attribute = Objects.requireNonNull(asked.text(ATTRIBUTE));
    boolean isEnabled = asked.isTrue(ENABLED);
    return changes
        .change(
            request,
            new MetaCommand.ChangeTimeToLive(TableNames.of(request.fields()), attribute, isEnabled))
        .thenApply(
            table ->
                new JsonOutput()
                    .beginObject()
                    .name(SPECIFICATION)
                    .beginObject()
                    .name(ENABLED)
                    .bool(isEnabled)
                    .name(ATTRIBUTE)
                    .string(attribute)
                    .endObject()
                    .endObject());
  }
}
