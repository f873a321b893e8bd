package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.ErrorType;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.TableArns;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

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
    if (!given.startsWith("arn:")) {
      throw ApiException.invalidParameter("ARNs must start with 'arn:': " + given);
    }
    if (!TableArns.isArn(given)) {
      throw ApiException.invalidParameter("Provided Arn is not a DynamoDB resource arn: " + given);
    }
    String name = TableArns.tableName(given);
    if (name.contains("/")) {
      throw ApiException.invalidParameter(
          "Invalid resource arn provided, only table or stream is accepted. Provided resource"
              + " arn: "
              + given);
    }
    return name;
  }

  /** A table that was named by its ARN is reported missing by its ARN. */
  static <T> CompletableFuture<T> byArn(Fields fields, CompletableFuture<T> future) {
    return future.exceptionallyCompose(
        failure -> {
          Throwable cause = Futures.cause(failure);
          boolean isMissing =
              cause instanceof ApiException error && error.type() == ErrorType.RESOURCE_NOT_FOUND;
          return CompletableFuture.failedFuture(
              isMissing
                  ? new ApiException(
                      ErrorType.RESOURCE_NOT_FOUND,
                      "Requested resource not found: ResourceArn: "
                          + fields.text("ResourceArn")
                          + " not found")
                  : cause);
        });
  }

  static ApiException notFound(String name) {
    return new ApiException(
        ErrorType.RESOURCE_NOT_FOUND,
        "Requested resource not found: Table: " + name + " not found");
  }

  /** A batch that names a table by its name and by its ARN: one of the two would be lost. */
  static ApiException namedTwice(String name) {
    return ApiException.invalidParameter("Table " + name + " is named twice in the batch");
  }
}
