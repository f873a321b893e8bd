package dev.holdfast.jepsen.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.store.AwsSdk;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;

/** Clients that speak HTTP/2 without TLS. */
@Timeout(180)
class Http2ClientsTest {
  private static final int ITEM_COUNT = 300;
  private static final int LARGE_LENGTH = 300_000;

  @SuppressWarnings("NullAway.Init")
  private static LocalCluster cluster;

  @BeforeAll
  static void start() {
    cluster = LocalCluster.start(3, 1);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static DynamoDbAsyncClient client() {
    return DynamoDbAsyncClient.builder()
        .endpointOverride(cluster.endpoint(1))
        .region(Region.EU_WEST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "any")))
        .httpClientBuilder(
            NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP2).maxConcurrency(64))
        .build();
  }

  private static Map<String, AttributeValue> key(int i) {
    return Map.of("k", AttributeValue.fromS("item" + i));
  }

  @Test
  void theAwsSdkForJavaWorksByPriorKnowledge() {
    try (DynamoDbAsyncClient client = client()) {
      client.createTable(table -> AwsSdk.describe(table, "h2-items")).join();
      client.waiter().waitUntilTableExists(table -> table.tableName("h2-items")).join();

      List<CompletableFuture<PutItemResponse>> puts = new ArrayList<>();
      for (int i = 0; i < ITEM_COUNT; i++) {
        String value = i % 100 == 0 ? "x".repeat(LARGE_LENGTH) : "value" + i;
        Map<String, AttributeValue> item =
            Map.of("k", AttributeValue.fromS("item" + i), "v", AttributeValue.fromS(value));
        puts.add(client.putItem(put -> put.tableName("h2-items").item(item)));
      }
      puts.forEach(CompletableFuture::join);
      List<CompletableFuture<GetItemResponse>> gets = new ArrayList<>();
      for (int i = 0; i < ITEM_COUNT; i++) {
        Map<String, AttributeValue> key = key(i);
        gets.add(client.getItem(get -> get.tableName("h2-items").key(key).consistentRead(true)));
      }
      for (int i = 0; i < ITEM_COUNT; i++) {
        String value = i % 100 == 0 ? "x".repeat(LARGE_LENGTH) : "value" + i;
        assertThat(gets.get(i).join().item()).containsEntry("v", AttributeValue.fromS(value));
      }
    }
  }

  @Test
  void aClientThatAsksForAnUpgradeIsServed() throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
    for (int i = 0; i < 3; i++) {
      HttpResponse<String> answer = client.send(listTables(), BodyHandlers.ofString());
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).startsWith("{\"TableNames\":[");
    }
  }

  private static HttpRequest listTables() {
    return HttpRequest.newBuilder(URI.create(cluster.endpoint(2) + "/"))
        .header("Content-Type", "application/x-amz-json-1.0")
        .header("X-Amz-Target", "DynamoDB_20120810.ListTables")
        .header("X-Amz-Date", "20260101T000000Z")
        .header(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request,"
                + " SignedHeaders=host;x-amz-date, Signature=00")
        .POST(HttpRequest.BodyPublishers.ofString("{}"))
        .build();
  }
}
