package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.model.ResourcePolicy;
import java.util.concurrent.CompletableFuture;

/** Answers the policy of a table, in its canonical form. */
final class GetResourcePolicy implements Operation {
  private static final Shape.Structure SHAPE = Shape.structure(Tags.RESOURCE);

  private final TableChanges changes;

  GetResourcePolicy(TableChanges changes) {
    this.changes = changes;
  }

  @Override
  public String name() {
    return "GetResourcePolicy";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    Fields fields = request.fields();
    return changes
        .describe(request, TableNames.ofResource(fields))
        .thenApply(
            table ->
                answer(
                    ResourcePolicies.attached(table)
                        .orElseThrow(() -> ResourcePolicies.notFound(fields))));
  }

  private static JsonOutput answer(ResourcePolicy policy) {
    return new JsonOutput()
        .beginObject()
        .name("Policy")
        .string(policy.document())
        .name("RevisionId")
        .string(Long.toString(policy.revision()))
        .endObject();
  }
}
