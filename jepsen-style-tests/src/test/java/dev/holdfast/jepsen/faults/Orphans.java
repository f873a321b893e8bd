package dev.holdfast.jepsen.faults;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/** Transactions whose coordinator dies, and whose clients do not try again. */
final class Orphans {
  private static final int CLIENTS = 8;
  private static final int ITEMS_OF_A_TRANSACTION = 4;
  private static final int TRANSACTIONS_BEFORE = 40;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final LocalCluster cluster;
  private final List<Map.Entry<String, String>> items;
  private final AtomicBoolean killed = new AtomicBoolean();
  private final AtomicInteger doneCount = new AtomicInteger();

  /**
   * @param items table and key of each that may be written; they get another attribute
   */
  Orphans(LocalCluster cluster, List<Map.Entry<String, String>> items) {
    this.cluster = cluster;
    this.items = items;
  }

  /**
   * Kills the node while it coordinates, and starts it again without waiting for it.
   *
   * @return when it was killed, by {@link System#nanoTime}
   */
  long leave(int node, Random random) {
    URI endpoint = cluster.endpoint(node);
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    List<CompletableFuture<Void>> work = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Random own = new Random(random.nextLong());
      work.add(CompletableFuture.runAsync(() -> transactUntilTheEnd(endpoint, own), threads));
    }
    try {
      Await.until("transactions", LIMIT, () -> doneCount.get() >= TRANSACTIONS_BEFORE);
    } finally {
      killed.set(true); // no new ones; those under way are what this is about
      cluster.node(node).kill();
    }
    long killedNanos = System.nanoTime();
    CompletableFuture.allOf(work.toArray(CompletableFuture[]::new)).join();
    threads.shutdown();
    cluster.startNode(node);
    return killedNanos;
  }

  private void transactUntilTheEnd(URI endpoint, Random random) {
    try (DynamoDbClient client = client(endpoint)) {
      while (!killed.get()) {
        try {
          client.transactWriteItems(r -> r.transactItems(updates(random)));
          doneCount.incrementAndGet();
        } catch (SdkException e) {
          // it met another one, or the node is gone
        }
      }
    }
  }

  private List<TransactWriteItem> updates(Random random) {
    List<Map.Entry<String, String>> some = new ArrayList<>(items);
    Collections.shuffle(some, random);
    return some.stream().limit(ITEMS_OF_A_TRANSACTION).map(Orphans::update).toList();
  }

  private static TransactWriteItem update(Map.Entry<String, String> item) {
    return TransactWriteItem.builder()
        .update(
            u ->
                u.tableName(item.getKey())
                    .key(Map.of("k", AttributeValue.fromS(item.getValue())))
                    .updateExpression("ADD touched :one")
                    .expressionAttributeValues(Map.of(":one", AttributeValue.fromN("1"))))
        .build();
  }

  private static DynamoDbClient client(URI endpoint) {
    return DynamoDbClient.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "thing")))
        .httpClient(UrlConnectionHttpClient.create())
        .overrideConfiguration(o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry()))
        .build();
  }
}
