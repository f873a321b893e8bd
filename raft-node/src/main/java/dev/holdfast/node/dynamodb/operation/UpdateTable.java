package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.Warmth;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Changes billing mode, throughput, warm throughput or deletion protection of a table. */
final class UpdateTable implements Operation {
  private static final Shape.Structure SHAPE =
      Shape.structure(
          Shapes.TABLE_NAME,
          Throughputs.BILLING_MODE,
          Throughputs.PROVISIONED,
          Shape.optional("AttributeDefinitions", Shape.ANYTHING),
          Shape.optional("GlobalSecondaryIndexUpdates", Shape.ANYTHING),
          Shape.optional("VectorIndexUpdates", Shape.ANYTHING),
          Shape.optional("ReplicaUpdates", Shape.ANYTHING),
          Shape.optional("DisassociationProtectionEnabled", Shape.ANYTHING),
          Shape.optional("MultiRegionConsistency", Shape.ANYTHING),
          Shape.optional("GlobalTableWitnessUpdates", Shape.ANYTHING),
          Shape.optional("GlobalTableSettingsReplicationMode", Shape.ANYTHING),
          TableSettings.STREAM,
          TableSettings.ENCRYPTION,
          TableSettings.ON_DEMAND,
          TableSettings.TABLE_CLASS,
          Shape.optional("DeletionProtectionEnabled", Shape.TRUTH),
          WarmThroughputs.DECLARED);

  private final TableChanges changes;
  private final WarmThroughputs warmth;

  UpdateTable(TableChanges changes, WarmThroughputs warmth) {
    this.changes = changes;
    this.warmth = warmth;
  }

  @Override
  public String name() {
    return "UpdateTable";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    Fields fields = request.fields();
    String name = TableNames.of(fields);
    UnbuiltParameters.refuseInUpdate(fields);
    @Nullable BillingMode mode = Throughputs.billingMode(fields);
    @Nullable Throughput throughput = Throughputs.throughput(fields);
    @Nullable Boolean protection = fields.truth("DeletionProtectionEnabled");
    boolean isWarmed = WarmThroughputs.isAsked(fields);
    if (mode == null && throughput == null && protection == null && !isWarmed) {
      throw ApiException.validation(
          "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
              + "GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, "
              + "MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, "
              + "DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass "
              + "is required");
    }
    if (isWarmed && (mode != null || throughput != null || protection != null)) {
      throw ApiException.invalidParameter(
          "WarmThroughput must be the only operation in the request");
    }
    Throughputs.requireFit(mode, throughput);
    return warmth(request, name, isWarmed)
        .thenCompose(
            warm ->
                changes.change(
                    request,
                    new MetaCommand.UpdateTable(
                        name, mode, throughput, protection, warm.orElse(null))))
        .thenApply(table -> TableDescriptions.answer("TableDescription", table, request.region()));
  }

  /** What is not given stays as it is, so that the table is looked at first. */
  private CompletableFuture<Optional<Warmth>> warmth(
      Request request, String name, boolean isWarmed) {
    return isWarmed
        ? changes
            .describe(request, name)
            .thenApply(table -> Optional.of(warmth.ofUpdate(request.fields(), table)))
        : CompletableFuture.completedFuture(Optional.empty());
  }
}
