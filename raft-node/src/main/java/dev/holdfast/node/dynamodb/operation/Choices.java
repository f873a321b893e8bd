package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import java.util.List;

/** The members that choose among a few words; most operations share them. */
final class Choices {
  static final List<String> CAPACITY = List.of("INDEXES", "TOTAL", "NONE");
  static final List<String> COLLECTION_METRICS = List.of("SIZE", "NONE");
  static final List<String> ON_FAILURE = List.of("ALL_OLD", "NONE");
  static final List<String> RETURN_VALUES =
      List.of("ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW");
  static final List<String> SELECT =
      List.of("SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES");
  static final List<String> BILLING_MODE = List.of("PROVISIONED", "PAY_PER_REQUEST");

  private Choices() {}

  /** Checks the choices of a write. */
  static void checkWrite(Fields fields) {
    new Violations()
        .oneOf("returnValues", fields.text("ReturnValues"), RETURN_VALUES)
        .oneOf("returnConsumedCapacity", fields.text("ReturnConsumedCapacity"), CAPACITY)
        .oneOf(
            "returnItemCollectionMetrics",
            fields.text("ReturnItemCollectionMetrics"),
            COLLECTION_METRICS)
        .oneOf(
            "returnValuesOnConditionCheckFailure",
            fields.text("ReturnValuesOnConditionCheckFailure"),
            ON_FAILURE)
        .check();
  }

  static ReturnValues returnValues(Fields fields) {
    String chosen = fields.text("ReturnValues");
    return chosen == null ? ReturnValues.NONE : ReturnValues.valueOf(chosen);
  }

  /** The return values of a write that leaves nothing of the old item. */
  static ReturnValues noneOrAllOld(Fields fields) {
    ReturnValues chosen = returnValues(fields);
    if (chosen != ReturnValues.NONE && chosen != ReturnValues.ALL_OLD) {
      throw ApiException.validation("ReturnValues can only be ALL_OLD or NONE");
    }
    return chosen;
  }

  static ReturnOnFailure returnOnFailure(Fields fields) {
    return "ALL_OLD".equals(fields.text("ReturnValuesOnConditionCheckFailure"))
        ? ReturnOnFailure.ALL_OLD
        : ReturnOnFailure.NONE;
  }

  static boolean wantsCollectionMetrics(Fields fields) {
    return "SIZE".equals(fields.text("ReturnItemCollectionMetrics"));
  }
}
