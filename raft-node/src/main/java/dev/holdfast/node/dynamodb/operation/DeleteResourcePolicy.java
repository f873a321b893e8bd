package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.model.ResourcePolicy;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Removes the policy of a table; to remove none is no error. */
final class DeleteResourcePolicy implements Operation {
  private static final Shape.Structure SHAPE =
      Shape.structure(Tags.RESOURCE, ResourcePolicies.EXPECTED);

  private final TableChanges changes;

  DeleteResourcePolicy(TableChanges changes) {
    this.changes = changes;
  }

  @Override
  public String name() {
    return "DeleteResourcePolicy";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    Fields fields = request.fields();
    String table = TableNames.ofResource(fields);
    return changes
        .change(
            request, new MetaCommand.ChangePolicy(table, null, fields.text("ExpectedRevisionId")))
        .thenApply(changed -> answer(changed.options().policy()));
  }

  /**
   * @param removed what is left of the policy, which is its revision; null: there never was one
   */
  private static JsonOutput answer(@Nullable ResourcePolicy removed) {
    JsonOutput output = new JsonOutput().beginObject();
    if (removed != null) {
      output.name("RevisionId").string(Long.toString(removed.revision()));
    }
    return output.endObject();
  }
}
