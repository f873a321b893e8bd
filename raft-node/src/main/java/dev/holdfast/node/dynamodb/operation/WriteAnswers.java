package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.WriteCost;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the operations that write one item answer. */
final class WriteAnswers {
  private WriteAnswers() {}

  static JsonOutput answer(
      Fields fields, TableDescriptor table, Item keyOrItem, Result.Written written) {
    JsonOutput output = new JsonOutput().beginObject();
    Item attributes = written.attributes();
    if (attributes != null) {
      output.name("Attributes").item(attributes);
    }
    Capacity capacity = new Capacity(table.name());
    capacity.add(written.cost(), table);
    capacity.writeMember(output, Capacity.detail(fields));
    if (Choices.wantsCollectionMetrics(fields) && !table.localIndexes().isEmpty()) {
      output.name("ItemCollectionMetrics");
      collectionMetrics(output, table, keyOrItem, written.cost());
    }
    return output.endObject();
  }

  /** The item collection that was written, and between which gigabytes its size is. */
  static void collectionMetrics(
      JsonOutput output, TableDescriptor table, Item keyOrItem, WriteCost cost) {
    KeyAttribute partitionKey = table.keySchema().partitionKey();
    @Nullable EncodedValue value = keyOrItem.attribute(partitionKey.name());
    if (value == null) {
      throw new IllegalArgumentException("no partition key in a checked item");
    }
    TreeMap<String, EncodedValue> key = new TreeMap<>();
    key.put(partitionKey.name(), value);
    long wholeGigabytes = cost.collectionBytes() >> 30;
    output
        .beginObject()
        .name("ItemCollectionKey")
        .item(Item.ofEncoded(key))
        .name("SizeEstimateRangeGB")
        .beginArray()
        .decimal((double) wholeGigabytes)
        .decimal(wholeGigabytes + 1.0)
        .endArray()
        .endObject();
  }
}
