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
  private final AppliedWaiters waiters = new AppliedWaiters(Runnable::run);
  private final Leadership leadership =
      new Leadership(
          new Lease(Duration.ofMillis(500), 0.001, ConsensusClock.system()),
          () -> false,
          term -> {});
  private final CatchUp catchUp =
      new CatchUp(leadership, waiters, (deadline, committed) -> asked.add(committed), 0);

  @Test
  void itIsDoneWhenWhatTheLeaderNamesIsAppliedAndNotBefore() {
    catchUp.goOn(0);
    asked.get(0).accept(7);
    waiters.applied(6);
    assertThat(catchUp.isDone()).isFalse();

    waiters.applied(7);

    assertThat(catchUp.isDone()).isTrue();
    assertThat(catchUp.isRecentEnough()).isTrue();
    catchUp.goOn(millis(1_000));
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
