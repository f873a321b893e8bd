package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Billing mode and throughput, which are stored and shown but never enforced. */
final class Throughputs {
  static final Shape SHAPE =
      new Shape.Structure(
          Map.of("ReadCapacityUnits", Shape.WHOLE, "WriteCapacityUnits", Shape.WHOLE));

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

  /**
   * Throughput is given if and only if it is provisioned.
   *
   * @param mode null when it is to stay as it is, which tells nothing
   */
  static void requireFit(@Nullable BillingMode mode, @Nullable Throughput throughput) {
    if (mode == BillingMode.PAY_PER_REQUEST && throughput != null) {
      throw ApiException.invalidParameter(
          "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
              + "PAY_PER_REQUEST");
    }
    if (mode == BillingMode.PROVISIONED && throughput == null) {
      throw ApiException.invalidParameter(
          "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
              + "PROVISIONED");
    }
  }
}
