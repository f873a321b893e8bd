package dev.holdfast.jepsen.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.client.Document;
import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.Key;
import dev.holdfast.client.ReadLevel;
import dev.holdfast.client.SyncClient;
import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.store.AwsSdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Invariants 2, 4 and 7 on three real processes, with the AWS SDK as the client. */
class NodeFailuresTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @SuppressWarnings("NullAway.Init")
  private LocalCluster cluster;

  @BeforeEach
  void start() {
    cluster = LocalCluster.start(3, 1);
    try (DynamoDbClient client = client(0)) {
      AwsSdk.createTable(client, "counters");
    }
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void aCounterCountsEveryIncrementOnceThroughLeaderKills() throws Exception {
    AtomicLong acknowledged = new AtomicLong();
    AtomicLong indeterminate = new AtomicLong();
    for (int kill = 0; kill < 3; kill++) {
      int leader = cluster.awaitLeader();
      int reachable = (leader + 1) % cluster.size();
      try (DynamoDbClient other = client(reachable)) {
        Thread writer =
            new Thread(() -> increment(other, 150, acknowledged, indeterminate), "writer");
        writer.start();
        long before = acknowledged.get();
        Await.until("some increments", LIMIT, () -> acknowledged.get() > before + 20);
        cluster.node(leader).kill();
        writer.join();
      }
      cluster.startNode(leader);
      cluster.awaitReady();
    }
    assertThat(counter(0))
        .as(cluster.logs())
        .isBetween(acknowledged.get(), acknowledged.get() + indeterminate.get());
  }

  @Test
  void acknowledgedWritesSurviveTheRestartOfOneTwoAndAllNodes() {
    AtomicLong acknowledged = new AtomicLong();
    AtomicLong indeterminate = new AtomicLong();
    for (int count = 1; count <= cluster.size(); count++) {
      try (DynamoDbClient client = client(0)) {
        increment(client, 20, acknowledged, indeterminate);
      }
      IntStream.range(0, count).forEach(node -> cluster.node(node).kill());
      IntStream.range(0, count).forEach(cluster::startNode);
      cluster.awaitReady();
      assertThat(counter(2))
          .isBetween(acknowledged.get(), acknowledged.get() + indeterminate.get());
    }
  }

  @Test
  void writesResumeSoonAfterTheLeaderIsKilled() {
    int leader = cluster.awaitLeader();
    try (DynamoDbClient client = client((leader + 1) % cluster.size())) {
      put(client, "before");
      cluster.node(leader).kill();
      long killed = System.nanoTime();
      Await.until("a write", LIMIT, () -> tryPut(client, "after"));
      Duration pause = Duration.ofNanos(System.nanoTime() - killed);
      System.out.println("writes resumed " + pause.toMillis() + " ms after a kill of the leader");
      assertThat(pause).isLessThan(Duration.ofSeconds(10));
      assertThat(cluster.node((leader + 1) % cluster.size()).isAlive()).isTrue();
    }
    cluster.startNode(leader);
    cluster.awaitReady();
  }

  @Test
  void aLeaderThatWasPausedNeverServesAStaleStrongRead() {
    int old = cluster.awaitLeader();
    int other = (old + 1) % cluster.size();
    try (DynamoDbClient client = client(other);
        DynamoDbClient atOld = client(old)) {
      put(client, "x");
      cluster.node(old).pause();
      Await.until("a write under a new leader", LIMIT, () -> tryPut(client, "y"));
      cluster.node(old).resume();
      Await.until("an answer of the old leader", LIMIT, () -> !read(atOld).isEmpty());
      assertThat(read(atOld)).isEqualTo("y");
    }
  }

  @Test
  void theNativeClientReadsItsLeaderThroughACleanStop() {
    try (HoldfastClient client = HoldfastClient.connect(cluster.nativeAddresses())) {
      SyncClient sync = client.sync();
      sync.table("counters").put(Document.builder().set("k", "native").set("v", 1).build());
      int leader = cluster.awaitLeader();
      cluster.node(leader).stop();
      long stopped = System.nanoTime();
      sync.table("counters").put(Document.builder().set("k", "native").set("v", 2).build());
      System.out.println(
          "a native write was answered "
              + Duration.ofNanos(System.nanoTime() - stopped).toMillis()
              + " ms after a clean stop of the leader");
      Document found =
          sync.table("counters").with(ReadLevel.STRONG).get(Key.of("native")).orElseThrow();
      assertThat(found.longValue("v")).isEqualTo(2);
      cluster.startNode(leader);
      cluster.awaitReady();
    }
  }

  /** It would stay there when the node is killed. */
  @Test
  void aNodeUnpacksItsLibraryBesideItsData() throws IOException {
    List<String> libraries =
        Files.readAllLines(Path.of("/proc/" + cluster.node(0).pid() + "/maps")).stream()
            .filter(line -> line.contains("librocksdbjni"))
            .toList();

    assertThat(libraries).isNotEmpty().allMatch(line -> line.contains("/n1/native/"));
  }

  private static void increment(
      DynamoDbClient client, int count, AtomicLong acknowledged, AtomicLong indeterminate) {
    for (int i = 0; i < count; i++) {
      try {
        client.updateItem(
            r ->
                r.tableName("counters")
                    .key(Map.of("k", AttributeValue.fromS("c")))
                    .updateExpression("ADD n :one")
                    .expressionAttributeValues(Map.of(":one", AttributeValue.fromN("1"))));
        acknowledged.incrementAndGet();
      } catch (SdkException e) {
        indeterminate.incrementAndGet();
      }
    }
  }

  private long counter(int node) {
    try (DynamoDbClient client = client(node)) {
      return Long.parseLong(attribute(client, "c", "n").n());
    }
  }

  /** Read strongly; the item and the attribute must be there. */
  private static AttributeValue attribute(DynamoDbClient client, String key, String name) {
    Map<String, AttributeValue> item =
        client
            .getItem(
                r ->
                    r.tableName("counters")
                        .key(Map.of("k", AttributeValue.fromS(key)))
                        .consistentRead(true))
            .item();
    return Objects.requireNonNull(item.get(name), name);
  }

  private static void put(DynamoDbClient client, String value) {
    client.putItem(
        r ->
            r.tableName("counters")
                .item(Map.of("k", AttributeValue.fromS("p"), "v", AttributeValue.fromS(value))));
  }

  private static boolean tryPut(DynamoDbClient client, String value) {
    try {
      put(client, value);
      return true;
    } catch (SdkException e) {
      return false;
    }
  }

  /** Empty when the node does not answer; what it answers is a strong read. */
  private static String read(DynamoDbClient client) {
    try {
      return attribute(client, "p", "v").s();
    } catch (SdkException e) {
      return "";
    }
  }

  private DynamoDbClient client(int node) {
    return AwsSdk.client(cluster.endpoint(node));
  }
}
