package dev.holdfast.jepsen.clients;

import static dev.holdfast.client.Expressions.add;
import static dev.holdfast.client.Expressions.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.client.Document;
import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.HoldfastException.TransactionCancelledException;
import dev.holdfast.client.HoldfastException.TransactionCancelledException.Kind;
import dev.holdfast.client.Key;
import dev.holdfast.client.SyncClient;
import dev.holdfast.client.TableSpec;
import dev.holdfast.client.Transaction;
import dev.holdfast.client.TransactionResult.Effect;
import dev.holdfast.client.TransactionalGets;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.store.AwsSdk;
import dev.holdfast.protocol.model.ScalarType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.IdempotentParameterMismatchException;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** Transactions over the partitions of a cluster, through the SDK for Java and our own client. */
@Timeout(180)
class TransactionClientsTest {
  private static final int ACCOUNT_COUNT = 6;
  private static final int OPENING_BALANCE = 100;

  @SuppressWarnings("NullAway.Init")
  private static LocalCluster cluster;

  @SuppressWarnings("NullAway.Init")
  private static SyncClient client;

  @BeforeAll
  static void start() {
    cluster = LocalCluster.start(3, 4);
    client = HoldfastClient.connect(cluster.nativeAddresses()).sync();
    client.createTable(TableSpec.named("accounts").partitionKey("k", ScalarType.S));
  }

  @AfterAll
  static void stop() {
    client.close();
    cluster.close();
  }

  private static AttributeValue text(String value) {
    return AttributeValue.fromS(value);
  }

  private static TransactWriteItem put(String key) {
    return TransactWriteItem.builder()
        .put(p -> p.tableName("sdk-things").item(Map.of("k", text(key))))
        .build();
  }

  private static TransactGetItem get(String key) {
    return TransactGetItem.builder()
        .get(g -> g.tableName("sdk-things").key(Map.of("k", text(key))))
        .build();
  }

  @Test
  void theAwsSdkForJavaTransacts() {
    try (DynamoDbClient sdk = AwsSdk.client(cluster.endpoint(1))) {
      AwsSdk.createTable(sdk, "sdk-things");
      for (int i = 0; i < 2; i++) {
        sdk.transactWriteItems(
            r -> r.clientRequestToken("sdk-token").transactItems(put("a"), put("b"), put("c")));
      }
      assertThat(sdk.transactGetItems(r -> r.transactItems(get("b"), get("x"))).responses())
          .extracting(response -> response.item().size())
          .containsExactly(1, 0);
      TransactWriteItem failing =
          TransactWriteItem.builder()
              .conditionCheck(
                  c ->
                      c.tableName("sdk-things")
                          .key(Map.of("k", text("a")))
                          .conditionExpression("attribute_not_exists(k)")
                          .returnValuesOnConditionCheckFailure("ALL_OLD"))
              .build();
      assertThatThrownBy(() -> sdk.transactWriteItems(r -> r.transactItems(put("d"), failing)))
          .isInstanceOfSatisfying(
              TransactionCanceledException.class,
              cancelled -> {
                assertThat(cancelled.cancellationReasons())
                    .extracting(CancellationReason::code)
                    .containsExactly("None", "ConditionalCheckFailed");
                assertThat(cancelled.cancellationReasons().get(1).item())
                    .containsEntry("k", text("a"));
              });
      assertThatThrownBy(
              () ->
                  sdk.transactWriteItems(
                      r -> r.clientRequestToken("sdk-token").transactItems(put("e"))))
          .isInstanceOf(IdempotentParameterMismatchException.class);
    }
  }

  @Test
  void ourClientTransactsOnceForATokenAndSaysWhyNot() {
    Transaction open =
        client
            .transaction()
            .put("accounts", Document.of(Map.of("k", "once", "n", 0)), attribute("k").notExists())
            .update("accounts", Key.of("once-other"), add("n", 1))
            .check("accounts", Key.of("nobody"), attribute("k").notExists());
    assertThat(client.commit(open.token("open-once")).effect()).isEqualTo(Effect.NOW);
    assertThat(client.commit(open.token("open-once")).effect()).isEqualTo(Effect.EARLIER);
    assertThatThrownBy(() -> client.commit(open))
        .isInstanceOfSatisfying(
            TransactionCancelledException.class,
            cancelled ->
                assertThat(cancelled.reasons())
                    .extracting(TransactionCancelledException.Reason::kind)
                    .containsExactly(Kind.CONDITION_FAILED, Kind.NONE, Kind.NONE));
    assertThat(client.table("accounts").get(Key.of("once-other")).orElseThrow().intValue("n"))
        .isEqualTo(1);
  }

  @Test
  void moneyIsNeitherMadeNorLostByTransfersThatMeet() throws Exception {
    Transaction opening = client.transaction();
    for (int i = 0; i < ACCOUNT_COUNT; i++) {
      opening = opening.put("accounts", Document.of(Map.of("k", "t-" + i, "n", OPENING_BALANCE)));
    }
    client.commit(opening);
    ExecutorService payers = Executors.newFixedThreadPool(4);
    List<CompletableFuture<?>> runs = new ArrayList<>();
    for (int payer = 0; payer < 4; payer++) {
      Random random = new Random(payer);
      runs.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 25; i++) {
                  transfer(random.nextInt(ACCOUNT_COUNT), random.nextInt(ACCOUNT_COUNT));
                  assertThat(total()).isEqualTo(ACCOUNT_COUNT * OPENING_BALANCE);
                }
              },
              payers));
    }
    CompletableFuture.allOf(runs.toArray(CompletableFuture[]::new)).get();
    payers.shutdown();

    assertThat(total()).isEqualTo(ACCOUNT_COUNT * OPENING_BALANCE);
  }

  private static void transfer(int from, int to) {
    if (from == to) {
      return;
    }
    client.commit(
        client
            .transaction()
            .update("accounts", Key.of("t-" + from), add("n", -1))
            .update("accounts", Key.of("t-" + to), add("n", 1))
            .withAttempts(50));
  }

  private static long total() {
    TransactionalGets gets = client.transactionalGets().withAttempts(50);
    for (int i = 0; i < ACCOUNT_COUNT; i++) {
      gets = gets.get("accounts", Key.of("t-" + i), "n");
    }
    return client.read(gets).stream().mapToLong(each -> each.orElseThrow().longValue("n")).sum();
  }

  @Test
  void noChangeOfThoseWhoReadAndThenWriteIsLost() {
    Function<Optional<Document>, Document> increment =
        found ->
            Document.of(
                Map.of("k", "counter", "n", found.map(each -> each.intValue("n")).orElse(0) + 1));
    CompletableFuture<?>[] writers =
        IntStream.range(0, 4)
            .mapToObj(
                writer ->
                    CompletableFuture.runAsync(
                        () -> {
                          for (int i = 0; i < 10; i++) {
                            client.table("accounts").modify(Key.of("counter"), increment);
                          }
                        }))
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(writers).join();

    assertThat(client.read(client.transactionalGets().get("accounts", Key.of("counter"))))
        .first()
        .satisfies(found -> assertThat(found.orElseThrow().intValue("n")).isEqualTo(40));
  }
}
