package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.model.OnDemandLimits;
import dev.holdfast.protocol.model.TableClass;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.Warmth;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Changes how a table is billed, protected, warmed, classed or streamed: one of these at a time.
 */
final class UpdateTable implements Operation {
  private static final Shape.Structure SHAPE =
      Shape.structure(
          Shapes.TABLE_NAME,
          Throughputs.BILLING_MODE,
          Throughputs.PROVISIONED,
          Shape.optional("AttributeDefinitions", TableDefinitions.ATTRIBUTES.shape()),
          Shape.optional("GlobalSecondaryIndexUpdates", Shape.ANYTHING),
          Shape.optional("VectorIndexUpdates", Shape.ANYTHING),
          Shape.optional("ReplicaUpdates", Shape.ANYTHING),
          Shape.optional(UnbuiltParameters.DISASSOCIATION, Shape.TRUTH),
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
  private final TableDescriptions descriptions;

  UpdateTable(TableChanges changes, WarmThroughputs warmth, TableDescriptions descriptions) {
    this.changes = changes;
    this.warmth = warmth;
    this.descriptions = descriptions;
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
    TableUpdateRules.requireOneChange(fields);
    if (fields.has(TableSettings.ENCRYPTION_MEMBER)) {
      return changes
          .describe(request, name)
          .thenApply(
              table -> {
                throw ApiException.invalidParameter("Table is already encrypted by default");
              });
    }
    if (fields.has(TableSettings.STREAM_MEMBER)) {
      return changes
          .change(
              request,
              new MetaCommand.ChangeStream(name, TableSettings.stream(fields).orElse(null)))
          .thenApply(table -> descriptions.ofUpdating(table, request.region()));
    }
    @Nullable BillingMode mode = Throughputs.billingMode(fields);
    @Nullable Throughput throughput = Throughputs.throughput(fields);
    Throughputs.requireFitToUpdate(mode, throughput);
    @Nullable TableClass tableClass = TableSettings.tableClass(fields);
    @Nullable OnDemandLimits limits = TableSettings.limitsOfUpdate(fields);
    // The service needs a moment for these, and says so even when there is nothing to do.
    boolean isSlow = mode != null || throughput != null || tableClass != null;
    return warmth(request, name, WarmThroughputs.isAsked(fields))
        .thenCompose(
            warm ->
                changes.change(
                    request,
                    new MetaCommand.UpdateTable(
                        name,
                        mode,
                        throughput,
                        fields.truth("DeletionProtectionEnabled"),
                        warm.orElse(null),
                        limits,
                        tableClass)))
        .thenApply(
            table ->
                isSlow
                    ? descriptions.ofUpdating(table, request.region())
                    : descriptions.ofChanged(table, request.region()));
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
