package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class RegularFlushTest {
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private int flushCount;

  @Test
  void theStateIsFlushedAfterSoManyEntriesOnAnotherThread() {
    RegularFlush flush = flushOn(tasks::add);

    apply(flush, RegularFlush.ENTRY_COUNT - 1);
    assertThat(tasks).isEmpty();
    apply(flush, 1);
    runAll();

    assertThat(flushCount).isEqualTo(1);
    apply(flush, RegularFlush.ENTRY_COUNT);
    runAll();
    assertThat(flushCount).isEqualTo(2);
  }

  @Test
  void oneFlushIsUnderWayAtATimeAndTheNextIsDueWhenItHasEnded() {
    RegularFlush flush = flushOn(tasks::add);

    apply(flush, 3 * RegularFlush.ENTRY_COUNT);
    assertThat(tasks).hasSize(1);
    runAll();
    apply(flush, 1);

    assertThat(tasks).hasSize(1);
  }

  @Test
  void aCheckpointIsAsGoodAsAFlush() {
    RegularFlush flush = flushOn(tasks::add);

    apply(flush, RegularFlush.ENTRY_COUNT - 1);
    flush.checkpointed();
    apply(flush, RegularFlush.ENTRY_COUNT - 1);

    assertThat(tasks).isEmpty();
  }

  @Test
  void aNodeThatStopsTakesNoMore() {
    RegularFlush flush =
        flushOn(
            task -> {
              throw new RejectedExecutionException();
            });

    apply(flush, 2 * RegularFlush.ENTRY_COUNT);

    assertThat(flushCount).isZero();
  }

  private RegularFlush flushOn(Executor executor) {
    return new RegularFlush(executor, () -> flushCount++);
  }

  private static void apply(RegularFlush flush, int count) {
    for (int i = 0; i < count; i++) {
      flush.applied();
    }
  }

  private void runAll() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }
}
