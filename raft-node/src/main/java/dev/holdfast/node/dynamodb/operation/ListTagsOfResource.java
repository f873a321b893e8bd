package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.concurrent.CompletableFuture;

/** Lists the tags of a table; all of them at once, as the service does. */
final class ListTagsOfResource implements Operation {
  private static final Shape.Structure SHAPE =
      Shape.structure(Tags.RESOURCE, Shape.optional("NextToken", Shape.TEXT));

  private final TableChanges changes;

  ListTagsOfResource(TableChanges changes) {
    this.changes = changes;
  }

  @Override
  public String name() {
    return "ListTagsOfResource";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    if (request.fields().has("NextToken")) {
      throw ApiException.validation("Invalid NextToken: all tags are in one answer");
    }
    String name = TableNames.ofResource(request.fields());
    return TableNames.byArn(request.fields(), changes.describe(request, name))
        .thenApply(ListTagsOfResource::answer);
  }

  private static JsonOutput answer(TableDescriptor table) {
    JsonOutput output = new JsonOutput().beginObject().name("Tags").beginArray();
    table
        .tags()
        .forEach(
            (key, value) ->
                output
                    .beginObject()
                    .name("Key")
                    .string(key)
                    .name("Value")
                    .string(value)
                    .endObject());
    return output.endArray().endObject();
  }
}
