package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;

/** The members that choose among a few words; most operations share them. */
final class Choices {
  private Choices() {}

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
