package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import java.util.List;

/**
 * Parts of a table that cannot be asked for yet. None is silently ignored: a request that asks for
 * one is refused by its name, and only what would change nothing is let through.
 */
final class UnbuiltParameters {
  private static final String STREAM = "StreamSpecification";

  static final String DISASSOCIATION = "DisassociationProtectionEnabled";

  private static final List<String> OF_CREATION =
      List.of(
          "GlobalSecondaryIndexes",
          "VectorIndexes",
          "GlobalTableSourceArn",
          "GlobalTableSettingsReplicationMode");

  private static final List<String> OF_UPDATES =
      List.of(
          "GlobalSecondaryIndexUpdates",
          "GlobalTableWitnessUpdates",
          "GlobalTableSettingsReplicationMode",
          "MultiRegionConsistency",
          "ReplicaUpdates",
          "VectorIndexUpdates");

  private UnbuiltParameters() {}

  static void refuseInCreation(Fields fields) {
    OF_CREATION.forEach(name -> refuseIf(fields.has(name), name));
    refuseShared(fields);
  }

  /** AttributeDefinitions say nothing unless a global index comes with them, as in the service. */
  static void refuseInUpdate(Fields fields) {
    refuseIf(fields.isTrue(DISASSOCIATION), DISASSOCIATION);
    OF_UPDATES.forEach(name -> refuseIf(fields.has(name), name));
    refuseShared(fields);
  }

  private static void refuseShared(Fields fields) {
    Fields stream = fields.fields(STREAM);
    refuseIf(
        stream != null && (stream.isTrue("StreamEnabled") || stream.has("StreamViewType")), STREAM);
    TableSettings.refuseEncryption(fields);
  }

  private static void refuseIf(boolean asked, String name) {
    if (asked) {
      throw ApiException.validation(name + " is not built yet in Holdfast");
    }
  }
}
