package dev.holdfast.node.dynamodb.json;

/** ARNs of tables, which stand for their names wherever a table is named. */
public final class TableArns {
  private static final String BEFORE_NAME = ":table/";

  private TableArns() {}

  public static boolean isArn(String text) {
    return text.startsWith("arn:") && text.contains(BEFORE_NAME);
  }

  /** The name of the table, of which the name or the ARN is given. */
  public static String tableName(String given) {
    return isArn(given)
        ? given.substring(given.indexOf(BEFORE_NAME) + BEFORE_NAME.length())
        : given;
  }
}
