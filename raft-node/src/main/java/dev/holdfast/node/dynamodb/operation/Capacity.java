package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.walk.ReadTarget;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.WriteCost;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The capacity units one request used of one table and its indexes. One thread.
 *
 * <p>Transactions cost double, as each item is prepared and then committed, and say apart what they
 * read or wrote. Source: AWS Developer Guide, "Capacity management for transactions". An index
 * costs what it costs outside of transactions; source: measured on the service by nubo-db/dynoxide,
 * pull request 188.
 */
final class Capacity {
  static final int READ_UNIT_BYTES = 4096;
  private static final int WRITE_UNIT_BYTES = 1024;
  private static final int UNITS_OF_TRANSACTIONS = 2;

  private final String table;
  private final Work work;
  private double tableUnits;
  private double failedUnits;
  private final Indexes locals = new Indexes("LocalSecondaryIndexes");
  private final Indexes globals = new Indexes("GlobalSecondaryIndexes");

  /** What indexes of one kind cost, by name. */
  private static final class Indexes {
    private final String member;
    private SortedMap<String, Double> units = Collections.emptySortedMap();

    private Indexes(String member) {
      this.member = member;
    }

    private void add(String index, double more) {
      if (units.isEmpty()) {
        units = new TreeMap<>(); // most requests touch no index
      }
      units.merge(index, more, Double::sum);
    }

    private double total() {
      return units.values().stream().mapToDouble(each -> each).sum();
    }
  }

  /** What ReturnConsumedCapacity asks for. */
  enum Detail {
    NONE,
    TOTAL,
    INDEXES
  }

  /** Of what the units are. */
  enum Work {
    SINGLE(1, null),
    TRANSACTIONAL_READ(UNITS_OF_TRANSACTIONS, "ReadCapacityUnits"),
    TRANSACTIONAL_WRITE(UNITS_OF_TRANSACTIONS, "WriteCapacityUnits");

    private final int factor;
    private final @Nullable String member;

    Work(int factor, @Nullable String member) {
      this.factor = factor;
      this.member = member;
    }
  }

  Capacity(String table) {
    this(table, Work.SINGLE);
  }

  Capacity(String table, Work work) {
    this.table = table;
    this.work = work;
  }

  static Detail detail(Fields fields) {
    String chosen = fields.text("ReturnConsumedCapacity");
    return chosen == null ? Detail.NONE : Detail.valueOf(chosen);
  }

  void add(WriteCost cost, TableDescriptor written) {
    tableUnits += (double) cost.tableUnits() * work.factor;
    cost.indexUnits()
        .forEach(
            (index, units) ->
                (written.localIndex(index).isPresent() ? locals : globals)
                    .add(index, (double) units));
  }

  /** What was asked for and did not happen costs, but has changed no table and no index. */
  void addFailed(int units) {
    failedUnits += units;
  }

  /** Whether anything happened. */
  boolean isOfSuccess() {
    return tableUnits > 0;
  }

  void addTableRead(double units) {
    tableUnits += units * work.factor;
  }

  /** What a page of a query or scan costs; for what a local index lacks, items were fetched. */
  void addPage(ReadTarget target, ReadResult.Page page, boolean consistent) {
    double units = readUnits(page.scannedBytes(), consistent);
    String index = target.indexName();
    if (index == null) {
      addTableRead(units);
    } else {
      (target.isGlobal() ? globals : locals).add(index, units);
      addTableRead(price(page.fetchedUnits(), consistent));
    }
  }

  /** The units of writing this many bytes: 1 KB each, at least one. */
  static int writeUnits(int bytes) {
    return Math.max(1, (bytes + WRITE_UNIT_BYTES - 1) / WRITE_UNIT_BYTES);
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
    double total = tableUnits + failedUnits + locals.total() + globals.total();
    output.beginObject().name("TableName").string(table);
    writeUnits(output, total);
    if (detail == Detail.INDEXES) {
      writeUnits(output.name("Table").beginObject(), tableUnits);
      output.endObject();
      write(output, locals);
      write(output, globals);
    }
    output.endObject();
  }

  /** Indexes that cost nothing are not named. */
  private void write(JsonOutput output, Indexes indexes) {
    if (!indexes.units.isEmpty()) {
      output.name(indexes.member).beginObject();
      indexes.units.forEach(
          (index, units) -> {
            writeUnits(output.name(index).beginObject(), units);
            output.endObject();
          });
      output.endObject();
    }
  }

  private void writeUnits(JsonOutput output, double units) {
    output.name("CapacityUnits").decimal(units);
    if (work.member != null) {
      output.name(work.member).decimal(units);
    }
  }
}
