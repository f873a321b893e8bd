package dev.holdfast.node.consensus;

import static dev.holdfast.node.consensus.TestCluster.P1;
import static dev.holdfast.node.consensus.TestCluster.answer;
import static dev.holdfast.node.consensus.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.rpc.NodeRequest.TransferLeader;
import dev.holdfast.protocol.rpc.ReadMode;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose clocks are wrong, over real sockets (R12). */
class TimeGroupTest {
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");
  private static final long TRANSFER_MILLIS = 2_500;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  private final WrongClock ofFirst = new WrongClock();
  private final List<MapStateMachine> states = new CopyOnWriteArrayList<>();

  /** The clocks of this machine, of which the wall's is ahead, or all are. */
  private static final class WrongClock implements ConsensusClock {
    private final ConsensusClock right = ConsensusClock.system();
    private volatile long setByMillis;
    private volatile long wentByMillis;

    @Override
    public long monotonicNanos() {
      return right.monotonicNanos() + TimeUnit.MILLISECONDS.toNanos(wentByMillis);
    }

    @Override
    public long wallMicros() {
      return right.wallMicros() + TimeUnit.MILLISECONDS.toMicros(setByMillis + wentByMillis);
    }
  }

  private TestCluster started() throws IOException {
    TestCluster cluster =
        new TestCluster(
            directory,
            1,
            options -> {},
            (partition, path) -> {
              MapStateMachine state = new MapStateMachine(partition, path);
              states.add(state);
              return state;
            });
    cluster.setClock(N1, ofFirst);
    cluster.startAll();
    return cluster;
  }

  /** Whatever spreading leaders at the start does meanwhile. */
  private static void lead(TestCluster cluster, NodeId node) {
    await(
        node + " leads",
        () -> {
          NodeId leader = cluster.awaitLeader(P1);
          if (!leader.equals(node)) {
            answer(cluster.node(leader).ask(new TransferLeader(P1, node, TRANSFER_MILLIS)));
          }
          return cluster.awaitLeader(P1).equals(node);
        });
  }

  /** By how much the last stamp differs from the time. */
  private long aheadMillis() {
    long last = states.stream().mapToLong(MapStateMachine::stampMicros).max().orElseThrow();
    return TimeUnit.MICROSECONDS.toMillis(last - ConsensusClock.system().wallMicros());
  }

  @Test
  void aLeaderWhoseClockIsSetGoesOnByTheOldTime() throws IOException {
    try (TestCluster cluster = started()) {
      lead(cluster, N1);
      cluster.put(P1, "a", "1");
      ofFirst.setByMillis = TimeUnit.HOURS.toMillis(1);
      cluster.put(P1, "a", "2");

      assertThat(cluster.leader(P1)).contains(N1);
      assertThat(aheadMillis()).isBetween(-20_000L, TestCluster.CLOCK_OFFSET_MAX.toMillis());
    }
  }

  @Test
  void aNodeThatStartsWithAWrongClockLeadsOnceItIsSetRight() throws IOException {
    ofFirst.setByMillis = TimeUnit.HOURS.toMillis(1);
    try (TestCluster cluster = started()) {
      NodeId leader = cluster.awaitLeader(P1);
      assertThat(leader).isNotEqualTo(N1);
      cluster.put(P1, "a", "1");
      await("that nobody hands over to it", () -> refusal(cluster).contains("the clock of n1"));
      assertThat(aheadMillis()).isLessThan(TestCluster.CLOCK_OFFSET_MAX.toMillis());

      ofFirst.setByMillis = 0;
      lead(cluster, N1);
      cluster.put(P1, "a", "2");
      assertThat(cluster.read(N2, P1, ReadMode.STRONG_FROM_ANY, "a")).isEqualTo("2");
    }
  }

  private static String refusal(TestCluster cluster) {
    NodeId leader = cluster.awaitLeader(P1);
    try {
      answer(cluster.node(leader).ask(new TransferLeader(P1, N1, TRANSFER_MILLIS)));
    } catch (UnavailableException e) {
      return String.valueOf(e.getMessage());
    }
    throw new AssertionError("n1 leads");
  }

  /** All its clocks: then there is no right one to go by. */
  @Test
  void aLeaderWhoseTimeRanAwayLeavesToTheOthers() throws IOException {
    try (TestCluster cluster = started()) {
      lead(cluster, N1);
      cluster.put(P1, "a", "1");
      ofFirst.wentByMillis = TimeUnit.MINUTES.toMillis(5);
      await("another leader", () -> !cluster.awaitLeader(P1).equals(N1));
      cluster.put(P1, "a", "2");

      assertThat(aheadMillis()).isLessThan(TestCluster.CLOCK_OFFSET_MAX.toMillis());
    }
  }
}
