package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Billing mode and throughput, which are stored and shown but never enforced. */
final class Throughputs {
  static final Shape.Member BILLING_MODE =
      Shape.optional("BillingMode", Shape.choice("PROVISIONED", "PAY_PER_REQUEST"));
  static final Shape.Member PROVISIONED =
      Shape.optional(
          "ProvisionedThroughput",
          Shape.structure(
              Shape.required("WriteCapacityUnits", Shape.atLeast(1)),
              Shape.required("ReadCapacityUnits", Shape.atLeast(1))));

  private Throughputs() {}

  static @Nullable BillingMode billingMode(Fields fields) {
    String mode = fields.text("BillingMode");
    return mode == null ? null : BillingMode.valueOf(mode);
  }

  static @Nullable Throughput throughput(Fields fields) {
    Fields given = fields.fields("ProvisionedThroughput");
    if (given == null) {
      return null;
    }
    return new Throughput(
        Objects.requireNonNull(given.whole("ReadCapacityUnits")),
        Objects.requireNonNull(given.whole("WriteCapacityUnits")));
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
