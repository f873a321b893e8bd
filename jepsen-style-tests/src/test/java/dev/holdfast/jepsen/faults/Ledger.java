package dev.holdfast.jepsen.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.client.Document;
import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.HoldfastException;
import dev.holdfast.client.Key;
import dev.holdfast.client.ReadLevel;
import dev.holdfast.client.TableSpec;
import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.protocol.model.ScalarType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** Writes numbered items through the native client, and knows which were acknowledged. */
final class Ledger implements AutoCloseable {
  private static final String TABLE = "ledger";
  private static final String APPLIED = "holdfast_partition_applied_index{partition=\"p1\"}";
  private static final int BATCH = 25;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final LocalCluster cluster;
  private final HoldfastClient client;
  private final List<Integer> acknowledged = new ArrayList<>();
  private final Random random = new Random(7);
  private int next;

  Ledger(LocalCluster cluster) {
    this.cluster = cluster;
    client = HoldfastClient.connect(cluster.nativeAddresses());
    client.sync().createTable(TableSpec.named(TABLE).partitionKey("k", ScalarType.S));
  }

  /** Writes that many items of about that size; all of them must be acknowledged in the end. */
  void write(int count, int bytes) {
    for (int done = 0; done < count; done += BATCH) {
      List<CompletableFuture<?>> pending = new ArrayList<>();
      int first = next;
      for (int i = 0; i < Math.min(BATCH, count - done); i++) {
        pending.add(client.table(TABLE).put(item(next++, bytes)));
      }
      CompletableFuture.allOf(pending.toArray(CompletableFuture[]::new)).join();
      for (int key = first; key < next; key++) {
        acknowledged.add(key);
      }
    }
  }

  /** One write that may fail, and is remembered if it does not. */
  boolean tryWrite(int bytes) {
    int key = next++;
    try {
      client.sync().table(TABLE).withTimeout(Duration.ofSeconds(2)).put(item(key, bytes));
      acknowledged.add(key);
      return true;
    } catch (HoldfastException e) {
      return false;
    }
  }

  /** Random letters: nothing compresses away. */
  private Document item(int key, int bytes) {
    StringBuilder text = new StringBuilder(bytes);
    random.ints(bytes, 'a', 'z' + 1).forEach(letter -> text.append((char) letter));
    return Document.builder().set("k", "item-" + key).set("v", text.toString()).build();
  }

  /** A strong read finds each item that was acknowledged. */
  void assertNothingIsLost() {
    for (int key : acknowledged) {
      assertThat(client.sync().table(TABLE).with(ReadLevel.STRONG).get(Key.of("item-" + key), "k"))
          .as("item-%d of %d acknowledged", key, acknowledged.size())
          .isPresent();
    }
  }

  /** This node's own replica has each item: it need not ask another. */
  void assertHeldBy(int node) {
    HoldfastClient.Builder settings =
        HoldfastClient.builder().preferredNode(LocalCluster.name(node));
    List.of(cluster.nativeAddresses()).forEach(settings::address);
    try (HoldfastClient near = settings.build()) {
      for (int key : acknowledged) {
        assertThat(near.sync().table(TABLE).get(Key.of("item-" + key), "k"))
            .as("item-%d on %s", key, LocalCluster.name(node))
            .isPresent();
      }
    }
  }

  /** Waits until a node has applied as much of the first partition as another has now. */
  void awaitCaughtUp(int node, int with) {
    long target = appliedBy(with);
    Await.until(
        LocalCluster.name(node) + " has applied " + target,
        LIMIT,
        () -> cluster.metric(node, APPLIED).orElse(0) >= target);
  }

  /** The index of the last entry of the first partition that a node has applied. */
  long appliedBy(int node) {
    return (long) cluster.metric(node, APPLIED).orElseThrow();
  }

  @Override
  public void close() {
    client.close();
  }
}
