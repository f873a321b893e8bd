package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PaceTest {
  private final Pace pace = new Pace();

  private long countDue(int ticks, long index, boolean isWaitedFor) {
    return IntStream.range(0, ticks).filter(tick -> pace.isDue(index, isWaitedFor)).count();
  }

  @Test
  void whatIsQuietForAWhileIsLookedAfterRarely() {
    assertThat(countDue(40, 7, false)).isEqualTo(40);
    assertThat(countDue(80, 7, false)).isEqualTo(10);
  }

  @Test
  void whateverHappensIsLookedAtAtOnce() {
    countDue(1000, 7, false);

    assertThat(pace.isDue(8, false)).isTrue();
    assertThat(countDue(39, 8, false)).isEqualTo(39);
  }

  @Test
  void whoWaitsIsLookedAfterAlways() {
    countDue(1000, 7, false);

    assertThat(countDue(1000, 7, true)).isEqualTo(1000);
  }
}
