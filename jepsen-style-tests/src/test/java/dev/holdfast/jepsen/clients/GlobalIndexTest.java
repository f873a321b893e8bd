package dev.holdfast.jepsen.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.cluster.PartitionView;
import dev.holdfast.jepsen.cluster.ServerProcess;
import dev.holdfast.jepsen.store.AwsSdk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexUpdate;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.Select;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Global indexes on real processes, through an SDK (invariant 9). */
@Timeout(300)
class GlobalIndexTest {
  private static final String TABLE = "players";
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int WRITER_COUNT = 4;
  private static final int KEYS_PER_WRITER = 40;
  private static final int TEAM_COUNT = 3;
  private static final int OLD_COUNT = 5_000;
  private static final String INDEX = "byScore";

  private final AtomicLong written = new AtomicLong();
  private volatile boolean stopping;

  private static void create(DynamoDbClient client) {
    client.createTable(
        table ->
            table
                .tableName(TABLE)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .keySchema(key("id", KeyType.HASH))
                .attributeDefinitions(attribute("id", ScalarAttributeType.S)));
    client.waiter().waitUntilTableExists(describe -> describe.tableName(TABLE));
  }

  private static void addIndex(DynamoDbClient client) {
    client.updateTable(
        update ->
            update
                .tableName(TABLE)
                .attributeDefinitions(
                    attribute("team", ScalarAttributeType.S),
                    attribute("score", ScalarAttributeType.N))
                .globalSecondaryIndexUpdates(
                    GlobalSecondaryIndexUpdate.builder()
                        .create(
                            index ->
                                index
                                    .indexName(INDEX)
                                    .keySchema(
                                        key("team", KeyType.HASH), key("score", KeyType.RANGE))
                                    .projection(all -> all.projectionType(ProjectionType.ALL)))
                        .build()));
  }

  private static void removeIndex(DynamoDbClient client) {
    client.updateTable(
        update ->
            update
                .tableName(TABLE)
                .globalSecondaryIndexUpdates(
                    GlobalSecondaryIndexUpdate.builder()
                        .delete(index -> index.indexName(INDEX))
                        .build()));
    Await.until("the index to go", LIMIT, () -> !table(client).hasGlobalSecondaryIndexes());
  }

  private static TableDescription table(DynamoDbClient client) {
    return client.describeTable(describe -> describe.tableName(TABLE)).table();
  }

  private static boolean isActive(DynamoDbClient client) {
    return table(client).globalSecondaryIndexes().get(0).indexStatus() == IndexStatus.ACTIVE;
  }

  /** Items that nobody writes any more. */
  private static void fill(DynamoDbClient client) {
    for (int i = 0; i < OLD_COUNT; i += 25) {
      List<WriteRequest> puts = new ArrayList<>();
      for (int j = i; j < i + 25; j++) {
        Map<String, AttributeValue> item =
            Map.of(
                "id",
                AttributeValue.fromS("old-" + j),
                "team",
                AttributeValue.fromS("veterans"),
                "score",
                AttributeValue.fromN(Integer.toString(j)));
        puts.add(WriteRequest.builder().putRequest(put -> put.item(item)).build());
      }
      client.batchWriteItem(batch -> batch.requestItems(Map.of(TABLE, puts)));
    }
  }

  private static int veterans(DynamoDbClient client) {
    return client
        .queryPaginator(
            query ->
                query
                    .tableName(TABLE)
                    .indexName(INDEX)
                    .select(Select.COUNT)
                    .keyConditionExpression("team = :team")
                    .expressionAttributeValues(Map.of(":team", AttributeValue.fromS("veterans"))))
        .stream()
        .mapToInt(QueryResponse::count)
        .sum();
  }

  private static KeySchemaElement key(String name, KeyType type) {
    return KeySchemaElement.builder().attributeName(name).keyType(type).build();
  }

  private static AttributeDefinition attribute(String name, ScalarAttributeType type) {
    return AttributeDefinition.builder().attributeName(name).attributeType(type).build();
  }

  /** Items that come, change teams and scores, lose them, and go. */
  private Thread writer(DynamoDbClient client, int number) {
    Random random = new Random(number);
    Thread thread =
        new Thread(
            () -> {
              while (!stopping) {
                write(client, number + "-" + random.nextInt(KEYS_PER_WRITER), random);
                written.incrementAndGet();
              }
            },
            "writer-" + number);
    thread.start();
    return thread;
  }

  private static void write(DynamoDbClient client, String id, Random random) {
    Map<String, AttributeValue> item = new HashMap<>();
    item.put("id", AttributeValue.fromS(id));
    item.put("score", AttributeValue.fromN(Integer.toString(random.nextInt(100))));
    if (random.nextInt(8) > 0) {
      item.put("team", AttributeValue.fromS("team" + random.nextInt(TEAM_COUNT)));
    }
    boolean isDeletion = random.nextInt(6) == 0;
    while (true) {
      try {
        if (isDeletion) {
          client.deleteItem(
              delete -> delete.tableName(TABLE).key(Map.of("id", AttributeValue.fromS(id))));
        } else {
          client.putItem(put -> put.tableName(TABLE).item(item));
        }
        return;
      } catch (SdkException e) { // while there is no leader
        LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
      }
    }
  }

  private void awaitWrites(long more) {
    long goal = written.get() + more;
    Await.until(more + " more writes", LIMIT, () -> written.get() >= goal);
  }

  private static void splitAll(LocalCluster cluster, int by) throws Exception {
    for (PartitionView parent : cluster.partitions()) {
      try (ServerProcess command = cluster.startSplit(by, parent.id())) {
        assertThat(command.awaitExit(LIMIT)).as(command.logTail()).isZero();
      }
    }
  }

  @Test
  void anIndexThatIsAddedUnderLoadIsTheProjectionOfItsTableThroughSplitsAndADeath()
      throws Exception {
    try (LocalCluster cluster = LocalCluster.start(3, 1)) {
      int leader = cluster.awaitLeader();
      int other = (leader + 1) % 3; // goes on
      try (DynamoDbClient client = AwsSdk.client(cluster.endpoint(other))) {
        create(client);
        fill(client);
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < WRITER_COUNT; i++) {
          writers.add(writer(client, i));
        }
        awaitWrites(300);
        addIndex(client);
        splitAll(cluster, other);
        cluster.node(leader).kill();
        Await.until("the index to be filled", LIMIT, () -> isActive(client));
        assertThat(veterans(client)).as("complete from the first").isEqualTo(OLD_COUNT);
        awaitWrites(500);
        cluster.startNode(leader);
        cluster.awaitReady();
        splitAll(cluster, other);
        awaitWrites(500);
        stopping = true;
        for (Thread writer : writers) {
          writer.join();
        }
        Map<String, Map<String, AttributeValue>> expected = expected(client);
        Await.until("the index to catch up", LIMIT, () -> indexed(client).equals(expected));
        checkOrder(client);
        assertThat(table(client).globalSecondaryIndexes().get(0).itemCount())
            .isEqualTo(expected.size());
        removeIndex(client);
        addIndex(client);
        Await.until("the index to be filled again", LIMIT, () -> isActive(client));
        assertThat(indexed(client)).isEqualTo(expected);
      }
    }
  }

  private static Map<String, Map<String, AttributeValue>> expected(DynamoDbClient client) {
    Map<String, Map<String, AttributeValue>> items = new TreeMap<>();
    client
        .scanPaginator(scan -> scan.tableName(TABLE).consistentRead(true))
        .items()
        .forEach(
            item -> {
              if (item.containsKey("team")) {
                items.put(value(item, "id").s(), item);
              }
            });
    return items;
  }

  private static Map<String, Map<String, AttributeValue>> indexed(DynamoDbClient client) {
    Map<String, Map<String, AttributeValue>> entries = new TreeMap<>();
    int count = 0;
    for (Map<String, AttributeValue> entry :
        client.scanPaginator(scan -> scan.tableName(TABLE).indexName(INDEX).limit(170)).items()) {
      entries.put(value(entry, "id").s(), entry);
      count++;
    }
    return count == entries.size() ? entries : Map.of(); // two entries of one item: not yet
  }

  private static AttributeValue value(Map<String, AttributeValue> item, String name) {
    return Objects.requireNonNull(item.get(name));
  }

  private static void checkOrder(DynamoDbClient client) {
    int count = 0;
    for (int team = 0; team < TEAM_COUNT; team++) {
      AttributeValue name = AttributeValue.fromS("team" + team);
      List<Integer> scores =
          client
              .queryPaginator(
                  query ->
                      query
                          .tableName(TABLE)
                          .indexName(INDEX)
                          .keyConditionExpression("team = :team")
                          .expressionAttributeValues(Map.of(":team", name))
                          .scanIndexForward(false)
                          .limit(7))
              .items()
              .stream()
              .map(item -> Integer.parseInt(value(item, "score").n()))
              .toList();
      List<Integer> sorted = new ArrayList<>(scores);
      sorted.sort((left, right) -> right - left);
      assertThat(scores).isEqualTo(sorted);
      count += scores.size();
    }
    assertThat(count + OLD_COUNT).isEqualTo(expected(client).size());
  }
}
