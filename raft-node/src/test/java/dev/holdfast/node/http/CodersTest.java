package dev.holdfast.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CodersTest {
  @Test
  void whoComesWhenTheQueueIsFullIsRejected() throws InterruptedException {
    ExecutorService coders = Coders.start();
    CountDownLatch goOn = new CountDownLatch(1);
    int taken = Coders.THREAD_COUNT + Coders.WAITING_COUNT_MAX;
    CountDownLatch done = new CountDownLatch(taken);
    try {
      for (int i = 0; i < taken; i++) {
        coders.execute(
            () -> {
              try {
                goOn.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              done.countDown();
            });
      }
      assertThatThrownBy(() -> coders.execute(done::countDown))
          .isInstanceOf(RejectedExecutionException.class);
      goOn.countDown();
      done.await();
      assertThat(done.getCount()).isZero();
    } finally {
      goOn.countDown();
      coders.shutdownNow();
    }
  }
}
