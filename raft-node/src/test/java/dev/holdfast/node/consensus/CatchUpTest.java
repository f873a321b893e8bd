package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/** The replica never leads here: {@link SlowStartTest} has one that does. */
class CatchUpTest {
  private final List<LongConsumer> asked = new ArrayList<>();
  private long appliedIndex;
  private boolean isLeaderKnown = true;
  private final Leadership leadership =
      new Leadership(
          new Lease(Duration.ofMillis(500), 0.001, ConsensusClock.system()),
          () -> false,
          term -> {});
  private final CatchUp catchUp =
      new CatchUp(leadership, () -> appliedIndex, (deadline, committed) -> ask(committed), 0);

  private boolean ask(LongConsumer committed) {
    return isLeaderKnown && asked.add(committed);
  }

  /** However long it takes, and however far its leader has gone meanwhile. */
  @Test
  void itIsDoneWhenWhatTheLeaderNamedIsAppliedAndNotBefore() {
    catchUp.goOn(0);
    asked.get(0).accept(7);
    appliedIndex = 6;
    catchUp.goOn(millis(60_000));
    assertThat(catchUp.isDone()).isFalse();

    appliedIndex = 7;
    catchUp.goOn(millis(60_020));

    assertThat(catchUp.isDone()).isTrue();
    assertThat(catchUp.isRecentEnough()).isTrue();
    assertThat(asked).hasSize(1);
  }

  @Test
  void itAsksAsSoonAsItKnowsOfALeader() {
    isLeaderKnown = false;
    catchUp.goOn(0);
    isLeaderKnown = true;

    catchUp.goOn(millis(20));

    assertThat(asked).hasSize(1);
  }

  @Test
  void theLeaderIsAskedNowAndThenUntilItAnswers() {
    for (int atMillis = 0; atMillis < 1_000; atMillis += 20) {
      catchUp.goOn(millis(atMillis));
    }

    assertThat(asked).hasSize(10);
  }

  @Test
  void withoutALeaderOldAnswersAreBetterThanNoneAfterAWhile() {
    catchUp.goOn(millis(4_900));
    assertThat(catchUp.isRecentEnough()).isFalse();

    catchUp.goOn(millis(5_100));

    assertThat(catchUp.isRecentEnough()).isTrue();
    assertThat(catchUp.isDone()).isFalse();
  }

  private static long millis(long count) {
    return TimeUnit.MILLISECONDS.toNanos(count);
  }
}
