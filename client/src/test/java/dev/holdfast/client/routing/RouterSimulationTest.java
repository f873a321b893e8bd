package dev.holdfast.client.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.client.routing.SimulatedCluster.Faults;
import dev.holdfast.client.routing.WriteOptions.Attempt;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.command.Paging.Order;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.expression.SortCondition;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.ReadMode.Level;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.IndeterminateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The router in a cluster where everything goes wrong, replayable from the seed. */
class RouterSimulationTest {
  private static final TableDescriptor TABLE = SimulatedStore.table("counters", 77);
  private static final TableRef REF = new TableRef(TABLE.id(), 1);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Update INCREMENT =
      new Update(List.of(new Update.Action.Add(Path.of("n"), EncodedValue.ofNumber(1))));

  /** Invariant 7, and the classes of design section 12, through every fault the network has. */
  @Property(tries = 150)
  void incrementsAreAppliedOnceOrNotAtAllAndTheAnswerNeverLies(@ForAll long seed) {
    Random random = new Random(seed);
    SimulatedCluster cluster = new SimulatedCluster(seed, 3);
    cluster.suffer(Faults.MANY);
    Router router =
        cluster.router(
            RouterOptions.defaults()
                .withBatches(random.nextInt(1, 20), 1 << 20, random.nextInt(1, 4)));
    Map<RequestId, @Nullable Throwable> outcomes = new TreeMap<>();
    List<CompletableFuture<Result>> writes = new ArrayList<>();
    List<Long> endings = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      RequestId id = new RequestId(seed, i);
      long start = cluster.nanoTime();
      writes.add(
          increment(router, id, random.nextInt(5))
              .whenComplete(
                  (result, failure) -> {
                    outcomes.put(id, failure);
                    endings.add(cluster.nanoTime() - start);
                  }));
      disturb(cluster, random);
      cluster.run(Duration.ofMillis(random.nextInt(30)));
    }
    CompletableFuture<?> all = CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new));
    assertThat(cluster.run(all)).isDone();
    cluster.run(Duration.ofSeconds(20)); // what is still under way arrives

    Map<RequestId, Integer> applied = cluster.store.appliedCounts;
    assertThat(applied.values()).allMatch(count -> count == 1);
    long counted = 0;
    for (Item item : cluster.store.items.values()) {
      counted += java.util.Objects.requireNonNull(item.attribute("n")).number().longValue();
    }
    assertThat(counted).isEqualTo(applied.size());
    outcomes.forEach((id, failure) -> judge(id, failure, applied.containsKey(id)));
    assertThat(outcomes).hasSize(120);
    assertThat(endings)
        .hasSize(120)
        .allMatch(nanos -> nanos < TIMEOUT.toNanos() + 100_000_000, "ends in time");
  }

  /** One request that is refused, and the same one at the right place. */
  @Test
  void whoHasAnOldMapGetsTheNewOneWithTheRefusal() {
    SimulatedCluster cluster = new SimulatedCluster(1, 3);
    cluster.tellNewerMaps();
    Router router = cluster.router(RouterOptions.defaults());
    for (int i = 0; i < 5; i++) {
      assertThat(cluster.run(increment(router, new RequestId(1, i), i))).isCompleted();
    }
    Item key = SimulatedStore.key("counter3", 0);
    cluster.splitAt(KeyEncoding.routingKey(TABLE.id(), TABLE.keySchema(), key));
    cluster.served.clear();

    assertThat(cluster.run(increment(router, new RequestId(2, 3), 3))).isCompleted();
    assertThat(cluster.served).hasSize(2).allMatch(request -> request instanceof NodeRequest.Write);
    assertThat(router.map().epoch()).isEqualTo(cluster.map().epoch());
  }

  /** The map was asked for after an attempt had used its time up: answered 0.4 s late. */
  @Test
  void theTimeOutHoldsWhenTheLastAttemptNeedsANewerMap() {
    incrementsAreAppliedOnceOrNotAtAllAndTheAnswerNeverLies(-10754074);
  }

  private static void judge(RequestId id, @Nullable Throwable failure, boolean applied) {
    if (failure == null) {
      assertThat(applied).as("acknowledged %s", id).isTrue();
      return;
    }
    Throwable cause = RetryLoop.unwrap(failure);
    assertThat(cause).isInstanceOf(StoreException.class);
    if (!(cause instanceof IndeterminateException)) {
      assertThat(applied).as("%s failed as certainly not applied: %s", id, cause).isFalse();
    }
  }

  private static CompletableFuture<Result> increment(Router router, RequestId id, int counter) {
    Item key = SimulatedStore.key("counter" + counter, 0);
    Command.Modify command =
        new Command.Modify(REF, key, INCREMENT, null, ReturnValues.ALL_NEW, ReturnOnFailure.NONE);
    return router.write(TABLE, command, new WriteOptions(id, Attempt.FIRST, null, TIMEOUT));
  }

  private static void disturb(SimulatedCluster cluster, Random random) {
    int dice = random.nextInt(40);
    if (dice < 4) {
      cluster.changeLeader();
    } else if (dice == 4) {
      Item key = SimulatedStore.key("counter" + random.nextInt(5), 0);
      cluster.splitAt(KeyEncoding.routingKey(TABLE.id(), TABLE.keySchema(), key));
    }
  }

  @Property(tries = 100)
  void scansSeeEveryItemOnceWhateverSplitsMeanwhile(@ForAll long seed) {
    Random random = new Random(seed);
    SimulatedCluster cluster = new SimulatedCluster(seed, 3);
    List<Bytes> keys = fill(cluster, random, 60);
    Router router = cluster.router(RouterOptions.defaults());
    cluster.suffer(Faults.MANY);
    List<Item> seen = new ArrayList<>();
    Item start = null;
    do {
      for (int i = random.nextInt(3); i > 0; i--) {
        cluster.splitAt(keys.get(random.nextInt(keys.size())));
        cluster.changeLeader();
      }
      Read.Scan scan =
          new Read.Scan(
              REF,
              null,
              KeyEncoding.tableRange(TABLE.id()),
              new Paging(start, Order.ASCENDING, 1 + random.nextInt(20), Paging.PAGE_BYTES_MAX),
              null,
              new Read.Output.Items(Projection.ALL));
      ReadResult.Page page = page(cluster, router.scan(TABLE, scan, eventually(random)));
      assertThat(page.continues()).isFalse();
      seen.addAll(page.items());
      start = page.lastEvaluated();
    } while (start != null);
    assertThat(seen).containsExactlyElementsOf(cluster.store.items.values());
  }

  @Property(tries = 100)
  void queriesCrossBordersInEitherOrder(@ForAll long seed, @ForAll boolean ascending) {
    Random random = new Random(seed);
    SimulatedCluster cluster = new SimulatedCluster(seed, 3);
    List<Bytes> keys = fill(cluster, random, 60);
    for (int i = 0; i < 6; i++) {
      cluster.splitAt(keys.get(random.nextInt(keys.size())));
    }
    Router router = cluster.router(RouterOptions.defaults());
    EncodedValue partition = EncodedValue.ofString("p" + random.nextInt(3));
    List<Item> seen = new ArrayList<>();
    Item start = null;
    do {
      Read.Query query =
          new Read.Query(
              REF,
              null,
              partition,
              new SortCondition.Any(),
              new Paging(
                  start,
                  ascending ? Order.ASCENDING : Order.DESCENDING,
                  1 + random.nextInt(9),
                  Paging.PAGE_BYTES_MAX),
              null,
              new Read.Output.Items(Projection.ALL));
      ReadResult.Page page = page(cluster, router.query(TABLE, query, eventually(random)));
      seen.addAll(page.items());
      start = page.lastEvaluated();
    } while (start != null);
    List<Item> expected =
        new ArrayList<>(
            cluster.store.items.values().stream()
                .filter(item -> partition.equals(item.attribute("p")))
                .toList());
    if (!ascending) {
      java.util.Collections.reverse(expected);
    }
    assertThat(seen).containsExactlyElementsOf(expected);
  }

  private static List<Bytes> fill(SimulatedCluster cluster, Random random, int count) {
    for (int i = 0; i < count; i++) {
      Item item = SimulatedStore.key("p" + random.nextInt(3), i);
      Bytes key = KeyEncoding.routingKey(TABLE.id(), TABLE.keySchema(), item);
      cluster.store.items.put(key, item);
    }
    return List.copyOf(cluster.store.items.keySet());
  }

  private static ReadOptions eventually(Random random) {
    Level level = random.nextBoolean() ? Level.EVENTUAL : Level.STRONG;
    return ReadOptions.of(level, Duration.ofSeconds(60));
  }

  private static ReadResult.Page page(
      SimulatedCluster cluster, CompletableFuture<ReadResult> answer) {
    try {
      return (ReadResult.Page) cluster.run(answer).join();
    } catch (CompletionException e) {
      throw new AssertionError(e.getCause());
    }
  }
}
