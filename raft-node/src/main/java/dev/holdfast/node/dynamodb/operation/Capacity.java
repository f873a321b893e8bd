package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.protocol.command.WriteCost;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** The capacity units one request used of one table and its local indexes. One thread. */
final class Capacity {
  private static final int READ_UNIT_BYTES = 4096;

  private final String table;
  private double tableUnits;
  private SortedMap<String, Double> indexUnits = Collections.emptySortedMap();

  /** What ReturnConsumedCapacity asks for. */
  enum Detail {
    NONE,
    TOTAL,
    INDEXES
  }

  Capacity(String table) {
    this.table = table;
  }

  static Detail detail(Fields fields) {
    String chosen = fields.text("ReturnConsumedCapacity");
    return chosen == null ? Detail.NONE : Detail.valueOf(chosen);
  }

  void add(WriteCost cost) {
    tableUnits += cost.tableUnits();
    cost.indexUnits().forEach(this::addIndex);
  }

  void addTableRead(double units) {
    tableUnits += units;
  }

  void addIndexRead(String index, double units) {
    addIndex(index, units);
  }

  private void addIndex(String index, double units) {
    if (indexUnits.isEmpty()) {
      indexUnits = new TreeMap<>(); // most requests touch no index
    }
    indexUnits.merge(index, units, Double::sum);
  }

  /** The price of reading this many bytes: 4 KB a unit, half of it when not consistent. */
  static double readUnits(long bytes, boolean consistent) {
    return price(Math.max(1, (bytes + READ_UNIT_BYTES - 1) / READ_UNIT_BYTES), consistent);
  }

  static double price(long units, boolean consistent) {
    return consistent ? units : units / 2.0;
  }

  /** Writes the member ConsumedCapacity when it is asked for. */
  void writeMember(JsonOutput output, Detail detail) {
    if (detail != Detail.NONE) {
      output.name("ConsumedCapacity");
      write(output, detail);
    }
  }

  void write(JsonOutput output, Detail detail) {
    double total = tableUnits;
    for (double units : indexUnits.values()) {
      total += units;
    }
    output.beginObject().name("TableName").string(table).name("CapacityUnits").decimal(total);
    if (detail == Detail.INDEXES) {
      output.name("Table").beginObject().name("CapacityUnits").decimal(tableUnits).endObject();
      if (!indexUnits.isEmpty()) {
        output.name("LocalSecondaryIndexes").beginObject();
        indexUnits.forEach(
            (index, units) ->
                output.name(index).beginObject().name("CapacityUnits").decimal(units).endObject());
        output.endObject();
      }
    }
    output.endObject();
  }
}
