package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.TableStatus;
import java.util.List;

/** Global indexes as DynamoDB describes them, in the order in which they were created. */
final class GlobalIndexDescriptions {
  private GlobalIndexDescriptions() {}

  /**
   * Writes the member GlobalSecondaryIndexes of a table that has some; one that is being deleted is
   * described without, as by the service.
   *
   * @param isWarmthShown whether the description says how warm the table is
   */
  static void write(
      JsonOutput output,
      TableDescriptor table,
      TableSizes sizes,
      String tableArn,
      boolean isWarmthShown) {
    List<GlobalIndex> indexes = table.followers().globalIndexes();
    if (indexes.isEmpty() || table.status() == TableStatus.DELETING) {
      return;
    }
    output.name("GlobalSecondaryIndexes").beginArray();
    for (GlobalIndex index : indexes) {
      output.beginObject().name("IndexName").string(index.name());
      keySchema(output, index);
      TableDescriptions.projection(output, index.projection());
      status(output, table, index);
      throughput(output, isProvisioned(table) ? index.throughput() : Throughput.NONE);
      TableSizes.Size size = sizes.ofIndex(index.name());
      output.name("IndexSizeBytes").number(size.bytes()).name("ItemCount").number(size.itemCount());
      output.name("IndexArn").string(tableArn + "/index/" + index.name());
      TableDescriptions.onDemandThroughput(output, index.limits());
      if (isWarmthShown) {
        warmth(output, table, index);
      }
      output.endObject();
    }
    output.endArray();
  }

  private static void keySchema(JsonOutput output, GlobalIndex index) {
    output.name("KeySchema").beginArray();
    for (KeyAttribute attribute : index.partitionKey()) {
      TableDescriptions.keyElement(output, attribute, "HASH");
    }
    for (KeyAttribute attribute : index.sortKey()) {
      TableDescriptions.keyElement(output, attribute, "RANGE");
    }
    output.endArray();
  }

  /** To the service an index is being created until it has been filled. */
  private static void status(JsonOutput output, TableDescriptor table, GlobalIndex index) {
    boolean isBackfilling = index.status() == GlobalIndex.Status.BACKFILLING;
    output.name("IndexStatus").string(isBackfilling ? "CREATING" : index.status().name());
    boolean isAdded =
        index.status() == GlobalIndex.Status.CREATING && table.status() == TableStatus.UPDATING;
    if (isBackfilling || isAdded) {
      output.name("Backfilling").bool(isBackfilling);
    }
  }

  private static boolean isProvisioned(TableDescriptor table) {
    return table.billingMode() == BillingMode.PROVISIONED;
  }

  private static void throughput(JsonOutput output, Throughput throughput) {
    output
        .name("ProvisionedThroughput")
        .beginObject()
        .name("NumberOfDecreasesToday")
        .number(0)
        .name("ReadCapacityUnits")
        .number(throughput.readUnits())
        .name("WriteCapacityUnits")
        .number(throughput.writeUnits())
        .endObject();
  }

  /** What was asked for, but at least what every index of the billing mode is warm for. */
  private static void warmth(JsonOutput output, TableDescriptor table, GlobalIndex index) {
    Throughput start = isProvisioned(table) ? index.throughput() : TableDescriptor.ON_DEMAND_START;
    output
        .name(WarmThroughputs.MEMBER)
        .beginObject()
        .name(WarmThroughputs.READ)
        .number(Math.max(start.readUnits(), index.warmth().readUnits()))
        .name(WarmThroughputs.WRITE)
        .number(Math.max(start.writeUnits(), index.warmth().writeUnits()))
        .name("Status")
        .string(table.status().name())
        .endObject();
  }
}
