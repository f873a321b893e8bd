package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.model.IndexChange;
import dev.holdfast.protocol.model.OnDemandLimits;
import dev.holdfast.protocol.model.TableClass;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.Warmth;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Changes how a table is billed, protected, warmed, classed, streamed or indexed: one of these at a
 * time.
 */
final class UpdateTable implements Operation {
  private static final Shape.Structure SHAPE =
      Shape.structure(
          Shapes.TABLE_NAME,
          Throughputs.BILLING_MODE,
          Throughputs.PROVISIONED,
          Shape.optional("AttributeDefinitions", TableDefinitions.ATTRIBUTES.shape()),
          GlobalIndexUpdates.DECLARED,
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
  private final LongSupplier random;
  private final WarmThroughputs warmth;
  private final TableDescriptions descriptions;

  /**
   * @param random for the ids of new indexes
   */
  UpdateTable(
      TableChanges changes,
      LongSupplier random,
      WarmThroughputs warmth,
      TableDescriptions descriptions) {
    this.changes = changes;
    this.random = random;
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
    return known(request, name)
        .thenCompose(
            table ->
                changes.change(
                    request,
                    new MetaCommand.UpdateTable(
                        name,
                        mode,
                        throughput,
                        fields.truth("DeletionProtectionEnabled"),
                        table.flatMap(known -> warmth(fields, known)).orElse(null),
                        limits,
                        tableClass,
                        table.map(known -> indexes(fields, known, mode)).orElse(List.of()))))
        .thenApply(
            table ->
                isSlow
                    ? descriptions.ofUpdating(table, request.region())
                    : descriptions.ofChanged(table, request.region()));
  }

  /** The table as it is, when what is asked for depends on it. */
  private CompletableFuture<Optional<TableDescriptor>> known(Request request, String name) {
    Fields fields = request.fields();
    return WarmThroughputs.isAsked(fields) || GlobalIndexUpdates.areAsked(fields)
        ? changes.describe(request, name).thenApply(Optional::of)
        : CompletableFuture.completedFuture(Optional.empty());
  }

  private Optional<Warmth> warmth(Fields fields, TableDescriptor table) {
    return WarmThroughputs.isAsked(fields)
        ? Optional.of(warmth.ofUpdate(fields, table))
        : Optional.empty();
  }

  private List<IndexChange> indexes(
      Fields fields, TableDescriptor table, @Nullable BillingMode asked) {
    BillingMode mode = asked == null ? table.billingMode() : asked;
    return GlobalIndexUpdates.of(fields, table, mode, random);
  }
}
