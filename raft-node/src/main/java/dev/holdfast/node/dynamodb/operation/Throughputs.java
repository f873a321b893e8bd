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

  private static final long UNITS_MAX = 1_000_000_000_000L;

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

  /** Throughput of a new table is given if and only if it is provisioned. */
  static void requireFit(BillingMode mode, @Nullable Throughput throughput) {
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
    requireInBounds(throughput);
  }

  /** The throughput of a new index is given as that of its table. */
  static Throughput ofIndex(Fields fields, BillingMode mode, String index) {
    Throughput given = throughput(fields);
    if (mode == BillingMode.PAY_PER_REQUEST && given != null) {
      throw ApiException.invalidParameter(
          "ProvisionedThroughput should not be specified for index: "
              + index
              + " when BillingMode is PAY_PER_REQUEST");
    }
    if (mode == BillingMode.PROVISIONED && given == null) {
      throw ApiException.invalidParameter(
          "ProvisionedThroughput is not specified for index: " + index);
    }
    requireInBounds(given);
    return given == null ? Throughput.NONE : given;
  }

  /** What an index is to have from now on; null when that is not said. */
  static @Nullable Throughput ofIndexUpdate(Fields fields, String index) {
    Throughput given = throughput(fields);
    if (given != null && (given.readUnits() > UNITS_MAX || given.writeUnits() > UNITS_MAX)) {
      boolean isRead = given.readUnits() > UNITS_MAX;
      throw ApiException.validation(
          "Given value "
              + (isRead ? given.readUnits() : given.writeUnits())
              + " for "
              + (isRead ? "ReadCapacityUnits" : "WriteCapacityUnits")
              + " is out of bounds for index "
              + index);
    }
    return given;
  }

  /**
   * As {@link #requireFit}, in the words for an update.
   *
   * @param mode null when it is to stay as it is, which tells nothing
   */
  static void requireFitToUpdate(@Nullable BillingMode mode, @Nullable Throughput throughput) {
    if (mode == BillingMode.PAY_PER_REQUEST && throughput != null) {
      throw ApiException.invalidParameter(
          "ProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST");
    }
    if (mode == BillingMode.PROVISIONED && throughput == null) {
      throw ApiException.invalidParameter(
          "ProvisionedThroughput must be specified when BillingMode is PROVISIONED");
    }
    requireInBounds(throughput);
  }

  private static void requireInBounds(@Nullable Throughput throughput) {
    if (throughput != null) {
      requireInBounds("ReadCapacityUnits", throughput.readUnits());
      requireInBounds("WriteCapacityUnits", throughput.writeUnits());
    }
  }

  private static void requireInBounds(String member, long units) {
    if (units > UNITS_MAX) {
      throw ApiException.validation(
          "Given value " + units + " for " + member + " is out of bounds");
    }
  }
}
