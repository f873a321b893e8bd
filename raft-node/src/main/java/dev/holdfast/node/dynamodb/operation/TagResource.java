package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.command.MetaCommand;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;

/** Adds or replaces tags of a table. */
final class TagResource implements Operation {
  private static final Shape.Structure SHAPE =
      Shape.structure(Tags.RESOURCE, Shape.required("Tags", Tags.SHAPE));

  private final TableChanges changes;

  TagResource(TableChanges changes) {
    this.changes = changes;
  }

  @Override
  public String name() {
    return "TagResource";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    Fields fields = request.fields();
    String name = TableNames.ofResource(fields);
    SortedMap<String, String> tags = Tags.someOf(fields.list("Tags"));
    WarmThroughputs.refuseLater(tags);
    return TableNames.byArn(fields, changes.change(request, new MetaCommand.TagTable(name, tags)))
        .thenApply(table -> new JsonOutput()); // the service answers no body at all (dynalite)
  }
}
