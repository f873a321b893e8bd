package dev.holdfast.jepsen.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.client.Document;
import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.Key;
import dev.holdfast.client.ReadLevel;
import dev.holdfast.client.Scan;
import dev.holdfast.client.SyncTable;
import dev.holdfast.client.TableSpec;
import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.protocol.model.ScalarType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A cluster that was started with several data partitions, seen from outside. */
class ManyPartitionsTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int PARTITION_COUNT = 4;
  private static final int TABLE_COUNT = 8; // table ids are random: they spread over the ranges
  private static final Pattern LEADER = Pattern.compile("\"leader\"\\s*:\\s*\"(n\\d+)\"");

  @SuppressWarnings("NullAway.Init")
  private LocalCluster cluster;

  @BeforeEach
  void start() {
    cluster = LocalCluster.start(3, PARTITION_COUNT);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void itemsSpreadOverPartitionsAndEveryOneIsServedThroughTheLossOfANode() {
    Await.until("leaders on all nodes", LIMIT, () -> leaders().size() == cluster.size());
    try (HoldfastClient client = HoldfastClient.connect(cluster.nativeAddresses())) {
      for (int table = 0; table < TABLE_COUNT; table++) {
        client
            .sync()
            .createTable(
                TableSpec.named("table-" + table)
                    .partitionKey("k", ScalarType.S)
                    .sortKey("s", ScalarType.N));
      }
      forEachTable(client, table -> table.putAll(items(0, 60)));
      assertThat(partitionsWithItems()).as("partitions that hold items").isGreaterThan(1);
      forEachTable(client, table -> assertHolds(table, 60));

      int lost = cluster.awaitLeader();
      cluster.node(lost).kill();
      forEachTable(client, table -> table.putAll(items(60, 90)));
      forEachTable(client, table -> assertHolds(table, 90));

      cluster.startNode(lost);
      cluster.awaitReady();
      forEachTable(client, table -> assertHolds(table, 90));
    }
  }

  private static void forEachTable(
      HoldfastClient client, java.util.function.Consumer<SyncTable> use) {
    for (int table = 0; table < TABLE_COUNT; table++) {
      use.accept(client.sync().table("table-" + table).with(ReadLevel.STRONG));
    }
  }

  private static void assertHolds(SyncTable table, int count) {
    List<Key> keys = IntStream.range(0, count).mapToObj(i -> Key.of("k" + i, i)).toList();
    Map<Key, Document> found = table.getAll(keys);
    assertThat(found.keySet()).containsExactlyInAnyOrderElementsOf(keys);
    Set<Long> scanned =
        StreamSupport.stream(table.scan(Scan.all()).spliterator(), false)
            .map(document -> document.longValue("s"))
            .collect(Collectors.toSet());
    assertThat(scanned).hasSize(count);
  }

  private static List<Document> items(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> Document.builder().set("k", "k" + i).set("s", i).build())
        .toList();
  }

  /** The nodes that lead a data partition. */
  private Set<String> leaders() {
    String status = cluster.page(0, "/status").orElse("");
    Matcher leader = LEADER.matcher(status);
    return leader.results().map(found -> found.group(1)).collect(Collectors.toSet());
  }

  private long partitionsWithItems() {
    return IntStream.rangeClosed(1, PARTITION_COUNT)
        .filter(
            partition ->
                cluster
                        .metric(
                            0, "holdfast_apply_commands_total{partition=\"p" + partition + "\"}")
                        .orElse(0)
                    > TABLE_COUNT * 2)
        .count();
  }
}
