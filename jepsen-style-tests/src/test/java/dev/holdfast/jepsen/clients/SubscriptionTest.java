package dev.holdfast.jepsen.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.client.Change;
import dev.holdfast.client.Changes;
import dev.holdfast.client.CheckpointToken;
import dev.holdfast.client.Document;
import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.HoldfastException;
import dev.holdfast.client.HoldfastException.InvalidRequestException;
import dev.holdfast.client.Subscription;
import dev.holdfast.client.SyncTable;
import dev.holdfast.client.TableSpec;
import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.cluster.ServerProcess;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.StreamView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Subscriptions of the native client on real processes. */
@Timeout(300)
class SubscriptionTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int WRITER_COUNT = 4;
  private static final int KEYS_PER_WRITER = 8;
  private static final String TABLE = "events";

  /** The last value of each key that a client was told is written. */
  private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();

  private volatile boolean stopping;

  /** One subscriber from its start to its end. Every key's values are 1, 2, 3 and so on. */
  private static final class Subscriber {
    private final HoldfastClient client;
    private final Subscription subscription;

    /** The first and the last value of each key that it has seen. */
    private final Map<String, Long> first = new ConcurrentHashMap<>();

    private final Map<String, Long> last = new ConcurrentHashMap<>();
    private final Queue<String> mistakes = new ConcurrentLinkedQueue<>();

    /**
     * @param token null for all that there is
     */
    Subscriber(LocalCluster cluster, @Nullable CheckpointToken token) {
      client = HoldfastClient.connect(cluster.nativeAddresses());
      SyncTable table = client.sync().table(TABLE);
      Changes changes = token == null ? table.changes().beginning() : table.changes().from(token);
      subscription = table.subscribe(changes.batchSize(100), batch -> batch.forEach(this::see));
    }

    private void see(Change change) {
      String key = change.key().string("k");
      long value = change.after().orElseThrow().longValue("v");
      first.putIfAbsent(key, value);
      Long before = last.put(key, value);
      if (before != null && value != before + 1) {
        mistakes.add(key + ": " + value + " after " + before);
      }
    }

    private long last(String key) {
      return last.getOrDefault(key, 0L);
    }

    /** Whether it has seen all of what was acknowledged until now. */
    private boolean hasSeen(Map<String, Long> wanted) {
      assertThat(mistakes).isEmpty();
      assertThat(subscription.ended()).isNotDone();
      return wanted.entrySet().stream().allMatch(each -> last(each.getKey()) >= each.getValue());
    }

    /** When it has ended nothing is on its way: its token is exact. */
    CheckpointToken end() {
      subscription.close();
      subscription.ended().join();
      client.close();
      assertThat(mistakes).isEmpty();
      return CheckpointToken.parse(subscription.checkpoint().toString());
    }
  }

  /** One key after the other gets its next value; one that fails is written once more. */
  private Thread writer(SyncTable table, int number) {
    Thread thread =
        new Thread(
            () -> {
              for (long value = 1; !stopping; value++) {
                for (int i = 0; i < KEYS_PER_WRITER; i++) {
                  String key = number + "-" + i;
                  put(table, Document.of(Map.of("k", key, "v", value)));
                  acknowledged.put(key, value);
                }
              }
            },
            "writer-" + number);
    thread.start();
    return thread;
  }

  private static void put(SyncTable table, Document item) {
    while (true) {
      try {
        table.put(item);
        return;
      } catch (HoldfastException e) { // the same again: a value that is there leaves no record
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      }
    }
  }

  /** Issue 7: survives splits, leader changes and its own restart, in order, at least once. */
  @Test
  void everyWriteIsSeenInOrderThroughSplitsTheDeathOfALeaderAndRestarts() throws Exception {
    try (LocalCluster cluster = LocalCluster.start(3, 1);
        HoldfastClient client = HoldfastClient.connect(cluster.nativeAddresses())) {
      create(client, TableSpec.named(TABLE).stream(StreamView.NEW_IMAGE));
      List<Thread> writers = new ArrayList<>();
      for (int i = 0; i < WRITER_COUNT; i++) {
        writers.add(writer(client.sync().table(TABLE), i));
      }
      Subscriber one = new Subscriber(cluster, null);
      awaitMore(one);
      split(cluster);
      awaitMore(one);
      CheckpointToken early = one.subscription.checkpoint();
      Map<String, Long> seenEarly = Map.copyOf(one.last); // some of it after the checkpoint
      awaitMore(one);
      CheckpointToken exact = one.end();
      split(cluster); // while nobody reads
      Subscriber two = new Subscriber(cluster, exact);
      awaitMore(two);
      cluster.node(cluster.awaitLeader()).kill();
      awaitMore(two);
      stopping = true;
      for (Thread writer : writers) {
        writer.join();
      }
      awaitAll(two);
      two.end();
      Subscriber three = new Subscriber(cluster, early); // as if the first had crashed then
      awaitAll(three);
      three.end();
      for (String key : acknowledged.keySet()) {
        assertThat(one.first).containsEntry(key, 1L);
        assertThat(two.first).containsEntry(key, one.last(key) + 1);
        assertThat(three.first.get(key)).isBetween(1L, seenEarly.getOrDefault(key, 0L) + 1);
        assertThat(two.last).containsEntry(key, acknowledged.get(key));
        assertThat(three.last).containsEntry(key, acknowledged.get(key));
      }
      checkTokensOfOthers(client, exact);
    }
  }

  private static void create(HoldfastClient client, TableSpec spec) {
    client.sync().createTable(spec.partitionKey("k", ScalarType.S));
  }

  /** Until all that is acknowledged now was seen, and all keys have been written some more. */
  private void awaitMore(Subscriber subscriber) {
    Map<String, Long> wanted = new ConcurrentHashMap<>();
    for (int i = 0; i < WRITER_COUNT * KEYS_PER_WRITER; i++) {
      String key = i / KEYS_PER_WRITER + "-" + i % KEYS_PER_WRITER;
      wanted.put(key, acknowledged.getOrDefault(key, 0L) + 10);
    }
    Await.until("more changes", LIMIT, () -> subscriber.hasSeen(wanted));
  }

  private void awaitAll(Subscriber subscriber) {
    Await.until("the last changes", LIMIT, () -> subscriber.hasSeen(acknowledged));
  }

  /** One of the partitions. */
  private static void split(LocalCluster cluster) throws Exception {
    String parent = cluster.partitions().get(0).id();
    try (ServerProcess command = cluster.startSplit(0, parent)) {
      assertThat(command.awaitExit(LIMIT)).as(command.logTail()).isZero();
    }
  }

  private static void checkTokensOfOthers(HoldfastClient client, CheckpointToken token) {
    create(client, TableSpec.named("others").stream(StreamView.KEYS_ONLY));
    SyncTable others = client.sync().table("others");
    assertThatThrownBy(() -> others.subscribe(others.changes().from(token), batch -> {}))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("the checkpoint is of another table than 'others'");
    create(client, TableSpec.named("silent"));
    SyncTable silent = client.sync().table("silent");
    assertThatThrownBy(() -> silent.subscribe(silent.changes(), batch -> {}))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("table 'silent' has no stream that is enabled");
  }
}
