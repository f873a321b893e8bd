package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Billing mode and throughput, which are stored and shown but never enforced. */
final class Throughputs {
  static final Shape SHAPE =
      new Shape.Structure(
          Map.of("ReadCapacityUnits", Shape.WHOLE, "WriteCapacityUnits", Shape.WHOLE));

  /** Parts of a table that cannot be asked for yet. */
  private static final List<String> NOT_BUILT =
      List.of(
          "GlobalSecondaryIndexes",
          "GlobalSecondaryIndexUpdates",
          "StreamSpecification",
          "SSESpecification",
          "ReplicaUpdates");

  private Throughputs() {}

  static @Nullable BillingMode billingMode(Fields fields) {
    String mode = fields.text("BillingMode");
    new Violations().oneOf("billingMode", mode, Choices.BILLING_MODE).check();
    return mode == null ? null : BillingMode.valueOf(mode);
  }

  static @Nullable Throughput throughput(Fields fields) {
    Fields given = fields.fields("ProvisionedThroughput");
    if (given == null) {
      return null;
    }
    Long read = given.whole("ReadCapacityUnits");
    Long write = given.whole("WriteCapacityUnits");
    new Violations()
        .required("provisionedThroughput.readCapacityUnits", read)
        .required("provisionedThroughput.writeCapacityUnits", write)
        .atLeast("provisionedThroughput.readCapacityUnits", read, 1)
        .atLeast("provisionedThroughput.writeCapacityUnits", write, 1)
        .check();
    return new Throughput(read == null ? 0 : read, write == null ? 0 : write);
  }

  /** Names what a request asks for that is not built; a switched-off stream is no request. */
  static void requireBuilt(Fields fields) {
    for (String member : NOT_BUILT) {
      if (fields.has(member) && !isSwitchedOff(fields, member)) {
        throw ApiException.validation(member + " is not built yet in Holdfast");
      }
    }
    String tableClass = fields.text("TableClass");
    if (tableClass != null && !tableClass.equals("STANDARD")) {
      throw ApiException.validation("TableClass " + tableClass + " is not built yet in Holdfast");
    }
  }

  private static boolean isSwitchedOff(Fields fields, String member) {
    return switch (member) {
      case "StreamSpecification", "SSESpecification" -> {
        Fields given = fields.fields(member);
        yield given != null && !given.isTrue("StreamEnabled") && !given.isTrue("Enabled");
      }
      default -> {
        List<Object> given = fields.list(member);
        yield given != null && given.isEmpty();
      }
    };
  }

  /** The members that {@link #requireBuilt} looks at. */
  static Map<String, Shape> unbuiltShapes() {
    Shape list = new Shape.ListOf(Shape.ANYTHING);
    Shape flags = new Shape.Structure(Map.of("StreamEnabled", Shape.TRUTH, "Enabled", Shape.TRUTH));
    return Map.of(
        "GlobalSecondaryIndexes", list,
        "GlobalSecondaryIndexUpdates", list,
        "ReplicaUpdates", list,
        "StreamSpecification", flags,
        "SSESpecification", flags,
        "TableClass", Shape.TEXT);
  }
}
