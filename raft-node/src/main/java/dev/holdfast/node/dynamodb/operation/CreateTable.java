package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.model.ChangeTimes;
import dev.holdfast.protocol.model.Followers;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.TableClass;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableOptions;
import dev.holdfast.protocol.model.TableStatus;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** Creates a table; it becomes ACTIVE once every partition of its range knows it. */
final class CreateTable implements Operation {
  private static final Shape.Structure SHAPE =
      Shape.structure(
          TableDefinitions.ATTRIBUTES,
          Shapes.TABLE_NAME,
          Throughputs.BILLING_MODE,
          Throughputs.PROVISIONED,
          TableDefinitions.LOCAL_INDEXES,
          GlobalIndexRequests.DECLARED,
          TableDefinitions.KEY_SCHEMA,
          TableSettings.STREAM,
          TableSettings.ENCRYPTION,
          TableSettings.ON_DEMAND,
          TableSettings.TABLE_CLASS,
          TableSettings.POLICY,
          Shape.optional("DeletionProtectionEnabled", Shape.TRUTH),
          Shape.optional("Tags", Tags.SHAPE),
          WarmThroughputs.DECLARED,
          Shape.optional("VectorIndexes", Shape.ANYTHING),
          Shape.optional("GlobalTableSourceArn", Shape.ANYTHING),
          Shape.optional("GlobalTableSettingsReplicationMode", Shape.ANYTHING));

  private final TableChanges changes;
  private final LongSupplier random;
  private final WarmThroughputs warmth;
  private final TableDescriptions descriptions;

  /**
   * @param random thread-safe source of table ids
   */
  CreateTable(
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
    return "CreateTable";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    TableDescriptor table = descriptor(request.fields());
    return changes
        .change(request, new MetaCommand.CreateTable(table))
        .thenApply(
            created ->
                descriptions.ofNew(
                    created, WarmThroughputs.isAsked(request.fields()), request.region()));
  }

  private TableDescriptor descriptor(Fields fields) {
    String name = TableNames.of(fields);
    UnbuiltParameters.refuseInCreation(fields);
    BillingMode given = Throughputs.billingMode(fields);
    BillingMode mode = given == null ? BillingMode.PROVISIONED : given;
    Throughput throughput = Throughputs.throughput(fields);
    Throughputs.requireFit(mode, throughput);
    TableOptions options = options(fields, mode);
    TableDefinitions definitions = new TableDefinitions(fields);
    KeySchema schema = definitions.keySchema(fields);
    List<LocalIndex> indexes =
        definitions.localIndexes(fields.list("LocalSecondaryIndexes"), schema);
    GlobalIndexRequests globals = GlobalIndexRequests.ofCreation(fields, definitions);
    definitions.requireAllUsed(schema, indexes, globals.keyAttributes());
    List<GlobalIndex> globalIndexes = globals.indexes(mode, indexes, random);
    SortedMap<String, String> tags = Tags.of(fields.list("Tags"));
    Throughput units = throughput == null ? Throughput.NONE : throughput;
    return new TableDescriptor(
        new TableId(random.getAsLong()),
        name,
        1,
        TableStatus.CREATING,
        schema,
        indexes,
        mode,
        units,
        fields.isTrue("DeletionProtectionEnabled"),
        tags,
        0,
        warmth.ofCreation(fields, mode, units, tags),
        options,
        followers(fields, globalIndexes));
  }

  /** The meta group says since when. */
  private static Followers followers(Fields fields, List<GlobalIndex> globalIndexes) {
    Followers indexed = Followers.NONE.withGlobalIndexes(globalIndexes);
    return TableSettings.stream(fields).map(view -> indexed.withStream(view, 1)).orElse(indexed);
  }

  private static TableOptions options(Fields fields, BillingMode mode) {
    TableClass tableClass = TableSettings.tableClass(fields);
    return new TableOptions(
        TableSettings.limitsOfCreation(fields, mode),
        tableClass == null ? TableClass.STANDARD : tableClass,
        ResourcePolicies.ofCreation(fields),
        ChangeTimes.NEVER);
  }
}
