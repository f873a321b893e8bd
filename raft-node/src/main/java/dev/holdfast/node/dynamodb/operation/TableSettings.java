package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.model.OnDemandLimits;
import dev.holdfast.protocol.model.StreamView;
import dev.holdfast.protocol.model.TableClass;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Settings of a table that are given when it is created and may be changed later. */
final class TableSettings {
  static final String STREAM_MEMBER = "StreamSpecification";
  private static final String STREAM_ENABLED = "StreamEnabled";
  private static final String STREAM_VIEW = "StreamViewType";
  static final Shape.Member STREAM =
      Shape.optional(
          STREAM_MEMBER,
          Shape.structure(
              Shape.required(STREAM_ENABLED, Shape.TRUTH),
              Shape.optional(
                  STREAM_VIEW,
                  Shape.choice("NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"))));

  static final String ENCRYPTION_MEMBER = "SSESpecification";
  static final Shape.Member ENCRYPTION =
      Shape.optional(
          ENCRYPTION_MEMBER,
          Shape.structure(
              Shape.optional("Enabled", Shape.TRUTH),
              Shape.optional("SSEType", Shape.choice("AES256", "KMS")),
              Shape.optional("KMSMasterKeyId", Shape.text(1, Integer.MAX_VALUE))));

  private static final String LIMITS = "OnDemandThroughput";
  private static final String MAX_READ = "MaxReadRequestUnits";
  private static final String MAX_WRITE = "MaxWriteRequestUnits";
  static final Shape.Member ON_DEMAND =
      Shape.optional(
          LIMITS,
          Shape.structure(
              Shape.optional(MAX_READ, Shape.WHOLE), Shape.optional(MAX_WRITE, Shape.WHOLE)));

  /** Its words are checked later, since the service has words of its own for wrong ones. */
  static final Shape.Member TABLE_CLASS = Shape.optional("TableClass", Shape.TEXT);

  static final Shape.Member POLICY = Shape.optional("ResourcePolicy", Shape.TEXT);

  private TableSettings() {}

  static @Nullable TableClass tableClass(Fields fields) {
    String given = fields.text("TableClass");
    if (given == null) {
      return null;
    }
    for (TableClass tableClass : TableClass.values()) {
      if (tableClass.name().equals(given)) {
        return tableClass;
      }
    }
    throw ApiException.validation(
        "Invalid table-class parameter provided. Please try again with a valid table-class value:"
            + " [STANDARD, STANDARD_INFREQUENT_ACCESS].");
  }

  /** The limits that a new table is to have. */
  static OnDemandLimits limitsOfCreation(Fields fields, BillingMode mode) {
    return limitsOfCreation(fields, mode, "", " for table");
  }

  /** The limits that a new index is to have; the service spells it in two ways. */
  static OnDemandLimits limitsOfIndex(Fields fields, BillingMode mode, String index) {
    return limitsOfCreation(fields, mode, " for index: " + index, " for index : " + index);
  }

  private static OnDemandLimits limitsOfCreation(
      Fields fields, BillingMode mode, String ofMode, String ofRange) {
    OnDemandLimits given = given(fields);
    if (given == null) {
      return OnDemandLimits.NONE;
    }
    if (mode == BillingMode.PROVISIONED) {
      throw ApiException.invalidParameter(
          (given.readUnits() == OnDemandLimits.UNCHANGED ? MAX_WRITE : MAX_READ)
              + " for OnDemandThroughput"
              + ofMode
              + " cannot be specified when table BillingMode is PROVISIONED.");
    }
    requireAtLeast(fields, 1, ofRange);
    return OnDemandLimits.NONE.changedBy(given);
  }

  /** How limits are to change; null when nothing is said of any. */
  static @Nullable OnDemandLimits limitsOfUpdate(Fields fields) {
    requireAtLeast(fields, OnDemandLimits.UNLIMITED, " for table");
    return given(fields);
  }

  /** As {@link #limitsOfUpdate} of an index. */
  static @Nullable OnDemandLimits limitsOfIndexUpdate(Fields fields, String index) {
    requireAtLeast(fields, OnDemandLimits.UNLIMITED, " for index : " + index);
    return given(fields);
  }

  private static @Nullable OnDemandLimits given(Fields fields) {
    Fields given = fields.fields(LIMITS);
    if (given == null || given.isEmpty()) {
      return null;
    }
    Long read = given.whole(MAX_READ);
    Long write = given.whole(MAX_WRITE);
    return new OnDemandLimits(
        read == null ? OnDemandLimits.UNCHANGED : read,
        write == null ? OnDemandLimits.UNCHANGED : write);
  }

  private static void requireAtLeast(Fields fields, long min, String of) {
    Fields given = fields.fields(LIMITS);
    if (given != null) {
      requireAtLeast(given.whole(MAX_READ), min, MAX_READ, of);
      requireAtLeast(given.whole(MAX_WRITE), min, MAX_WRITE, of);
    }
  }

  private static void requireAtLeast(@Nullable Long units, long min, String member, String of) {
    if (units != null && (units < min || units == 0)) {
      throw ApiException.invalidParameter(
          "Requested " + member + " for OnDemandThroughput" + of + " is outside of valid range");
    }
  }

  /**
   * A stream has a view, and only a stream has one.
   *
   * @param lacking what to say of a stream without a view
   * @param idle what to say of a view without a stream
   */
  static void refuseMismatchedStream(Fields fields, String lacking, String idle) {
    Fields asked = fields.fields(STREAM_MEMBER);
    if (asked != null && asked.isTrue(STREAM_ENABLED) != asked.has(STREAM_VIEW)) {
      throw ApiException.invalidParameter(asked.has(STREAM_VIEW) ? idle : lacking);
    }
  }

  /** The view of the stream that is asked for; empty when none is. */
  static Optional<StreamView> stream(Fields fields) {
    Fields asked = fields.fields(STREAM_MEMBER);
    return asked == null
        ? Optional.empty()
        : Optional.ofNullable(asked.text(STREAM_VIEW)).map(StreamView::valueOf);
  }

  /**
   * Nothing is encrypted yet, so that a table whose encryption is asked for is refused rather than
   * described as if it had been.
   */
  static void refuseEncryption(Fields fields) {
    Fields asked = fields.fields(ENCRYPTION_MEMBER);
    if (asked == null) {
      return;
    }
    String type = asked.text("SSEType");
    boolean isOff = Boolean.FALSE.equals(asked.truth("Enabled"));
    if (isOff && type != null) {
      throw ApiException.invalidParameter("SSEType can not be specified if Enabled is false");
    }
    if (isOff && asked.has("KMSMasterKeyId")) {
      throw ApiException.invalidParameter(
          "KMSMasterKeyId can not be specified if Enabled is false");
    }
    if ("AES256".equals(type)) {
      throw ApiException.invalidParameter("SSEType AES256 is not supported");
    }
    if (asked.has("KMSMasterKeyId") && type == null) {
      throw ApiException.invalidParameter("SSEType KMS is required if KMSMasterKeyId is specified");
    }
    if (asked.isTrue("Enabled") || type != null) {
      throw ApiException.validation(
          "SSESpecification is not built yet in Holdfast: no table is encrypted. Leave it out, or"
              + " say that Enabled is false");
    }
  }
}
