package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.ErrorType;
import dev.holdfast.node.dynamodb.json.Fields;
import org.jspecify.annotations.Nullable;

/** Names and ARNs of tables. */
final class TableNames {
  private static final int LENGTH_MIN = 3;
  private static final String ARN_PREFIX = "arn:aws:dynamodb:";
  private static final String ARN_ACCOUNT = "000000000000";

  private TableNames() {}

  /** The member TableName of an operation on items, which may be an ARN. */
  static String required(Fields fields) {
    String given = fields.text("TableName");
    new Violations().required("tableName", given).check();
    return checked(given);
  }

  /** The member TableName of an operation on the table itself, which may be an ARN. */
  static String requiredOfTable(Fields fields) {
    String given = fields.text("TableName");
    if (given == null) {
      throw ApiException.validation(
          "The parameter 'TableName' is required but was not present in the request");
    }
    String name = withoutArn(given);
    new Violations().name("tableName", name, LENGTH_MIN).check();
    return name;
  }

  /** A table name or ARN, as the name of the table. Too short a name is merely one of no table. */
  static String checked(@Nullable String given) {
    String name = withoutArn(given == null ? "" : given);
    new Violations().name("tableName", name, 1).check();
    return name;
  }

  private static String withoutArn(String given) {
    int slash = given.indexOf(":table/");
    return given.startsWith("arn:") && slash > 0
        ? given.substring(slash + ":table/".length())
        : given;
  }

  /** Checks the name of a table or index that another member mentions. */
  static void requireLegal(String member, @Nullable String name) {
    new Violations().required(member, name).name(member, name, LENGTH_MIN).check();
  }

  static String arn(String region, String table) {
    return ARN_PREFIX + region + ":" + ARN_ACCOUNT + ":table/" + table;
  }

  /** The table an ARN names. */
  static String ofArn(@Nullable String arn) {
    new Violations().required("resourceArn", arn).check();
    String given = arn == null ? "" : arn;
    int slash = given.indexOf(":table/");
    if (!given.startsWith("arn:") || slash < 0) {
      throw ApiException.validation(
          "Invalid TableArn: Invalid ResourceArn provided as input " + given);
    }
    return checked(given);
  }

  static ApiException notFound(String name) {
    return new ApiException(
        ErrorType.RESOURCE_NOT_FOUND,
        "Requested resource not found: Table: " + name + " not found");
  }
}
