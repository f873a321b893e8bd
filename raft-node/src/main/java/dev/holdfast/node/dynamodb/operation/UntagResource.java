package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.command.MetaCommand;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Removes tags of a table. */
final class UntagResource implements Operation {
  private static final Shape.Structure SHAPE =
      Shape.structure(Tags.RESOURCE, Shape.required("TagKeys", Shapes.TEXTS));

  private final TableChanges changes;

  UntagResource(TableChanges changes) {
    this.changes = changes;
  }

  @Override
  public String name() {
    return "UntagResource";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    Fields fields = request.fields();
    String name = TableNames.ofResource(fields);
    List<String> keys = Tags.keys(fields.list("TagKeys"));
    return TableNames.byArn(fields, changes.change(request, new MetaCommand.UntagTable(name, keys)))
        .thenApply(table -> new JsonOutput()); // the service answers no body at all (dynalite)
  }
}
