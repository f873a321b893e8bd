package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.Warmth;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Warm throughput: a table is split ahead of the load that it is to be ready for. What every table
 * is warm for anyway makes no partitions. Source: AWS Developer Guide, "Understanding DynamoDB warm
 * throughput", and the answers of the service.
 *
 * <p>The tag {@value #PARTITIONS_TAG} of a new table names the number of partitions itself.
 */
final class WarmThroughputs {
  static final String MEMBER = "WarmThroughput";
  static final String READ = "ReadUnitsPerSecond";
  static final String WRITE = "WriteUnitsPerSecond";
  static final Shape.Member DECLARED =
      Shape.optional(
          MEMBER,
          Shape.structure(
              Shape.optional(READ, Shape.atLeast(1)), Shape.optional(WRITE, Shape.atLeast(1))));
  static final String PARTITIONS_TAG = "holdfast:partitions";

  /** As the partition manager weighs them. */
  private static final long UNITS_OF_A_WRITE = 4;

  private final long partitionUnits;

  /**
   * @param partitionUnits load per second that a partition serves before it is split
   */
  WarmThroughputs(long partitionUnits) {
    this.partitionUnits = partitionUnits;
  }

  static boolean isAsked(Fields fields) {
    Fields given = fields.fields(MEMBER);
    return given != null && (given.has(READ) || given.has(WRITE));
  }

  Warmth ofCreation(
      Fields fields, BillingMode mode, Throughput throughput, SortedMap<String, String> tags) {
    Warmth asked = Warmth.NONE;
    if (isAsked(fields)) {
      boolean onDemand = mode == BillingMode.PAY_PER_REQUEST;
      Throughput start = onDemand ? TableDescriptor.ON_DEMAND_START : throughput;
      asked = warmth(fields, start);
      requireStart("table", asked.readUnits(), asked.writeUnits(), start, onDemand);
    }
    String partitions = tags.get(PARTITIONS_TAG);
    return partitions == null
        ? asked
        : new Warmth(
            asked.readUnits(),
            asked.writeUnits(),
            Math.max(asked.segments(), partitions(partitions)));
  }

  /** What a new index is to be ready for, which is kept and shown, but splits no partition. */
  static Throughput ofIndex(Fields fields, BillingMode mode, Throughput throughput, String index) {
    if (!isAsked(fields)) {
      return Throughput.NONE;
    }
    boolean onDemand = mode == BillingMode.PAY_PER_REQUEST;
    Throughput start = onDemand ? TableDescriptor.ON_DEMAND_START : throughput;
    Fields given = fields.fields(MEMBER);
    long read = or(given == null ? null : given.whole(READ), start.readUnits());
    long write = or(given == null ? null : given.whole(WRITE), start.writeUnits());
    requireStart("index " + index, read, write, start, onDemand);
    return new Throughput(read, write);
  }

  private static void requireStart(
      String of, long readUnits, long writeUnits, Throughput start, boolean onDemand) {
    requireStart(READ, of, readUnits, start.readUnits(), onDemand);
    requireStart(WRITE, of, writeUnits, start.writeUnits(), onDemand);
  }

  private static void requireStart(
      String member, String of, long units, long start, boolean onDemand) {
    if (units < start) {
      throw ApiException.invalidParameter(
          "Requested "
              + member
              + " for WarmThroughput for "
              + of
              + " is lower than "
              + (onDemand
                  ? "initial throughput for OnDemand"
                  : member.replace("UnitsPerSecond", "CapacityUnits")
                      + " of ProvisionedThroughput"));
    }
  }

  /** What is not given stays as it is; the meta group refuses what is less than now. */
  Warmth ofUpdate(Fields fields, TableDescriptor table) {
    Warmth asked = warmth(fields, table.warmThroughput());
    int segments = Math.max(asked.segments(), table.warmth().segments());
    return new Warmth(asked.readUnits(), asked.writeUnits(), segments);
  }

  private Warmth warmth(Fields fields, Throughput otherwise) {
    Fields given = fields.fields(MEMBER);
    Long read = given == null ? null : given.whole(READ);
    Long write = given == null ? null : given.whole(WRITE);
    long readUnits = or(read, otherwise.readUnits());
    long writeUnits = or(write, otherwise.writeUnits());
    return new Warmth(readUnits, writeUnits, segments(readUnits, writeUnits));
  }

  private static long or(@Nullable Long given, long otherwise) {
    return given == null ? otherwise : given;
  }

  private int segments(long readUnits, long writeUnits) {
    if (readUnits <= TableDescriptor.ON_DEMAND_START.readUnits()
        && writeUnits <= TableDescriptor.ON_DEMAND_START.writeUnits()) {
      return 1;
    }
    double wanted = (readUnits + (double) UNITS_OF_A_WRITE * writeUnits) / partitionUnits;
    if (wanted > Warmth.SEGMENTS_MAX) {
      throw ApiException.validation(
          "WarmThroughput would need more than "
              + Warmth.SEGMENTS_MAX
              + " partitions in Holdfast, each of which serves "
              + partitionUnits
              + " units per second: a read is one, a write "
              + UNITS_OF_A_WRITE);
    }
    int segments = 1;
    while (segments < wanted) {
      segments *= 2;
    }
    return segments;
  }

  private static int partitions(String tag) {
    for (int segments = 1; segments <= Warmth.SEGMENTS_MAX; segments *= 2) {
      if (tag.equals(Integer.toString(segments))) {
        return segments;
      }
    }
    throw ApiException.invalidParameter(
        "The tag "
            + PARTITIONS_TAG
            + " must be a power of two from 1 to "
            + Warmth.SEGMENTS_MAX
            + ", not '"
            + tag
            + "'");
  }

  /** It would do nothing. */
  static void refuseLater(SortedMap<String, String> tags) {
    if (tags.containsKey(PARTITIONS_TAG)) {
      throw ApiException.invalidParameter(
          "The tag "
              + PARTITIONS_TAG
              + " counts when a table is created. To split it further, raise its WarmThroughput"
              + " with UpdateTable, or use './holdfast partitions split'");
    }
  }
}
