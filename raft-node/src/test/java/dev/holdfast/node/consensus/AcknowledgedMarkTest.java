package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How far a replica has acknowledged, and the disk that this is written to. */
class AcknowledgedMarkTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  private final AtomicInteger writeCount = new AtomicInteger();

  /** Else a partition stands still for as long as the file system's journal does. */
  @Test
  @Timeout(30)
  void nobodyWhoAcknowledgesWaitsForTheDisk() throws Exception {
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch written = new CountDownLatch(1);
    AcknowledgedMark mark =
        AcknowledgedMark.open(
            directory.resolve("mark"),
            page -> {
              writing.countDown();
              awaitQuietly(written);
            });
    mark.raise(7);
    CompletableFuture<Void> sync = CompletableFuture.runAsync(mark::sync);
    writing.await();

    CompletableFuture<Void> raise = CompletableFuture.runAsync(() -> mark.raise(8));

    assertThat(raise).succeedsWithin(10, TimeUnit.SECONDS);
    assertThat(sync).isNotDone();
    assertThat(mark.index()).isEqualTo(8);
    written.countDown();
    sync.join();
  }

  @Test
  void whatChangesWhileTheDiskIsWrittenToIsWrittenNextTime() throws IOException {
    AcknowledgedMark[] mark = new AcknowledgedMark[1];
    mark[0] =
        AcknowledgedMark.open(
            directory.resolve("mark"),
            page -> {
              if (writeCount.incrementAndGet() == 1) {
                mark[0].lower(5); // written to disk, too
                mark[0].raise(7); // the same index as before, but not the same change
              }
            });
    mark[0].raise(7);

    mark[0].sync();
    mark[0].sync();
    mark[0].sync();

    assertThat(writeCount).hasValue(3);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
