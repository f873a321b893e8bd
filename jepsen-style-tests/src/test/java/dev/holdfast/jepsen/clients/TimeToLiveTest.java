package dev.holdfast.jepsen.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.cluster.PartitionView;
import dev.holdfast.jepsen.cluster.ServerProcess;
import dev.holdfast.jepsen.store.AwsSdk;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.OperationType;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.Select;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** Items that expire, on real processes, through an SDK. */
@Timeout(180)
class TimeToLiveTest {
  private static final String TABLE = "sessions";
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int COUNT = 60;

  private static void create(DynamoDbClient client) {
    client.createTable(
        table ->
            table
                .tableName(TABLE)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .keySchema(
                    KeySchemaElement.builder().attributeName("id").keyType(KeyType.HASH).build())
                .attributeDefinitions(
                    AttributeDefinition.builder()
                        .attributeName("id")
                        .attributeType(ScalarAttributeType.S)
                        .build())
                .streamSpecification(
                    stream -> stream.streamEnabled(true).streamViewType(StreamViewType.KEYS_ONLY)));
    client.waiter().waitUntilTableExists(describe -> describe.tableName(TABLE));
  }

  /** One in three never expires, one in three not for a long time. */
  private static void put(DynamoDbClient client, int from, int to, long soon) {
    for (int i = from; i < to; i++) {
      Map<String, AttributeValue> item = new HashMap<>();
      item.put("id", AttributeValue.fromS("s" + i));
      if (i % 3 != 0) {
        long second = i % 3 == 1 ? soon : soon + 100_000;
        item.put("expires", AttributeValue.fromN(Long.toString(second)));
      }
      client.putItem(put -> put.tableName(TABLE).item(item));
    }
  }

  private static void enable(DynamoDbClient client) {
    client.updateTimeToLive(
        update ->
            update
                .tableName(TABLE)
                .timeToLiveSpecification(ttl -> ttl.enabled(true).attributeName("expires")));
    Await.until("time to live", LIMIT, () -> status(client) == TimeToLiveStatus.ENABLED);
  }

  private static TimeToLiveStatus status(DynamoDbClient client) {
    return client
        .describeTimeToLive(describe -> describe.tableName(TABLE))
        .timeToLiveDescription()
        .timeToLiveStatus();
  }

  private static int count(DynamoDbClient client) {
    return client
        .scan(scan -> scan.tableName(TABLE).select(Select.COUNT).consistentRead(true))
        .count();
  }

  @Test
  void whatHasExpiredIsDeletedThroughASplitAndTheDeathOfALeaderAndTheStreamSaysByWhom()
      throws Exception {
    try (LocalCluster cluster = LocalCluster.start(3, 1, "expiry.interval.seconds=1")) {
      int leader = cluster.awaitLeader();
      int other = (leader + 1) % 3; // goes on
      try (DynamoDbClient client = AwsSdk.client(cluster.endpoint(other));
          DynamoDbStreamsClient streams = StreamsTest.streams(cluster.endpoint(other))) {
        create(client);
        long soon = Instant.now().getEpochSecond() + 8;
        put(client, 0, COUNT / 2, soon);
        enable(client);
        put(client, COUNT / 2, COUNT, soon);
        PartitionView parent = cluster.partitions().get(0);
        try (ServerProcess split = cluster.startSplit(other, parent.id())) {
          assertThat(split.awaitExit(LIMIT)).as(split.logTail()).isZero();
        }
        cluster.node(leader).kill();

        Await.until("what has expired to go", LIMIT, () -> count(client) == COUNT / 3 * 2);
        String arn =
            client.describeTable(table -> table.tableName(TABLE)).table().latestStreamArn();
        List<Record> removals = new ArrayList<>();
        StreamConsumer consumer =
            new StreamConsumer(
                streams,
                arn,
                record -> {
                  if (record.eventName() == OperationType.REMOVE) {
                    removals.add(record);
                  }
                });
        Await.until(
            "all records",
            LIMIT,
            () -> {
              consumer.poll();
              return removals.size() >= COUNT / 3;
            });
        assertThat(removals)
            .hasSize(COUNT / 3)
            .allSatisfy(
                record -> {
                  assertThat(record.userIdentity().type()).isEqualTo("Service");
                  assertThat(record.userIdentity().principalId())
                      .isEqualTo("dynamodb.amazonaws.com");
                });
      }
    }
  }
}
