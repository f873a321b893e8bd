package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.stream.StreamArn;
import dev.holdfast.protocol.model.ChangeTimes;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.OnDemandLimits;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.TableClass;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableOptions;
import dev.holdfast.protocol.model.TableStatus;
import java.time.Clock;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/** Tables as DynamoDB describes them. */
final class TableDescriptions {
  private final Clock clock;

  TableDescriptions(Clock clock) {
    this.clock = clock;
  }

  /** The answer of DescribeTable. */
  JsonOutput of(TableDescriptor table, TableSizes sizes, String region) {
    return answer("Table", table, sizes, Moment.LATER, region);
  }

  /** The answer to a change, for which nobody asks how large the table is. */
  JsonOutput ofChanged(TableDescriptor table, String region) {
    return answer("TableDescription", table, TableSizes.NONE, Moment.LATER, region);
  }

  /** The answer to a change that takes the service a moment, which it says; here it is done. */
  JsonOutput ofUpdating(TableDescriptor table, String region) {
    return answer("TableDescription", table, TableSizes.NONE, Moment.UPDATE, region);
  }

  /**
   * The answer to a creation, which says less than those that follow.
   *
   * @param isWarmed whether the request says how warm the table is to be
   */
  JsonOutput ofNew(TableDescriptor table, boolean isWarmed, String region) {
    Moment moment = isWarmed ? Moment.CREATION_WARMED : Moment.CREATION;
    return answer("TableDescription", table, TableSizes.NONE, moment, region);
  }

  /** When a table is described. */
  private enum Moment {
    CREATION,
    CREATION_WARMED,
    UPDATE,
    LATER
  }

  /** The answer {@code {member: description}}. */
  private JsonOutput answer(
      String member, TableDescriptor table, TableSizes sizes, Moment moment, String region) {
    JsonOutput output = new JsonOutput().beginObject().name(member);
    write(output, table, sizes, moment, region);
    return output.endObject();
  }

  private void write(
      JsonOutput output, TableDescriptor table, TableSizes sizes, Moment moment, String region) {
    String arn = TableNames.arn(region, table.name());
    output.beginObject();
    attributes(output, table);
    output.name("TableName").string(table.name());
    keySchema(output, table.keySchema());
    TableStatus status = moment == Moment.UPDATE ? TableStatus.UPDATING : table.status();
    output.name("TableStatus").string(status.name());
    output.name("CreationDateTime").seconds(table.createdAtMillis());
    provisionedThroughput(output, table);
    output.name("TableSizeBytes").number(sizes.ofTable().bytes());
    output.name("ItemCount").number(sizes.ofTable().itemCount());
    output.name("TableArn").string(arn);
    long id = table.id().value();
    output.name("TableId").string(new UUID(id, Long.reverse(id)).toString());
    billing(output, table, moment);
    if (!table.localIndexes().isEmpty()) {
      output.name("LocalSecondaryIndexes").beginArray();
      for (LocalIndex index : table.localIndexes()) {
        index(output, table, index, sizes.ofIndex(index.name()), arn);
      }
      output.endArray();
    }
    GlobalIndexDescriptions.write(output, table, sizes, arn, moment != Moment.CREATION);
    if (moment != Moment.CREATION) {
      warmThroughput(output, table);
    }
    onDemandThroughput(output, table.options().limits());
    stream(output, table, arn);
    tableClass(output, table.options());
    output.name("DeletionProtectionEnabled").bool(table.deletionProtection());
    output.endObject();
  }

  private void provisionedThroughput(JsonOutput output, TableDescriptor table) {
    ChangeTimes times = table.options().times();
    output.name("ProvisionedThroughput").beginObject();
    time(output, "LastIncreaseDateTime", times.increaseMillis());
    time(output, "LastDecreaseDateTime", times.decreaseMillis());
    output
        .name("NumberOfDecreasesToday")
        .number(times.decreasesOnDayOf(clock.millis()))
        .name("ReadCapacityUnits")
        .number(table.throughput().readUnits())
        .name("WriteCapacityUnits")
        .number(table.throughput().writeUnits())
        .endObject();
  }

  /** Shown of tables that are or were on demand. */
  private static void billing(JsonOutput output, TableDescriptor table, Moment moment) {
    long sinceMillis = table.onDemandSinceMillis();
    if (table.billingMode() == BillingMode.PAY_PER_REQUEST || sinceMillis != 0) {
      output
          .name("BillingModeSummary")
          .beginObject()
          .name("BillingMode")
          .string(table.billingMode().name());
      if (moment == Moment.UPDATE || moment == Moment.LATER) {
        time(output, "LastUpdateToPayPerRequestDateTime", sinceMillis);
      }
      output.endObject();
    }
  }

  /** Only what is limited is shown. */
  static void onDemandThroughput(JsonOutput output, OnDemandLimits limits) {
    if (limits.equals(OnDemandLimits.NONE)) {
      return;
    }
    output.name("OnDemandThroughput").beginObject();
    if (limits.readUnits() != OnDemandLimits.UNLIMITED) {
      output.name("MaxReadRequestUnits").number(limits.readUnits());
    }
    if (limits.writeUnits() != OnDemandLimits.UNLIMITED) {
      output.name("MaxWriteRequestUnits").number(limits.writeUnits());
    }
    output.endObject();
  }

  /** A stream that has ended is named until there is a next one, but not said to be specified. */
  private static void stream(JsonOutput output, TableDescriptor table, String arn) {
    table.followers().stream()
        .ifPresent(
            stream ->
                output
                    .name(TableSettings.STREAM_MEMBER)
                    .beginObject()
                    .name("StreamEnabled")
                    .bool(true)
                    .name("StreamViewType")
                    .string(stream.view().name())
                    .endObject());
    table
        .followers()
        .latestStream()
        .ifPresent(
            stream ->
                output
                    .name("LatestStreamLabel")
                    .string(StreamArn.label(stream.labelMillis()))
                    .name("LatestStreamArn")
                    .string(new StreamArn(table.name(), stream.labelMillis()).of(arn)));
  }

  /** Shown of tables that are or were of another class than the standard one. */
  private static void tableClass(JsonOutput output, TableOptions options) {
    long changedMillis = options.times().tableClassMillis();
    if (options.tableClass() != TableClass.STANDARD || changedMillis != 0) {
      output
          .name("TableClassSummary")
          .beginObject()
          .name("TableClass")
          .string(options.tableClass().name());
      time(output, "LastUpdateDateTime", changedMillis);
      output.endObject();
    }
  }

  /**
   * @param millis 0 when it never happened
   */
  private static void time(JsonOutput output, String member, long millis) {
    if (millis != 0) {
      output.name(member).seconds(millis);
    }
  }

  /** Always there: Terraform's provider waits until its status is ACTIVE. */
  private static void warmThroughput(JsonOutput output, TableDescriptor table) {
    output
        .name(WarmThroughputs.MEMBER)
        .beginObject()
        .name(WarmThroughputs.READ)
        .number(table.warmThroughput().readUnits())
        .name(WarmThroughputs.WRITE)
        .number(table.warmThroughput().writeUnits())
        .name("Status")
        .string(table.status().name())
        .endObject();
  }

  private static void attributes(JsonOutput output, TableDescriptor table) {
    SortedMap<String, ScalarType> types = new TreeMap<>();
    table.keySchema().attributes().forEach(each -> types.put(each.name(), each.type()));
    table
        .localIndexes()
        .forEach(index -> types.put(index.sortKey().name(), index.sortKey().type()));
    table.followers().globalIndexes().stream()
        .flatMap(index -> index.keyAttributes().stream())
        .forEach(each -> types.put(each.name(), each.type()));
    output.name("AttributeDefinitions").beginArray();
    types.forEach(
        (name, type) ->
            output
                .beginObject()
                .name("AttributeName")
                .string(name)
                .name("AttributeType")
                .string(type.name())
                .endObject());
    output.endArray();
  }

  static void keySchema(JsonOutput output, KeySchema schema) {
    output.name("KeySchema").beginArray();
    keyElement(output, schema.partitionKey(), "HASH");
    if (schema.sortKey() != null) {
      keyElement(output, schema.sortKey(), "RANGE");
    }
    output.endArray();
  }

  static void keyElement(JsonOutput output, KeyAttribute attribute, String type) {
    output
        .beginObject()
        .name("AttributeName")
        .string(attribute.name())
        .name("KeyType")
        .string(type)
        .endObject();
  }

  private static void index(
      JsonOutput output,
      TableDescriptor table,
      LocalIndex index,
      TableSizes.Size size,
      String tableArn) {
    output.beginObject().name("IndexName").string(index.name());
    keySchema(output, new KeySchema(table.keySchema().partitionKey(), index.sortKey()));
    projection(output, index.projection());
    output.name("IndexSizeBytes").number(size.bytes()).name("ItemCount").number(size.itemCount());
    output.name("IndexArn").string(tableArn + "/index/" + index.name()).endObject();
  }

  static void projection(JsonOutput output, IndexProjection projection) {
    output.name("Projection").beginObject();
    output.name("ProjectionType").string(projection.kind().name());
    if (projection.kind() == IndexProjection.Kind.INCLUDE) {
      output.name("NonKeyAttributes").beginArray();
      projection.include().forEach(output::string);
      output.endArray();
    }
    output.endObject();
  }
}
