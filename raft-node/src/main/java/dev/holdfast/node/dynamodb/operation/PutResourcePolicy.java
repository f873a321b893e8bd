package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.model.ResourcePolicy;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** Attaches a policy to a table, in place of the one that is there. */
final class PutResourcePolicy implements Operation {
  private static final Shape.Structure SHAPE =
      Shape.structure(
          Tags.RESOURCE,
          Shape.required("Policy", Shape.TEXT),
          ResourcePolicies.EXPECTED,
          // Nobody loses access by a policy that is not enforced.
          Shape.optional("ConfirmRemoveSelfResourceAccess", Shape.TRUTH));

  private final TableChanges changes;

  PutResourcePolicy(TableChanges changes) {
    this.changes = changes;
  }

  @Override
  public String name() {
    return "PutResourcePolicy";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    Fields fields = request.fields();
    String table = TableNames.ofResource(fields);
    String document = PolicyDocument.canonical(Objects.requireNonNull(fields.text("Policy")));
    return changes
        .change(
            request,
            new MetaCommand.ChangePolicy(table, document, fields.text("ExpectedRevisionId")))
        .thenApply(
            changed -> {
              ResourcePolicy policy = Objects.requireNonNull(changed.options().policy());
              return new JsonOutput()
                  .beginObject()
                  .name("RevisionId")
                  .string(Long.toString(policy.revision()))
                  .endObject();
            });
  }
}
