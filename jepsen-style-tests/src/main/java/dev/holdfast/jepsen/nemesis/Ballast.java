package dev.holdfast.jepsen.nemesis;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * Large items in a table that no workload knows, so that logs grow faster than clients have them.
 */
final class Ballast {
  private static final String TABLE = "jepsen-ballast";
  private static final int ITEM_BYTES = 100_000;
  private static final int KEYS = 20;
  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(10);
  private static final Duration DONE_WITHIN = Duration.ofSeconds(60);
  private static final int OK = 200;
  private static final String CREATE =
      """
      {"TableName":"%s","BillingMode":"PAY_PER_REQUEST",
       "KeySchema":[{"AttributeName":"k","KeyType":"HASH"}],
       "AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"}]}
      """;
  private static final String PUT =
      """
      {"TableName":"%s","Item":{"k":{"S":"k%d"},"v":{"S":"%s"}}}
      """;

  private final LocalCluster cluster;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWERED_WITHIN).build();
  private String said = "nothing yet";
  private int writtenCount;

  Ballast(LocalCluster cluster) {
    this.cluster = cluster;
  }

  /** Returns when at least so many bytes are acknowledged. */
  void write(long bytes) {
    String value = "x".repeat(ITEM_BYTES);
    for (long left = bytes; left > 0; left -= ITEM_BYTES) {
      String put = PUT.formatted(TABLE, writtenCount++ % KEYS, value);
      Await.until(() -> "ballast is written; " + said, DONE_WITHIN, () -> isPut(put));
    }
  }

  /** By whichever node answers. */
  private boolean isPut(String put) {
    for (int node = 0; node < cluster.size(); node++) {
      if (cluster.node(node).isAlive() && call(node, "PutItem", put) == OK) {
        return true;
      }
      if (said.contains("ResourceNotFoundException")) {
        call(node, "CreateTable", CREATE.formatted(TABLE));
      }
    }
    return false;
  }

  private int call(int node, String operation, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(cluster.endpoint(node))
            .timeout(ANSWERED_WITHIN)
            .header("Content-Type", "application/x-amz-json-1.0")
            .header("X-Amz-Target", "DynamoDB_20120810." + operation)
            .header("X-Amz-Date", "20260101T000000Z")
            .header(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request,"
                    + " SignedHeaders=host;x-amz-date, Signature=0123456789abcdef")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      said = answer.statusCode() + " " + answer.body();
      return answer.statusCode();
    } catch (IOException e) {
      said = e.toString();
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
