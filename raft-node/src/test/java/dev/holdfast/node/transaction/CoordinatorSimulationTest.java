package dev.holdfast.node.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.client.routing.Futures;
import dev.holdfast.client.routing.Session;
import dev.holdfast.protocol.command.ClientToken;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionRequest;
import dev.holdfast.protocol.model.Bytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Coordinators, resolvers and sweepers as they are, over partitions as they are, on a simulated
 * network and clock (invariants 5 and 6). {@code -Dtransactions.seeds=N} runs more; {@code
 * -Dtransactions.seed=S} begins with that one. A failure names its seed.
 */
class CoordinatorSimulationTest {
  private static final int SEED_COUNT = Integer.getInteger("transactions.seeds", 1_500);
  private static final long FIRST_SEED = Long.getLong("transactions.seed", 1);
  private static final int ITEM_COUNT = 6;
  private static final int OPERATION_COUNT = 14;
  private static final long LENGTH_MICROS = 12_000_000;
  private static final Duration TIMEOUT = Duration.ofMillis(2_500);
  private static final int TRIES_MAX = 3;

  /** After the deadline, and what it takes to sweep under loss. */
  private static final long SETTLED_MICROS = 40_000_000;

  /** One run. */
  private static final class Run {
    final SimulatedWorld world;
    final SimulatedCluster cluster;
    final ListHistory history = new ListHistory();
    final List<SimulatedNode> nodes = new ArrayList<>();
    final List<String> unseen = new ArrayList<>();

    Run(long seed) {
      world = new SimulatedWorld(seed);
      cluster = new SimulatedCluster(world, ITEM_COUNT, 1 + world.random().nextInt(4));
      for (int i = 0; i < 3; i++) {
        nodes.add(cluster.newNode(stepsUntilDeath()));
      }
    }

    private long stepsUntilDeath() {
      return world.chance(0.5) ? world.random().nextInt(20) : Long.MAX_VALUE;
    }

    /** What is wrong; null when nothing is. */
    @Nullable String run() {
      for (int i = 0; i < OPERATION_COUNT; i++) {
        world.afterMicros(
            world.random().nextLong(LENGTH_MICROS / 2),
            world.chance(0.6) ? this::write : this::read);
      }
      for (int i = 0; i < 4; i++) {
        world.afterMicros(world.random().nextLong(LENGTH_MICROS), this::replaceNode);
      }
      world.runUntilMicros(1_000_000 + LENGTH_MICROS);
      for (int i = 0; i < nodes.size(); i++) { // a quiet end: somebody lives
        nodes.get(i).die();
        nodes.set(i, cluster.newNode(Long.MAX_VALUE));
      }
      world.runUntilMicros(1_000_000 + LENGTH_MICROS + SETTLED_MICROS);
      if (!cluster.open().isEmpty()) {
        return "left behind: " + cluster.open();
      }
      if (!unseen.isEmpty()) {
        return "a session was not told of its own writes: " + unseen;
      }
      Map<Integer, List<Integer>> lists = new HashMap<>();
      for (int item = 0; item < ITEM_COUNT; item++) {
        lists.put(item, cluster.list(item));
      }
      return history.anomaly(lists);
    }

    private void replaceNode() {
      int place = world.random().nextInt(nodes.size());
      nodes.get(place).die();
      nodes.set(place, cluster.newNode(stepsUntilDeath()));
    }

    private SimulatedNode anyNode() {
      return nodes.get(world.random().nextInt(nodes.size()));
    }

    private List<Integer> someItems() {
      List<Integer> items = new ArrayList<>(IntStream.range(0, ITEM_COUNT).boxed().toList());
      Collections.shuffle(items, world.random());
      return List.copyOf(items.subList(0, 1 + world.random().nextInt(4)));
    }

    private void write() {
      List<Integer> items = someItems();
      int number = history.begin(world.nowNanos(), items);
      write(number, items, 1);
    }

    /** R10: a client that is not answered sends the same token to another coordinator. */
    private void write(int number, List<Integer> items, int tries) {
      Session session = new Session();
      TransactionRequest request =
          new TransactionRequest(
              SimulatedNode.requestId(number),
              new ClientToken(token(number), Bytes.wrap(new byte[ClientToken.HASH_BYTES])),
              items.stream().map(item -> SimulatedLists.append(item, number)).toList());
      AtomicReference<Boolean> answered = new AtomicReference<>(false);
      Futures.whenEnded(
          anyNode().coordinator().transact(request, session, TIMEOUT),
          (result, failure) -> {
            if (result != null && !answered.getAndSet(true)) {
              answered(number, result, tries);
              if (tookEffect(result)) {
                requireSeen(number, items, session);
              }
            }
          });
      world.afterMicros(
          TIMEOUT.toNanos() / 1000 + 200_000,
          () -> {
            if (!answered.getAndSet(true) && tries < TRIES_MAX) {
              write(number, items, tries + 1);
            }
          });
    }

    private static String token(int number) {
      return "t" + number;
    }

    private static boolean tookEffect(Result result) {
      return result instanceof Result.Transacted || result instanceof Result.TokenSpent;
    }

    /** L6: a replica that has what the session was told of shows it what it has written. */
    private void requireSeen(int number, List<Integer> items, Session session) {
      for (int item : items) {
        Optional<String> missing = cluster.unseen(item, token(number), session);
        missing.ifPresent(what -> unseen.add("transaction " + number + ", item " + item + what));
      }
    }

    private void answered(int number, Result result, int tries) {
      if (tookEffect(result)) {
        history.committed(number, world.nowNanos());
      } else if (tries == 1
          && result instanceof Result.Rejected no
          && no.rejection() instanceof Rejection.Cancelled) {
        history.refused(number); // else an earlier try may take effect
      }
    }

    private void read() {
      List<Integer> items = someItems();
      int number = history.begin(world.nowNanos(), items);
      Futures.whenEnded(
          anyNode()
              .coordinator()
              .getTogether(items.stream().map(SimulatedLists::get).toList(), null, TIMEOUT),
          (result, failure) -> {
            if (result instanceof ReadResult.Together together) {
              history.saw(
                  number,
                  world.nowNanos(),
                  together.items().stream()
                      .map(found -> SimulatedLists.content(found.item()))
                      .toList());
            }
          });
    }
  }

  @Test
  void transactionsAreStrictlySerializableWhateverHappens() {
    long committed = 0;
    long reads = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEED_COUNT; seed++) {
      Run run = new Run(seed);
      assertThat(run.run()).as("seed %d", seed).isNull();
      committed += run.history.committedCount();
      reads += run.history.readCount();
    }
    assertThat(committed).isGreaterThan(2L * SEED_COUNT); // or nothing was tested
    assertThat(reads).isGreaterThan(SEED_COUNT);
  }

  /** Decision 0017: who comes first where both prepare is not refused at home by the other. */
  @Test
  void ofTwoThatWantTheSameItemsInOppositeOrdersOneIsNotRefused() {
    for (long seed = 1; seed <= 100; seed++) {
      SimulatedWorld world = new SimulatedWorld(seed);
      SimulatedCluster cluster = new SimulatedCluster(world, 2, 2);
      List<SimulatedNode> nodes =
          List.of(cluster.newNode(Long.MAX_VALUE), cluster.newNode(Long.MAX_VALUE));
      List<Result> results = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        TransactionRequest request =
            new TransactionRequest(
                SimulatedNode.requestId(i),
                null,
                List.of(SimulatedLists.append(i, i), SimulatedLists.append(1 - i, i)));
        Futures.whenEnded(
            nodes.get(i).coordinator().transact(request, null, TIMEOUT),
            (result, failure) -> results.add(result));
      }
      world.runUntilMicros(world.nowMicros() + SETTLED_MICROS);

      assertThat(Math.min(nodes.get(0).conflictCount(), nodes.get(1).conflictCount()))
          .as("seed %d: %s", seed, results)
          .isZero();
    }
  }

  /** Invariant 6: within the deadline plus two seconds on a network that loses nothing for long. */
  @Test
  void whereverACoordinatorDiesTheOthersFinishItsTransaction() {
    for (int steps = 0; steps <= 12; steps++) {
      for (long seed = 1; seed <= 20; seed++) {
        assertThat(afterDeathAt(steps, seed))
            .as("death after %d steps, seed %d", steps, seed)
            .isTrue();
      }
    }
  }

  /** Whether all or nothing was done, and nothing is left. */
  private static boolean afterDeathAt(int steps, long seed) {
    SimulatedWorld world = new SimulatedWorld(seed);
    SimulatedCluster cluster = new SimulatedCluster(world, ITEM_COUNT, 4);
    SimulatedNode dying = cluster.newNode(steps);
    cluster.newNode(Long.MAX_VALUE);
    TransactionRequest request =
        new TransactionRequest(
            SimulatedNode.requestId(7),
            null,
            IntStream.range(0, ITEM_COUNT)
                .mapToObj(item -> SimulatedLists.append(item, 7))
                .toList());
    Futures.whenEnded(
        dying.coordinator().transact(request, null, TIMEOUT), (result, failure) -> {});
    world.runUntilMicros(world.nowMicros() + SETTLED_MICROS);
    long present =
        IntStream.range(0, ITEM_COUNT).filter(item -> !cluster.list(item).isEmpty()).count();
    return cluster.open().isEmpty() && (present == 0 || present == ITEM_COUNT);
  }
}
