package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/** Tables as DynamoDB describes them. */
final class TableDescriptions {
  private TableDescriptions() {}

  /**
   * The answer {@code {member: description}} to a change, for which nobody asks how large it is.
   */
  static JsonOutput answer(String member, TableDescriptor table, String region) {
    return answer(member, table, TableSizes.NONE, region);
  }

  /** The answer {@code {member: description}}. */
  static JsonOutput answer(String member, TableDescriptor table, TableSizes sizes, String region) {
    JsonOutput output = new JsonOutput().beginObject().name(member);
    write(output, table, sizes, region);
    return output.endObject();
  }

  private static void write(
      JsonOutput output, TableDescriptor table, TableSizes sizes, String region) {
    String arn = TableNames.arn(region, table.name());
    output.beginObject();
    attributes(output, table);
    output.name("TableName").string(table.name());
    keySchema(output, table.keySchema());
    output.name("TableStatus").string(table.status().name());
    output.name("CreationDateTime").seconds(table.createdAtMillis());
    output
        .name("ProvisionedThroughput")
        .beginObject()
        .name("NumberOfDecreasesToday")
        .number(0)
        .name("ReadCapacityUnits")
        .number(table.throughput().readUnits())
        .name("WriteCapacityUnits")
        .number(table.throughput().writeUnits())
        .endObject();
    output.name("TableSizeBytes").number(sizes.ofTable().bytes());
    output.name("ItemCount").number(sizes.ofTable().itemCount());
    output.name("TableArn").string(arn);
    long id = table.id().value();
    output.name("TableId").string(new UUID(id, Long.reverse(id)).toString());
    if (table.billingMode() == BillingMode.PAY_PER_REQUEST) {
      output
          .name("BillingModeSummary")
          .beginObject()
          .name("BillingMode")
          .string(table.billingMode().name())
          .name("LastUpdateToPayPerRequestDateTime")
          .seconds(table.createdAtMillis())
          .endObject();
    }
    if (!table.localIndexes().isEmpty()) {
      output.name("LocalSecondaryIndexes").beginArray();
      for (LocalIndex index : table.localIndexes()) {
        index(output, table, index, sizes.ofIndex(index.name()), arn);
      }
      output.endArray();
    }
    warmThroughput(output, table);
    output.name("DeletionProtectionEnabled").bool(table.deletionProtection());
    output.endObject();
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

  private static void keySchema(JsonOutput output, KeySchema schema) {
    output.name("KeySchema").beginArray();
    keyElement(output, schema.partitionKey(), "HASH");
    if (schema.sortKey() != null) {
      keyElement(output, schema.sortKey(), "RANGE");
    }
    output.endArray();
  }

  private static void keyElement(JsonOutput output, KeyAttribute attribute, String type) {
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
    output.name("Projection").beginObject();
    output.name("ProjectionType").string(index.projection().kind().name());
    if (index.projection().kind() == IndexProjection.Kind.INCLUDE) {
      output.name("NonKeyAttributes").beginArray();
      index.projection().include().forEach(output::string);
      output.endArray();
    }
    output.endObject();
    output.name("IndexSizeBytes").number(size.bytes()).name("ItemCount").number(size.itemCount());
    output.name("IndexArn").string(tableArn + "/index/" + index.name()).endObject();
  }
}
