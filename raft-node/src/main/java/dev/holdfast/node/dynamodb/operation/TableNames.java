package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.ErrorType;
import dev.holdfast.node.dynamodb.json.Fields;
import org.jspecify.annotations.Nullable;

/** Names and ARNs of tables. */
final class TableNames {
  private static final int LENGTH_MIN = 3;
  private static final int LENGTH_MAX = 255;
  private static final String ARN_PREFIX = "arn:aws:dynamodb:";
  private static final String ARN_ACCOUNT = "000000000000";

  private TableNames() {}

  /** The member TableName, which may be an ARN. */
  static String required(Fields fields) {
    String given = fields.text("TableName");
    new Violations().required("tableName", given).check();
    return checked(given);
  }

  /** A table name or ARN, as the name of the table. */
  static String checked(@Nullable String given) {
    String name = given == null ? "" : given;
    int slash = name.indexOf(":table/");
    if (name.startsWith("arn:") && slash > 0) {
      name = name.substring(slash + ":table/".length());
    }
    requireLegal(name);
    return name;
  }

  /** Checks the name of a table or index. */
  static void requireLegal(@Nullable String name) {
    if (name == null
        || name.length() < LENGTH_MIN
        || name.length() > LENGTH_MAX
        || !isLegal(name)) {
      throw ApiException.validation(
          "Invalid table/index name.  Table/index names must be between 3 and 255 characters long, "
              + "and may contain only the characters a-z, A-Z, 0-9, '_', '-', and '.'");
    }
  }

  private static boolean isLegal(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (!isLegal(name.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLegal(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-'
        || c == '.';
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
