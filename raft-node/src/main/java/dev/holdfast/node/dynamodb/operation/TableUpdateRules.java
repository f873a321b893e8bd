package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import java.util.ArrayList;
import java.util.List;

/**
 * What one UpdateTable may change together: nearly nothing. Source: the answers of the service,
 * also of which rule is named first.
 */
final class TableUpdateRules {
  private static final String PROVISIONED = "ProvisionedThroughput";
  private static final String BILLING_MODE = "BillingMode";
  private static final String PROTECTION = "DeletionProtectionEnabled";
  private static final String TABLE_CLASS = "TableClass";
  private static final String LIMITS = "OnDemandThroughput";

  private TableUpdateRules() {}

  /** Fails when nothing is changed, or more than goes together. */
  static void requireOneChange(Fields fields) {
    List<String> asked = asked(fields);
    if (asked.isEmpty()) {
      throw ApiException.validation(
          "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
              + "GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, "
              + "MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, "
              + "DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass "
              + "is required");
    }
    requireAlone(
        asked, TableSettings.ENCRYPTION_MEMBER, "Server-Side Encryption modification must be");
    requireAlone(asked, TABLE_CLASS, "TableClass modification must be");
    requireAlone(asked, PROTECTION, "DeletionProtection modification must be");
    if (asked.contains(WarmThroughputs.MEMBER) && GlobalIndexUpdates.create(fields)) {
      throw ApiException.invalidParameter(
          "Create global secondary index cannot be specified when updating WarmThroughput");
    }
    requireAlone(asked, WarmThroughputs.MEMBER, "WarmThroughput must be");
    requireIndexAlone(fields, asked);
    boolean isStream = asked.contains(TableSettings.STREAM_MEMBER);
    boolean isProvisioned = asked.contains(PROVISIONED);
    if (asked.contains(LIMITS) && (isProvisioned || isStream) && !asked.contains(BILLING_MODE)) {
      throw ApiException.invalidParameter(
          "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request");
    }
    if (isStream && (isProvisioned || "PROVISIONED".equals(fields.text(BILLING_MODE)))) {
      throw ApiException.invalidParameter(
          "You cannot modify stream status while updating table IOPS");
    }
    if (isStream && asked.size() > 1) {
      throw ApiException.validation(
          "StreamSpecification together with another change is not built yet in Holdfast: send two"
              + " requests");
    }
  }

  /** An index is not created or deleted together with what takes its time, too. */
  private static void requireIndexAlone(Fields fields, List<String> asked) {
    GlobalIndexUpdates.requireOneOfEach(fields);
    if (!GlobalIndexUpdates.createOrDelete(fields)) {
      return;
    }
    if (asked.contains(PROVISIONED) && !asked.contains(BILLING_MODE)) {
      throw ApiException.invalidParameter(
          "You cannot create or delete index while updating table IOPS");
    }
    if (asked.contains(TableSettings.STREAM_MEMBER)) {
      throw ApiException.invalidParameter(
          "You cannot create or delete index while changing stream status");
    }
  }

  /** An empty structure asks for nothing. */
  private static List<String> asked(Fields fields) {
    List<String> asked = new ArrayList<>();
    for (String member :
        List.of(
            PROVISIONED,
            BILLING_MODE,
            PROTECTION,
            TABLE_CLASS,
            TableSettings.ENCRYPTION_MEMBER,
            TableSettings.STREAM_MEMBER)) {
      if (fields.has(member)) {
        asked.add(member);
      }
    }
    if (GlobalIndexUpdates.areAsked(fields)) {
      asked.add(GlobalIndexUpdates.MEMBER);
    }
    Fields limits = fields.fields(LIMITS);
    if (limits != null && !limits.isEmpty()) {
      asked.add(LIMITS);
    }
    if (WarmThroughputs.isAsked(fields)) {
      asked.add(WarmThroughputs.MEMBER);
    }
    return asked;
  }

  private static void requireAlone(List<String> asked, String member, String subject) {
    if (asked.contains(member) && asked.size() > 1) {
      throw ApiException.invalidParameter(subject + " the only operation in the request");
    }
  }
}
