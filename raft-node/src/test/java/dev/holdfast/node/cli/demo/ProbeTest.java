package dev.holdfast.node.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProbeTest {
  private static final long TEN_MILLIS = 10_000_000;

  private final AtomicLong clock = new AtomicLong();
  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch fiveAsked = new CountDownLatch(5);

  /** The third and the fourth question fail; each takes ten milliseconds of the test's clock. */
  private CompletableFuture<?> ask() {
    clock.addAndGet(TEN_MILLIS);
    fiveAsked.countDown();
    int number = asked.incrementAndGet();
    return number == 3 || number == 4
        ? CompletableFuture.failedFuture(new IllegalStateException("no"))
        : CompletableFuture.completedFuture("yes");
  }

  @Test
  void theLongestPauseIsBetweenTwoGoodAnswers() throws InterruptedException {
    Probe probe = new Probe("reads", Duration.ofMillis(1), clock::get, this::ask).begin();
    fiveAsked.await();
    probe.stop();

    assertThat(probe.longestGap()).isEqualTo(Duration.ofMillis(30));
    assertThat(probe.failedCount()).isEqualTo(2);
    assertThat(probe.goodCount()).isEqualTo(asked.get() - 2);
  }
}
