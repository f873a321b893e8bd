package dev.holdfast.jepsen.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.store.AwsSdk;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** A table that is split ahead of its load, by an AWS SDK on real processes. */
class WarmTableTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String TABLE = "warm";
  private static final int KEYS = 40;

  private static DynamoDbClient connect(LocalCluster cluster) {
    return AwsSdk.client(cluster.endpoint(0));
  }

  private static TableDescription described(DynamoDbClient sdk) {
    return sdk.describeTable(r -> r.tableName(TABLE)).table();
  }

  private static void create(DynamoDbClient sdk, long readUnits, long writeUnits) {
    sdk.createTable(
        r ->
            AwsSdk.describe(r, TABLE)
                .warmThroughput(
                    w -> w.readUnitsPerSecond(readUnits).writeUnitsPerSecond(writeUnits)));
  }

  private static long increment(DynamoDbClient sdk, int key) {
    Map<String, AttributeValue> after =
        sdk.updateItem(
                r ->
                    r.tableName(TABLE)
                        .key(Map.of("k", AttributeValue.fromS("k" + key)))
                        .updateExpression("ADD n :one")
                        .expressionAttributeValues(Map.of(":one", AttributeValue.fromN("1")))
                        .returnValues("UPDATED_NEW"))
            .attributes();
    return Long.parseLong(Objects.requireNonNull(after.get("n")).n());
  }

  private static void awaitWarm(DynamoDbClient sdk, long writeUnits) {
    Await.until(
        "it is as warm as is asked",
        LIMIT,
        () ->
            described(sdk).tableStatus() == TableStatus.ACTIVE
                && described(sdk).warmThroughput().statusAsString().equals("ACTIVE")
                && described(sdk).warmThroughput().writeUnitsPerSecond() == writeUnits);
  }

  @Test
  void aTableBeginsWithItsPartitionsServesWhileItGetsMoreAndGivesTheirNamesBack() {
    try (LocalCluster cluster = LocalCluster.start(3, 1);
        DynamoDbClient sdk = connect(cluster);
        DynamoDbClient other = connect(cluster)) {
      create(sdk, 40_000, 10_000); // 80,000 units of load: four partitions
      awaitWarm(sdk, 10_000);
      assertThat(cluster.partitions()).hasSize(4);

      AtomicBoolean stopped = new AtomicBoolean();
      CompletableFuture<Integer> rounds =
          CompletableFuture.supplyAsync(
              () -> {
                int round = 0;
                while (!stopped.get()) {
                  round++;
                  for (int key = 0; key < KEYS; key++) {
                    assertThat(increment(other, key)).isEqualTo(round);
                  }
                }
                return round;
              });
      sdk.updateTable(r -> r.tableName(TABLE).warmThroughput(w -> w.writeUnitsPerSecond(25_000L)));
      awaitWarm(sdk, 25_000);
      stopped.set(true);

      assertThat(cluster.partitions()).hasSize(8); // 140,000 units
      assertThat(rounds.join()).isPositive();
      assertThatThrownBy(
              () ->
                  sdk.updateTable(
                      r -> r.tableName(TABLE).warmThroughput(w -> w.writeUnitsPerSecond(24_999L))))
          .isInstanceOf(DynamoDbException.class)
          .hasMessageContaining(
              "Requested WriteUnitsPerSecond for WarmThroughput for table is lower than current");
      sdk.deleteTable(r -> r.tableName(TABLE));
      Await.until("its name is free", LIMIT, () -> !sdk.listTables().tableNames().contains(TABLE));
      create(sdk, 12_000, 4_000);
      awaitWarm(sdk, 4_000);
      assertThat(increment(sdk, 1)).isOne(); // invariant 12
      assertThat(described(sdk).warmThroughput().readUnitsPerSecond()).isEqualTo(12_000);
    }
  }
}
