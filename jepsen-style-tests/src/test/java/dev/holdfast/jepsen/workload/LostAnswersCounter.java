package dev.holdfast.jepsen.workload;

import dev.holdfast.jepsen.store.AwsSdk;
import dev.holdfast.jepsen.store.NextNodeHttpClient;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Increments through the AWS SDK, each of them applied by one node whose answer is lost and then
 * repeated by the SDK itself, with the same invocation id, through another node.
 */
public final class LostAnswersCounter {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int LOST_MAX = 2;

  private LostAnswersCounter() {}

  /** Counts so many times; fails if the SDK did not repeat a call. */
  public static Tally run(List<URI> nodes, String table, String key, int count, Random random) {
    NextNodeHttpClient http = new NextNodeHttpClient(nodes, 0, PATIENCE);
    Tally tally = new Tally(0, 0, 0);
    try (DynamoDbClient client = AwsSdk.client(nodes.get(0), http)) {
      for (int i = 0; i < count; i++) {
        int lost = 1 + random.nextInt(LOST_MAX);
        http.beginCall();
        http.loseAnswers(lost);
        try {
          client.updateItem(
              r ->
                  r.tableName(table)
                      .key(Map.of("k", AttributeValue.fromS(key)))
                      .updateExpression("ADD v :one")
                      .expressionAttributeValues(Map.of(":one", AttributeValue.fromN("1"))));
          tally = tally.plus(new Tally(1, 0, 0));
        } catch (SdkException e) {
          tally = tally.plus(new Tally(0, 0, 1));
        }
        if (http.attemptCount() <= lost) {
          throw new AssertionError("the SDK gave up after " + http.attemptCount() + " attempts");
        }
      }
    }
    return tally;
  }
}
