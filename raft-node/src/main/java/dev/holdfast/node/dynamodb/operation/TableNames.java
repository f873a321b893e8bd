package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.ErrorType;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.TableArns;
import java.util.Objects;

/** Names and ARNs of tables, in requests whose constraints have been checked. */
final class TableNames {
  private static final String ARN_PREFIX = "arn:aws:dynamodb:";
  private static final String ARN_ACCOUNT = "000000000000";

  private TableNames() {}

  /** The required member TableName, which may be an ARN. */
  static String of(Fields fields) {
    return TableArns.tableName(Objects.requireNonNull(fields.text("TableName")));
  }

  static String arn(String region, String table) {
    return ARN_PREFIX + region + ":" + ARN_ACCOUNT + ":table/" + table;
  }

  /** The table that the required member ResourceArn names. */
  static String ofResource(Fields fields) {
    String given = Objects.requireNonNull(fields.text("ResourceArn"));
    if (!TableArns.isArn(given)) {
      throw ApiException.validation(
          "Invalid TableArn: Invalid ResourceArn provided as input " + given);
    }
    return TableArns.tableName(given);
  }

  static ApiException notFound(String name) {
    return new ApiException(
        ErrorType.RESOURCE_NOT_FOUND,
        "Requested resource not found: Table: " + name + " not found");
  }
}
