package dev.holdfast.jepsen.faults;

import dev.holdfast.client.Document;
import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.TableSpec;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.protocol.model.ScalarType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** A table that holds 1 GB of what cannot be compressed. */
final class Gigabyte {
  static final String TABLE = "big";
  static final int ITEM_COUNT = 500_000;
  private static final int ITEM_BYTES = 2000;
  private static final int OUTSTANDING = 256;

  private Gigabyte() {}

  /** Item numbers go from 0 to one less than {@link #ITEM_COUNT}. */
  static String key(int item) {
    return "item-" + item;
  }

  static void load(LocalCluster cluster, int partitions) {
    try (HoldfastClient client = HoldfastClient.connect(cluster.nativeAddresses())) {
      client
          .sync()
          .createTable(
              TableSpec.named(TABLE).partitionKey("k", ScalarType.S).partitions(partitions));
      Random random = new Random(1);
      Deque<CompletableFuture<?>> pending = new ArrayDeque<>();
      byte[] payload = new byte[ITEM_BYTES];
      for (int i = 0; i < ITEM_COUNT; i++) {
        random.nextBytes(payload);
        Document item = Document.builder().set("k", key(i)).set("v", payload.clone()).build();
        pending.add(client.table(TABLE).put(item));
        if (pending.size() >= OUTSTANDING) {
          pending.remove().join();
        }
      }
      pending.forEach(CompletableFuture::join);
    }
  }
}
