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
  private static final String ENCRYPTION = "SSESpecification";
  private static final String ON_DEMAND = "OnDemandThroughput";
  private static final String POLICY = "ResourcePolicy";
  private static final String TABLE_CLASS = "TableClass";

  /** A limit of on-demand throughput that means none. */
  private static final long UNLIMITED = -1;

  private static final List<String> OF_CREATION =
      List.of(
          "GlobalSecondaryIndexes",
          "VectorIndexes",
          "GlobalTableSourceArn",
          "GlobalTableSettingsReplicationMode");

  private static final List<String> OF_UPDATES =
      List.of(
          "AttributeDefinitions", // they come with a new global index
          "GlobalSecondaryIndexUpdates",
          "GlobalTableWitnessUpdates",
          "GlobalTableSettingsReplicationMode",
          "MultiRegionConsistency",
          "ReplicaUpdates",
          "VectorIndexUpdates",
          "DisassociationProtectionEnabled");

  private UnbuiltParameters() {}

  static void refuseInCreation(Fields fields) {
    OF_CREATION.forEach(name -> refuseIf(fields.has(name), name));
    refuseIf(fields.has(POLICY), POLICY);
    refuseShared(fields);
  }

  static void refuseInUpdate(Fields fields) {
    OF_UPDATES.forEach(name -> refuseIf(fields.has(name), name));
    refuseShared(fields);
  }

  private static void refuseShared(Fields fields) {
    Fields stream = fields.fields(STREAM);
    refuseIf(
        stream != null && (stream.isTrue("StreamEnabled") || stream.has("StreamViewType")), STREAM);
    Fields encryption = fields.fields(ENCRYPTION);
    refuseIf(
        encryption != null
            && (encryption.isTrue("Enabled")
                || encryption.has("SSEType")
                || encryption.has("KMSMasterKeyId")),
        ENCRYPTION);
    Fields onDemand = fields.fields(ON_DEMAND);
    refuseIf(
        onDemand != null
            && (limits(onDemand, "MaxReadRequestUnits")
                || limits(onDemand, "MaxWriteRequestUnits")),
        ON_DEMAND);
    String tableClass = fields.text(TABLE_CLASS);
    refuseIf(tableClass != null && !tableClass.equals("STANDARD"), TABLE_CLASS + " " + tableClass);
  }

  private static boolean limits(Fields onDemand, String member) {
    Long units = onDemand.whole(member);
    return units != null && units != UNLIMITED;
  }

  private static void refuseIf(boolean asked, String name) {
    if (asked) {
      throw ApiException.validation(name + " is not built yet in Holdfast");
    }
  }
}
