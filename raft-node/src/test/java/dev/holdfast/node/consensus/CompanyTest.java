package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When an entry waits for callers who are about to come back. Times in nanoseconds. */
class CompanyTest {
  private static final long WAIT_MAX = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long ENTRY_TOOK = TimeUnit.MILLISECONDS.toNanos(1);

  private final Company company = new Company(WAIT_MAX);
  private long now = 1_000;

  @Test
  void theFirstCommandLeavesAtOnce() {
    assertThat(company.waitNanos(1, now)).isZero();
  }

  @Test
  void aLoneCallerIsNeverDelayed() {
    entryOf(1, 0);

    assertThat(company.waitNanos(1, now)).isZero();
  }

  @Test
  void theFirstToComeBackWaitsForTheOthers() {
    entryOf(64, 0);

    assertThat(company.waitNanos(1, now)).isPositive();
    assertThat(company.waitNanos(63, now)).isPositive();
    assertThat(company.waitNanos(64, now)).isZero();
  }

  @Test
  void aGroupThatWaitedMeanwhileJoinsTheOneThatComesBack() {
    entryOf(40, 24);

    assertThat(company.waitNanos(24, now)).isPositive();
    assertThat(company.waitNanos(64, now)).isZero();
  }

  @Test
  void theWaitIsAShareOfTheTimeOfTheLastEntryAndNeverAboveItsLimit() {
    entryOf(64, 0);
    assertThat(company.waitNanos(1, now)).isEqualTo(ENTRY_TOOK / 2);
    assertThat(company.waitNanos(1, now + ENTRY_TOOK / 2)).isZero();

    company.answered(64, 0, 100 * WAIT_MAX, now);
    assertThat(company.waitNanos(1, now)).isEqualTo(WAIT_MAX);
  }

  @Test
  void whenNobodyComesBackTheWaitIsLeftOutForMoreAndMoreEntries() {
    assertThat(entriesLeftOutAfterAWaitInVain()).isEqualTo(1);
    assertThat(entriesLeftOutAfterAWaitInVain()).isEqualTo(2);
    assertThat(entriesLeftOutAfterAWaitInVain()).isEqualTo(4);

    entryOf(10, 0);
    company.left(10); // they came back
    assertThat(entriesLeftOutAfterAWaitInVain()).isEqualTo(1);
  }

  @Test
  void zeroMeansNeverWaiting() {
    Company never = new Company(0);
    never.answered(64, 0, ENTRY_TOOK, now);

    assertThat(never.waitNanos(1, now)).isZero();
  }

  private void entryOf(int answeredCount, int waitingCount) {
    company.answered(answeredCount, waitingCount, ENTRY_TOOK, now);
  }

  private int entriesLeftOutAfterAWaitInVain() {
    entryOf(10, 0);
    assertThat(company.waitNanos(1, now)).isPositive();
    company.left(1);
    int leftOut = 0;
    while (true) {
      entryOf(10, 0);
      if (company.waitNanos(1, now) > 0) {
        return leftOut;
      }
      company.left(1);
      leftOut++;
    }
  }
}
