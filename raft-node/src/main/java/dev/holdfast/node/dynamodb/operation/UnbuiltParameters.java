package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import java.util.List;

/**
 * Parts of a table that cannot be asked for yet. None is silently ignored: a request that asks for
 * one is refused by its name, and only what would change nothing is let through.
 */
final class UnbuiltParameters {
  static final String DISASSOCIATION = "DisassociationProtectionEnabled";

  private static final List<String> OF_CREATION =
      List.of("VectorIndexes", "GlobalTableSourceArn", "GlobalTableSettingsReplicationMode");

  private static final List<String> OF_UPDATES =
      List.of(
          "GlobalTableWitnessUpdates",
          "GlobalTableSettingsReplicationMode",
          "MultiRegionConsistency",
          "ReplicaUpdates",
          "VectorIndexUpdates");

  private UnbuiltParameters() {}

  static void refuseInCreation(Fields fields) {
    OF_CREATION.forEach(name -> refuseIf(fields.has(name), name));
    TableSettings.refuseMismatchedStream(
        fields,
        "Table is being created with a stream enabled, UpdateViewType is required",
        "Table is being created with a stream disabled, UpdateViewType should not be specified");
    TableSettings.refuseEncryption(fields);
  }

  /** AttributeDefinitions say nothing unless an index is created, as in the service. */
  static void refuseInUpdate(Fields fields) {
    refuseIf(fields.isTrue(DISASSOCIATION), DISASSOCIATION);
    OF_UPDATES.forEach(name -> refuseIf(fields.has(name), name));
    TableSettings.refuseMismatchedStream(
        fields,
        "If stream is being enabled then UpdateViewType is required",
        "If stream is being disabled, then UpdateViewType must not be specified");
    TableSettings.refuseEncryption(fields);
  }

  private static void refuseIf(boolean asked, String name) {
    if (asked) {
      throw ApiException.validation(name + " is not built yet in Holdfast");
    }
  }
}
