package dev.holdfast.client.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.rpc.ReadMode.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads that any replica may serve, while one node is in trouble: how long a reader waits. */
class ReadFailoverTest {
  private static final TableDescriptor TABLE = SimulatedStore.table("t", 5);
  private static final TableRef REF = new TableRef(TABLE.id(), 1);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int ROUND_TRIP_MILLIS_MAX = 2;
  private static final int HEDGED_MILLIS_MAX = 60;

  private final SimulatedCluster cluster = new SimulatedCluster(43, 3);
  private final Router router = cluster.router(RouterOptions.defaults());

  @BeforeEach
  void learnTheMap() {
    waits(router, Level.EVENTUAL, 10);
  }

  private CompletableFuture<ReadResult> get(Router by, Level level) {
    Read.Get read = new Read.Get(REF, SimulatedStore.key("p", 1), Projection.ALL);
    Session session = level == Level.SESSION ? new Session() : null;
    return by.get(TABLE, read, new ReadOptions(level, Duration.ZERO, session, TIMEOUT));
  }

  /** How many milliseconds each of some reads took, one every five. */
  private List<Long> waits(Router by, Level level, int count) {
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long begun = cluster.nanoTime();
      cluster.run(get(by, level)).join();
      waits.add((cluster.nanoTime() - begun) / 1_000_000);
      cluster.run(Duration.ofMillis(5));
    }
    return waits;
  }

  /** How many requests a node gets while some reads are made. */
  private int asked(int node, Router by, Level level, int count) {
    int before = cluster.askedOf(node).size();
    waits(by, level, count);
    return cluster.askedOf(node).size() - before;
  }

  @ParameterizedTest
  @EnumSource(
      value = Level.class,
      names = {"EVENTUAL", "SESSION", "STRONG_FROM_ANY"})
  void aKilledNodeCostsAReaderNoPause(Level level) {
    cluster.set(1, NodeState.KILLED);
    assertThat(waits(router, level, 200)).allMatch(wait -> wait <= 2 * ROUND_TRIP_MILLIS_MAX);
  }

  @ParameterizedTest
  @EnumSource(
      value = Level.class,
      names = {"EVENTUAL", "SESSION", "STRONG_FROM_ANY"})
  void aNodeThatIsStartingCostsAReaderNoPause(Level level) {
    cluster.set(1, NodeState.STARTING);
    assertThat(waits(router, level, 200)).allMatch(wait -> wait <= 2 * ROUND_TRIP_MILLIS_MAX);
  }

  @Test
  void aSilentNodeIsPassedOverAndThenAvoided() {
    cluster.set(1, NodeState.SILENT);
    List<Long> waits = waits(router, Level.EVENTUAL, 400);
    assertThat(waits).allMatch(wait -> wait <= HEDGED_MILLIS_MAX);
    long slow = waits.stream().filter(wait -> wait > ROUND_TRIP_MILLIS_MAX).count();
    assertThat(slow).isBetween(1L, 8L); // it is tried again now and then
  }

  @Test
  void aNodeThatRecoversIsUsedAgain() {
    cluster.set(1, NodeState.KILLED);
    waits(router, Level.EVENTUAL, 400);
    cluster.set(1, NodeState.WORKS);
    cluster.run(Duration.ofSeconds(2));
    assertThat(asked(1, router, Level.EVENTUAL, 100)).isGreaterThan(15);
  }

  @Test
  void theNodeAtHandIsLeftOnlyWhileItCannotAnswer() {
    Router near = cluster.router(RouterOptions.defaults().withPreferred(new NodeId("n2")));
    waits(near, Level.EVENTUAL, 10);
    cluster.set(1, NodeState.STARTING);
    assertThat(waits(near, Level.EVENTUAL, 100))
        .allMatch(wait -> wait <= 2 * ROUND_TRIP_MILLIS_MAX);
    cluster.set(1, NodeState.WORKS);
    cluster.run(Duration.ofSeconds(2));
    assertThat(asked(1, near, Level.EVENTUAL, 100)).isEqualTo(100);
  }

  @Test
  void aNodeThatIsCutOffGoesOnReadingItsOwnReplica() {
    Router near = cluster.router(RouterOptions.defaults().withPreferred(new NodeId("n2")));
    waits(near, Level.EVENTUAL, 1);
    cluster.set(0, NodeState.SILENT);
    cluster.set(2, NodeState.SILENT);
    assertThat(waits(near, Level.EVENTUAL, 100)).allMatch(wait -> wait <= ROUND_TRIP_MILLIS_MAX);
  }

  /** The others name the silent leader for 1.5 s; following them costs a time-out each time. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aSilentLeaderIsNotGoneBackTo(int silent) {
    cluster.lead(SimulatedCluster.FIRST, silent);
    waits(router, Level.STRONG, 1);
    cluster.set(silent, NodeState.SILENT);
    cluster.after(
        Duration.ofMillis(1500), () -> cluster.lead(SimulatedCluster.FIRST, (silent + 1) % 3));
    assertThat(waits(router, Level.STRONG, 1)).allMatch(wait -> wait < 1650);
  }

  @Test
  void sessionsReadFromFollowersSoThatALeaderCanDie() {
    cluster.lead(SimulatedCluster.FIRST, 2);
    waits(router, Level.STRONG, 1);
    assertThat(asked(2, router, Level.SESSION, 100)).isZero();
  }

  @Test
  void whenEverybodyIsSlowFewAreAskedTwice() {
    cluster.takeOnTheNetwork(Duration.ofMillis(100));
    cluster.served.clear();
    List<CompletableFuture<ReadResult>> reads = new ArrayList<>();
    for (int i = 0; i < 5 * Hedges.SPARE_MAX; i++) {
      reads.add(get(router, Level.EVENTUAL));
    }
    reads.forEach(read -> cluster.run(read).join());
    int twice = cluster.served.size() - reads.size();
    assertThat(twice).isBetween(1, Hedges.SPARE_MAX + reads.size() / 5);
  }
}
