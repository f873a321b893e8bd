package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.Shape;

/** Settings of a table that are given when it is created and may be changed later. */
final class TableSettings {
  static final Shape.Member STREAM =
      Shape.optional(
          "StreamSpecification",
          Shape.structure(
              Shape.required("StreamEnabled", Shape.TRUTH),
              Shape.optional(
                  "StreamViewType",
                  Shape.choice("NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"))));
  static final Shape.Member ENCRYPTION =
      Shape.optional(
          "SSESpecification",
          Shape.structure(
              Shape.optional("Enabled", Shape.TRUTH),
              Shape.optional("SSEType", Shape.choice("AES256", "KMS")),
              Shape.optional("KMSMasterKeyId", Shape.TEXT)));
  static final Shape.Member ON_DEMAND =
      Shape.optional(
          "OnDemandThroughput",
          Shape.structure(
              Shape.optional("MaxReadRequestUnits", Shape.WHOLE),
              Shape.optional("MaxWriteRequestUnits", Shape.WHOLE)));
  static final Shape.Member TABLE_CLASS =
      Shape.optional("TableClass", Shape.choice("STANDARD", "STANDARD_INFREQUENT_ACCESS"));
  static final Shape.Member POLICY = Shape.optional("ResourcePolicy", Shape.TEXT);

  private TableSettings() {}
}
