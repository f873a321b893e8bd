package dev.holdfast.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SteadyStateTest {
  private final SteadyState rate = new SteadyState();

  @Test
  void aRateThatStillRisesHasNotSettled() {
    boolean settled =
        LongStream.range(0, 60)
            .mapToObj(second -> rate.settledAfter(100 + 10 * second))
            .anyMatch(b -> b);

    assertThat(settled).isFalse();
  }

  @Test
  void aRateThatRisesSlowlyHasNotSettled() {
    for (int second = 0; second < 60; second++) {
      assertThat(rate.settledAfter(1000 + 5 * second)).isFalse();
    }
  }

  @Test
  void aLevelRateSettlesAfterFortySeconds() {
    for (int second = 1; second < 40; second++) {
      assertThat(rate.settledAfter(1000 + second % 2)).isFalse();
    }

    assertThat(rate.settledAfter(1000)).isTrue();
  }

  @Test
  void aSystemThatAnswersNothingNeverSettles() {
    for (int second = 0; second < 90; second++) {
      assertThat(rate.settledAfter(0)).isFalse();
    }
  }
}
