package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Each rule of replication.md that {@link Lease} stands for. Times in milliseconds. */
class LeaseTest {
  private static final double DRIFT = 0.1;
  private static final long D = 1100;
  private static final long D_LESS_DRIFT = 900; // 1100 * 0.9 / 1.1

  private final FakeClock clock = new FakeClock();
  private final Lease lease = new Lease(Duration.ofMillis(D), DRIFT, clock);

  static final class FakeClock implements ConsensusClock {
    private long monotonicNanos = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1); // wraps soon
    private long wallMicros = 1_000_000_000;

    @Override
    public long monotonicNanos() {
      return monotonicNanos;
    }

    @Override
    public long wallMicros() {
      return wallMicros;
    }

    void pass(long millis) {
      monotonicNanos += TimeUnit.MILLISECONDS.toNanos(millis);
      wallMicros += TimeUnit.MILLISECONDS.toMicros(millis);
    }

    /** The machine stands still, and its monotonic clock with it. */
    void suspend(long millis) {
      setWall(millis);
    }

    /** Somebody sets the wall's clock, forward or back. */
    void setWall(long byMillis) {
      wallMicros += TimeUnit.MILLISECONDS.toMicros(byMillis);
    }
  }

  private void leadAndWait(long term) {
    lease.lead(term, false);
    clock.pass(D);
  }

  private boolean holds(long term) {
    return lease.remainingNanos(term) > 0;
  }

  @Test
  void l1TheLeaseCountsFromBeforeTheEntryWasSubmittedAndIsShortenedByDrift() {
    leadAndWait(3);
    Lease.Moment before = lease.now();
    clock.pass(500);
    lease.prove(3, 10, before);

    assertThat(holds(3)).isTrue();
    clock.pass(D_LESS_DRIFT - 500 - 1);
    assertThat(holds(3)).isTrue();
    clock.pass(1);
    assertThat(holds(3)).isFalse();
  }

  @Test
  void l1WithoutAnAppliedEntryThereIsNoLease() {
    leadAndWait(3);

    assertThat(holds(3)).isFalse();
  }

  @Test
  void l1AnEntryOfAnotherTermProvesNothing() {
    leadAndWait(3);
    lease.prove(2, 10, lease.now());
    lease.prove(4, 11, lease.now());

    assertThat(holds(2)).isFalse();
    assertThat(holds(3)).isFalse();
    assertThat(holds(4)).isFalse();
  }

  @Test
  void l1ALaterTermForgetsTheLeaseOfTheEarlier() {
    leadAndWait(3);
    lease.prove(3, 10, lease.now());
    lease.lead(5, false);

    assertThat(holds(3)).isFalse();
    assertThat(holds(5)).isFalse();
  }

  @Test
  void l1AnOlderProofDoesNotShortenTheLease() {
    leadAndWait(3);
    Lease.Moment first = lease.now();
    clock.pass(100);
    Lease.Moment second = lease.now();
    lease.prove(3, 11, second);
    lease.prove(3, 10, first);
    clock.pass(D_LESS_DRIFT - 1);

    assertThat(holds(3)).isTrue();
  }

  @Test
  void l1TheLeaseEndsByTheWallClockWhenTheMonotonicOneStoodStill() {
    leadAndWait(3);
    lease.prove(3, 10, lease.now());
    clock.suspend(D + 1);

    assertThat(holds(3)).isFalse();
  }

  @Test
  void l1ByTheWallClockTheLeaseIsNoLongerThanASuccessorWithAFastClockWaits() {
    leadAndWait(3);
    lease.prove(3, 10, lease.now());
    clock.suspend(D_LESS_DRIFT - 1);
    assertThat(holds(3)).isTrue();
    clock.suspend(2);

    assertThat(holds(3)).isFalse(); // and 1100 / 1.1 = 1000 is what the successor may wait
  }

  @Test
  void l1AWallClockSetBackEndsTheLeaseToo() {
    leadAndWait(3);
    lease.prove(3, 10, lease.now());
    clock.suspend(-1);

    assertThat(holds(3)).isFalse();
  }

  @Test
  void l2ANewLeaderAnswersNothingBeforeAllOfD() {
    lease.lead(3, false);

    assertThat(lease.mayAnswer(3)).isFalse();
    clock.pass(D - 1);
    assertThat(lease.mayAnswer(3)).isFalse();
    clock.pass(1);
    assertThat(lease.mayAnswer(3)).isTrue();
  }

  @Test
  void l2TheWaitIsNotStartedAgainByHearingOfTheSameTerm() {
    assertThat(lease.lead(3, false)).isTrue();
    clock.pass(D);

    assertThat(lease.lead(3, false)).isFalse();
    assertThat(lease.mayAnswer(3)).isTrue();
  }

  @Test
  void l2EveryTermHasItsOwnWait() {
    leadAndWait(3);
    lease.lead(5, false);

    assertThat(lease.mayAnswer(3)).isFalse();
    assertThat(lease.mayAnswer(5)).isFalse();
    assertThat(lease.lead(4, true)).isFalse();
    assertThat(lease.mayAnswer(4)).isFalse();
  }

  @Test
  void l2ATermNotLedMayNotBeAnsweredIn() {
    assertThat(lease.mayAnswer(0)).isFalse();
    assertThat(lease.mayAnswer(1)).isFalse();
  }

  @Test
  void l4ARelinquishedPredecessorSparesTheWait() {
    lease.lead(3, true);

    assertThat(lease.mayAnswer(3)).isTrue();
    assertThat(holds(3)).isFalse();
  }

  @Test
  void l4ALeaderInsideItsOwnWaitMustNotRelinquish() {
    lease.lead(3, false);
    clock.pass(D - 1);

    assertThat(lease.relinquish(3)).isFalse();
    clock.pass(1);
    assertThat(lease.relinquish(3)).isTrue();
  }

  /** As LeaseModelTest found: the first one may be in the log, and free the successor. */
  @Test
  void l4GivingASecondRelinquishUpDoesNotReviveTheLease() {
    leadAndWait(3);
    assertThat(lease.relinquish(3)).isTrue();

    assertThat(lease.relinquish(3)).isFalse();
    lease.prove(3, 10, lease.now());

    assertThat(holds(3)).isFalse();
    lease.relinquished(3, 11);
    assertThat(lease.relinquish(3)).isTrue();
  }

  @Test
  void l4RelinquishingVoidsTheLeaseAtOnce() {
    leadAndWait(3);
    lease.prove(3, 10, lease.now());
    lease.relinquish(3);

    assertThat(holds(3)).isFalse();
  }

  @Test
  void l4AnEntryBeforeTheRelinquishDoesNotReviveTheLease() {
    leadAndWait(3);
    Lease.Moment before = lease.now();
    lease.relinquish(3);
    lease.prove(3, 10, before);
    assertThat(holds(3)).isFalse();

    lease.relinquished(3, 11);
    lease.prove(3, 10, lease.now());
    lease.prove(3, 11, lease.now());
    assertThat(holds(3)).isFalse();
  }

  @Test
  void l4AnEntryAfterTheRelinquishProvesALeaseAgain() {
    leadAndWait(3);
    lease.relinquish(3);
    lease.relinquished(3, 11);
    lease.prove(3, 12, lease.now());

    assertThat(holds(3)).isTrue();
  }

  @Test
  void l4AnAbandonedRelinquishLeavesTheLeaseToTheNextEntry() {
    leadAndWait(3);
    lease.relinquish(3);
    lease.relinquishAbandoned(3);
    assertThat(holds(3)).isFalse();

    lease.prove(3, 12, lease.now());
    assertThat(holds(3)).isTrue();
  }

  @Test
  void withoutADurationThereIsNeitherWaitNorLease() {
    Lease none = new Lease(Duration.ZERO, DRIFT, clock);
    none.lead(3, false);
    none.prove(3, 10, none.now());

    assertThat(none.mayAnswer(3)).isTrue();
    assertThat(none.remainingNanos(3)).isZero();
    assertThat(none.mayAnswer(4)).isFalse();
  }
}
