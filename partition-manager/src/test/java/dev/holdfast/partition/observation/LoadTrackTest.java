package dev.holdfast.partition.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.holdfast.partition.placement.view.Load;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoadTrackTest {
  private static final ObserverOptions OPTIONS =
      new ObserverOptions(
          Duration.ofSeconds(30),
          Duration.ofSeconds(100),
          Duration.ofSeconds(3),
          Duration.ofMillis(100));
  private static final long SECOND = 1_000_000;

  private final LoadTrack track = new LoadTrack(OPTIONS, 0);
  private long now;

  private void writes(int perSecond, int seconds) {
    for (int i = 0; i < seconds; i++) {
      now += SECOND;
      track.add(now, new Load(0, perSecond, 0), 1);
    }
  }

  @Test
  void nothingIsSustainedBeforeAnythingIsKnown() {
    assertThat(track.history().sustained()).isEqualTo(Load.NONE);
    assertThat(track.history().observedSinceMicros()).isZero();
  }

  @Test
  void whatLastsForTheWindowIsSustained() {
    writes(100, 30);

    assertThat(track.history().sustained().writesPerSecond()).isEqualTo(100, within(0.001));
    assertThat(track.history().current().writesPerSecond()).isEqualTo(100, within(0.001));
  }

  @Test
  void aBreakWithinTheWindowEndsIt() {
    writes(100, 30);
    writes(0, 5);
    writes(100, 20);

    assertThat(track.history().sustained().writesPerSecond()).isLessThan(20);

    writes(100, 15);

    assertThat(track.history().sustained().writesPerSecond()).isEqualTo(100, within(0.001));
  }

  @Test
  void aBurstIsRememberedForAtLeastTheColdWindowAndAtMostTwo() {
    writes(1, 50);
    writes(100, 10);
    writes(1, 90);

    assertThat(track.history().peak().writesPerSecond()).isGreaterThan(90);

    writes(1, 110);

    assertThat(track.history().peak().writesPerSecond()).isLessThan(10);
  }
}
