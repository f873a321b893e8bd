package dev.holdfast.jepsen.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.cluster.PartitionView;
import dev.holdfast.jepsen.cluster.ServerProcess;
import dev.holdfast.jepsen.store.AwsSdk;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CreateTableResponse;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** DynamoDB Streams on real processes, read by clients that we did not write. */
@Timeout(300)
class StreamsTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int WRITER_COUNT = 4;
  private static final int KEYS_PER_WRITER = 8;

  /** The last value of each key that a client was told is written. */
  private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();

  /** What the stream showed of each key, in the order in which it did. */
  private final Map<String, List<Long>> seen = new TreeMap<>();

  private volatile boolean stopping;

  static DynamoDbStreamsClient streams(URI endpoint) {
    return DynamoDbStreamsClient.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "thing")))
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }

  /** The ARN of the stream. */
  private static String create(DynamoDbClient client, String table, StreamViewType view) {
    CreateTableResponse created =
        client.createTable(
            create ->
                AwsSdk.describe(create, table)
                    .streamSpecification(
                        stream -> stream.streamEnabled(true).streamViewType(view)));
    client.waiter().waitUntilTableExists(describe -> describe.tableName(table));
    return created.tableDescription().latestStreamArn();
  }

  /** One key after the other gets its next value; one that fails is written once more. */
  private Thread writer(DynamoDbClient client, String table, int number) {
    Thread thread =
        new Thread(
            () -> {
              for (long value = 1; !stopping; value++) {
                for (int i = 0; i < KEYS_PER_WRITER; i++) {
                  String key = number + "-" + i;
                  put(client, table, key, value);
                  acknowledged.put(key, value);
                }
              }
            },
            "writer-" + number);
    thread.start();
    return thread;
  }

  private static void put(DynamoDbClient client, String table, String key, long value) {
    Map<String, AttributeValue> item =
        Map.of(
            "k",
            AttributeValue.fromS(key),
            "v",
            AttributeValue.fromN(Long.toString(value)),
            "padding",
            AttributeValue.fromS("x".repeat(500)));
    while (true) {
      try {
        client.putItem(put -> put.tableName(table).item(item));
        return;
      } catch (SdkException e) { // the same again: a value that is there already leaves no record
        LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
      }
    }
  }

  private void see(Record record) {
    String key = attribute(record.dynamodb().keys(), "k").s();
    long value = Long.parseLong(attribute(record.dynamodb().newImage(), "v").n());
    assertThat(record.eventNameAsString()).isEqualTo(value == 1 ? "INSERT" : "MODIFY");
    seen.computeIfAbsent(key, first -> new ArrayList<>()).add(value);
  }

  private static AttributeValue attribute(Map<String, AttributeValue> item, String name) {
    return Objects.requireNonNull(item.get(name));
  }

  /** Invariant 8, as an application sees it. */
  @Test
  void everyWriteIsReadOnceAndInOrderThroughSplitsAndTheDeathOfALeader() throws Exception {
    try (LocalCluster cluster = LocalCluster.start(3, 1)) {
      int leader = cluster.awaitLeader();
      int other = (leader + 1) % 3; // goes on
      try (DynamoDbClient client = AwsSdk.client(cluster.endpoint(other));
          DynamoDbStreamsClient streams = streams(cluster.endpoint(other))) {
        String arn = create(client, "events", StreamViewType.NEW_IMAGE);
        StreamConsumer consumer = new StreamConsumer(streams, arn, this::see);
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < WRITER_COUNT; i++) {
          writers.add(writer(client, "events", i));
        }
        readUntilAllHave(consumer, 30);
        split(cluster, other, consumer);
        readUntilAllHave(consumer, 60);
        int killed = cluster.awaitLeader();
        if (killed != other) { // which answers us
          cluster.node(killed).kill();
          readUntilAllHave(consumer, 90);
          cluster.startNode(killed);
          cluster.awaitReady();
        }
        split(cluster, other, consumer);
        readUntilAllHave(consumer, 120);
        stopping = true;
        for (Thread writer : writers) {
          writer.join();
        }
        readAll(consumer);
        System.out.println(
            seen.values().stream().mapToInt(List::size).sum()
                + " records of "
                + consumer.shards().size()
                + " shards");
        checkLineage(consumer.shards());
      }
    }
  }

  private void readUntilAllHave(StreamConsumer consumer, long value) {
    Await.until(
        "all keys at " + value,
        LIMIT,
        () -> {
          poll(consumer);
          return acknowledged.size() == WRITER_COUNT * KEYS_PER_WRITER
              && acknowledged.values().stream().allMatch(each -> each >= value);
        });
  }

  /** While there is no leader there is nobody to ask. */
  private static void poll(StreamConsumer consumer) {
    try {
      consumer.poll();
    } catch (SdkException e) {
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  private static void split(LocalCluster cluster, int by, StreamConsumer consumer)
      throws Exception {
    List<String> parents = cluster.partitions().stream().map(PartitionView::id).toList();
    for (String parent : parents) {
      try (ServerProcess command = cluster.startSplit(by, parent)) {
        Await.until(
            "the split of " + parent,
            LIMIT,
            () -> {
              poll(consumer);
              return !command.isAlive();
            });
        assertThat(command.awaitExit(LIMIT)).as(command.logTail()).isZero();
      }
    }
  }

  /** A record can be read as soon as its write is acknowledged: so one empty round is the end. */
  private void readAll(StreamConsumer consumer) {
    int countBefore = -1;
    int shardsBefore = -1;
    while (countBefore != 0 || shardsBefore != consumer.shards().size()) {
      shardsBefore = consumer.shards().size();
      countBefore = consumer.poll();
    }
    assertThat(seen.keySet()).isEqualTo(new TreeMap<>(acknowledged).keySet());
    acknowledged.forEach(
        (key, last) ->
            assertThat(seen.get(key))
                .as("records of " + key)
                .isEqualTo(LongStream.rangeClosed(1, last).boxed().toList()));
  }

  private static void checkLineage(List<Shard> shards) {
    List<String> ids = shards.stream().map(Shard::shardId).toList();
    assertThat(ids).hasSizeGreaterThanOrEqualTo(7); // one, two of it, four of those
    assertThat(shards.stream().filter(shard -> shard.parentShardId() == null)).hasSize(1);
    assertThat(shards.stream().map(Shard::parentShardId).filter(id -> id != null))
        .allMatch(ids::contains);
  }

  /** Turning a stream on and off fails no write, and a new stream does not repeat the old one. */
  @Test
  void aStreamThatIsTurnedOnAndOffFailsNoWrite() throws Exception {
    try (LocalCluster cluster = LocalCluster.start(3, 4);
        DynamoDbClient client = AwsSdk.client(cluster.endpoint(1));
        DynamoDbClient once = AwsSdk.client(cluster.endpoint(2));
        DynamoDbStreamsClient streams = streams(cluster.endpoint(0))) {
      create(client, "switched", StreamViewType.KEYS_ONLY);
      List<String> failures = Collections.synchronizedList(new ArrayList<>());
      Thread writer =
          new Thread(
              () -> {
                for (long value = 1; !stopping; value++) {
                  try {
                    Map<String, AttributeValue> item =
                        Map.of("k", AttributeValue.fromS("k" + value % 50));
                    once.putItem(put -> put.tableName("switched").item(item));
                  } catch (SdkException e) {
                    failures.add(e.toString());
                  }
                }
              });
      writer.start();
      for (int i = 0; i < 5; i++) {
        turn(client, false);
        turn(client, true);
      }
      stopping = true;
      writer.join();
      assertThat(failures).isEmpty();
      assertThat(streams.listStreams(list -> list.tableName("switched")).streams()).hasSize(6);
    }
  }

  private static void turn(DynamoDbClient client, boolean on) {
    client.updateTable(
        update ->
            update
                .tableName("switched")
                .streamSpecification(
                    on
                        ? stream -> stream.streamEnabled(true).streamViewType("NEW_IMAGE")
                        : stream -> stream.streamEnabled(false)));
    Await.until(
        "the table is active",
        LIMIT,
        () ->
            client.describeTable(describe -> describe.tableName("switched")).table().tableStatus()
                == TableStatus.ACTIVE);
  }

  @Test
  void boto3ReadsStreams() throws Exception {
    ClientScripts.require("boto3", ClientScripts.succeeds("python3", "-c", "import boto3"));
    try (LocalCluster cluster = LocalCluster.start(3, 1)) {
      ClientScripts.run(
          "python3",
          ClientScripts.SCRIPTS.resolve("boto3_streams.py").toString(),
          cluster.endpoint(1).toString());
    }
  }
}
