package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.rpc.ClockReading;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** R12, on one node of three, whose monotonic clock wraps soon; all times are in milliseconds. */
class ClusterTimeTest {
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");
  private static final NodeId N3 = new NodeId("n3");
  private static final long HOUR = TimeUnit.HOURS.toMillis(1);
  private static final long BOUND = 500;

  private final LeaseTest.FakeClock clock = new LeaseTest.FakeClock();
  private final ClusterTime time = new ClusterTime(N1, Duration.ofMillis(BOUND), clock);
  private final long begin = clock.wallMicros();

  ClusterTimeTest() {
    time.nodes(Set.of(N1, N2, N3));
  }

  private long micros(long millisSinceBegin) {
    return begin + TimeUnit.MILLISECONDS.toMicros(millisSinceBegin);
  }

  /** It was asked a while ago, and says what its clocks were meanwhile, since the beginning. */
  private void answers(NodeId node, long underWay, long system, long agreed) {
    time.compare(
        node,
        new ClockReading(micros(system), micros(agreed), false),
        clock.monotonicNanos() - TimeUnit.MILLISECONDS.toNanos(underWay));
  }

  private void answers(NodeId node, long both) {
    answers(node, 1, both, both);
  }

  @Test
  void aNodeIsAstrayUntilItHasTheTimeOfAMajority() {
    assertThat(time.isAstray()).isTrue();
    answers(N2, 20);

    assertThat(time.isAstray()).isFalse();
    assertThat(time.micros()).isEqualTo(begin);
  }

  @Test
  void aNodeThatStartsWithAWrongClockStaysAstrayUntilItIsSetRight() {
    clock.setWall(HOUR);
    ClusterTime wrong = new ClusterTime(N1, Duration.ofMillis(BOUND), clock);
    wrong.nodes(Set.of(N1, N2, N3));
    ClockReading right = new ClockReading(begin, begin, false);
    wrong.compare(N2, right, clock.monotonicNanos());
    wrong.compare(N3, right, clock.monotonicNanos());

    assertThat(wrong.isAstray()).isTrue();
    assertThat(wrong.stampMicros()).isLessThan(begin);
    clock.setWall(-HOUR);
    wrong.judge();
    assertThat(wrong.isAstray()).isFalse();
    assertThat(wrong.stampMicros()).isEqualTo(begin);
  }

  @Test
  void aClockThatIsSetChangesNothingBySelf() {
    answers(N2, 0);
    answers(N3, 0);
    clock.setWall(HOUR);
    clock.pass(10);
    assertThat(time.micros()).as("before anybody is asked").isEqualTo(micros(10));
    answers(N2, 10);
    answers(N3, 10);

    assertThat(time.micros()).isEqualTo(micros(10));
    assertThat(time.isAstray()).isFalse();
    assertThat(time.systemOffsetMicros()).isEqualTo(TimeUnit.HOURS.toMicros(1));
  }

  @Test
  void aTimeThatAMajorityHasBeenSetToIsFollowed() {
    answers(N2, 0);
    answers(N3, 0);
    clock.setWall(HOUR);
    answers(N2, 1, HOUR, 0); // it has been set, too, and has not heard of ours yet

    assertThat(time.micros()).isEqualTo(micros(HOUR));
    answers(N2, HOUR);
    assertThat(time.isAstray()).isFalse();
  }

  /** The monotonic clock went wrong, or stood still in a machine that was suspended. */
  @Test
  void aNodeWhoseTimeHasDriftedAwayFromAllOthersIsAstray() {
    answers(N2, 0);
    answers(N3, 0);
    answers(N2, 2 * BOUND);
    assertThat(time.isAstray()).as("one of two may itself be wrong").isFalse();
    answers(N3, 2 * BOUND);

    assertThat(time.isAstray()).isTrue();
    answers(N2, 0);
    assertThat(time.isAstray()).isFalse();
  }

  @Test
  void afterASuspensionTheSystemsClockIsRightAndFollowed() {
    answers(N2, 0);
    answers(N3, 0);
    clock.setWall(HOUR); // the monotonic clock stood still
    answers(N2, HOUR);
    answers(N3, HOUR);

    assertThat(time.micros()).isEqualTo(micros(HOUR));
    assertThat(time.isAstray()).isFalse();
  }

  @Test
  void anAnswerThatWasLongUnderWayProvesNothingAgainstANode() {
    answers(N2, 0);
    clock.pass(4_000);
    answers(N2, 4_000, 100, 100);
    answers(N3, 4_000, 100, 100);

    assertThat(time.isAstray()).isFalse();
    assertThat(time.stampMicros()).isEqualTo(micros(4_000));
  }

  /** Until it has asked the others, nobody else has seen that. */
  @Test
  void aClockThatRunsAwayStampsNothing() {
    answers(N2, 0);
    answers(N3, 0);
    clock.pass(300_000);
    assertThat(time.stampMicros()).as("before anybody is asked").isLessThan(begin);
    answers(N2, 300_000, 0, 0);
    assertThat(time.stampMicros()).as("asked before it ran away").isLessThan(begin);
    answers(N2, 0);
    assertThat(time.stampMicros()).as("one of two may itself be wrong").isLessThan(begin);
    answers(N3, 0);

    assertThat(time.stampMicros()).isLessThan(begin);
    assertThat(time.isAstray()).isTrue();
  }

  @Test
  void aNodeThatHeardFromNobodyForLongGoesOnWithTheFirstAnswerThatAgrees() {
    answers(N2, 0);
    clock.pass(60_000);
    assertThat(time.isAstray()).isFalse();
    assertThat(time.stampMicros()).isLessThan(begin);
    answers(N3, 60_000);

    assertThat(time.isAstray()).isFalse();
    assertThat(time.stampMicros()).isEqualTo(micros(60_000));
  }

  @Test
  void whatIsOldIsNoEvidence() {
    answers(N2, 2 * BOUND);
    answers(N3, 0);
    assertThat(time.isAstray()).isFalse();
    clock.pass(3_000);
    answers(N3, 3_000);
    clock.pass(3_000);
    answers(N3, 6_000 + 2 * BOUND);

    assertThat(time.isAstray()).as("only one differs that is there").isFalse();
  }

  @Test
  void aNodeOfAnEarlierBuildObjectsToNothing() {
    time.compare(N2, ClockReading.SILENT, clock.monotonicNanos());

    assertThat(time.isAstray()).isFalse();
  }

  @Test
  void aSingleNodeHasTheTimeOfItsSystem() {
    time.nodes(Set.of(N1));
    assertThat(time.isAstray()).isFalse();
    clock.setWall(HOUR);
    time.judge();

    assertThat(time.micros()).isEqualTo(micros(HOUR));
  }
}
