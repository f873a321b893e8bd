package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The same deadlock, made of two threads of the test's own. */
class StuckPromotionsTest {
  /** As Ratis's: wants the monitor once more, and completes its future when it ends. */
  @SuppressWarnings({"unused", "FieldCanBeLocal"}) // looked at by reflection
  private static final class Waiting extends Thread {
    private final Object monitor;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private volatile boolean isRunning = true;

    Waiting(Object monitor) {
      this.monitor = monitor;
      setDaemon(true);
    }

    @Override
    public void run() {
      synchronized (monitor) {
        stopped.complete(null);
      }
    }
  }

  private final Object monitor = new Object();
  private final Waiting waiting = new Waiting(monitor);
  private final StuckPromotions rescue = new StuckPromotions(Waiting.class.getName());

  private void untilBlocked() {
    TestCluster.await("it waits", () -> waiting.getState() == Thread.State.BLOCKED);
  }

  @Test
  void whoWaitsForWhoWaitsForItIsFreedAtTheSecondLook() throws InterruptedException {
    CountDownLatch held = new CountDownLatch(1);
    Thread promoting =
        new Thread(
            () -> {
              synchronized (monitor) {
                held.countDown();
                untilBlocked();
                waiting.isRunning = false;
                waiting.stopped.join(); // as ServerState.updateConfiguration does
              }
            });
    promoting.setDaemon(true);
    promoting.start();
    held.await();
    waiting.start();
    TestCluster.await("told to stop", () -> !waiting.isRunning);

    rescue.look();
    assertThat(waiting.stopped).isNotDone();
    rescue.look();

    promoting.join();
    waiting.join();
    assertThat(waiting.stopped).isDone();
  }

  @Test
  void whoWasNotToldToStopIsLeftAlone() throws InterruptedException {
    synchronized (monitor) {
      waiting.start();
      untilBlocked();
      rescue.look();
      rescue.look();
      assertThat(waiting.stopped).isNotDone();
    }
    waiting.join();
  }

  /** Another version of Ratis may name them otherwise, or need them no more. */
  @Test
  void ratisHasTheFieldsThatAreLookedAt() throws ReflectiveOperationException {
    Class<?> type = Class.forName(StuckPromotions.RATIS_TYPE);

    assertThat(Thread.class).isAssignableFrom(type);
    assertThat(type.getDeclaredField(StuckPromotions.IS_RUNNING).getType())
        .isEqualTo(boolean.class);
    assertThat(type.getDeclaredField(StuckPromotions.STOPPED).getType())
        .isEqualTo(CompletableFuture.class);
  }
}
