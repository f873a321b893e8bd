package dev.holdfast.benchmarks.driver;

import dev.holdfast.benchmarks.load.SampleItem;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Makes the table of the workloads through the DynamoDB API. */
final class DynamoDbTable {
  private static final int POLL_COUNT_MAX = 200;
  private static final int POLL_MILLIS = 50;

  private DynamoDbTable() {}

  /** Blocks until the table is active; one that exists already is taken as it is. */
  static void create(HttpLane lane, String table) {
    String body =
        "{\"TableName\":\""
            + table
            + "\",\"BillingMode\":\"PAY_PER_REQUEST\""
            + ",\"AttributeDefinitions\":[{\"AttributeName\":\""
            + SampleItem.KEY_ATTRIBUTE
            + "\",\"AttributeType\":\"S\"}],\"KeySchema\":[{\"AttributeName\":\""
            + SampleItem.KEY_ATTRIBUTE
            + "\",\"KeyType\":\"HASH\"}]}";
    String created =
        lane.ask("CreateTable", body, HttpLane.Expect.ANYTHING)
            .orTimeout(30, TimeUnit.SECONDS)
            .join();
    if (!created.contains("TableDescription") && !created.contains("ResourceInUseException")) {
      throw new IllegalStateException("cannot create the table: " + created);
    }
    for (int poll = 0; poll < POLL_COUNT_MAX; poll++) {
      String described =
          lane.ask("DescribeTable", "{\"TableName\":\"" + table + "\"}", HttpLane.Expect.ANYTHING)
              .orTimeout(30, TimeUnit.SECONDS)
              .join();
      if (described.contains("ACTIVE")) {
        return;
      }
      CompletableFuture.runAsync(
              () -> {}, CompletableFuture.delayedExecutor(POLL_MILLIS, TimeUnit.MILLISECONDS))
          .join();
    }
    throw new IllegalStateException("the table did not become active");
  }
}
