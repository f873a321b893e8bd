package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Changes billing mode, throughput or deletion protection of a table. */
final class UpdateTable implements Operation {
  private final TableChanges changes;
  private final Shape.Structure shape;

  UpdateTable(TableChanges changes) {
    this.changes = changes;
    Map<String, Shape> members = new HashMap<>(UnbuiltParameters.shapesOfUpdates());
    members.put("TableName", Shape.TEXT);
    members.put("BillingMode", Shape.TEXT);
    members.put("ProvisionedThroughput", Throughputs.SHAPE);
    members.put("DeletionProtectionEnabled", Shape.TRUTH);
    this.shape = new Shape.Structure(Map.copyOf(members));
  }

  @Override
  public String name() {
    return "UpdateTable";
  }

  @Override
  public Shape.Structure shape() {
    return shape;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    Fields fields = request.fields();
    String name = TableNames.requiredOfTable(fields);
    UnbuiltParameters.refuseInUpdate(fields);
    @Nullable BillingMode mode = Throughputs.billingMode(fields);
    @Nullable Throughput throughput = Throughputs.throughput(fields);
    @Nullable Boolean protection = fields.truth("DeletionProtectionEnabled");
    if (mode == null && throughput == null && protection == null) {
      throw ApiException.validation(
          "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
              + "GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates or "
              + "DeletionProtectionEnabled is required");
    }
    Throughputs.requireFit(mode, throughput);
    return changes
        .change(request, new MetaCommand.UpdateTable(name, mode, throughput, protection))
        .thenApply(table -> TableDescriptions.answer("TableDescription", table, request.region()));
  }
}
