package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AppliedTermTest {
  private final AppliedTerm applied = new AppliedTerm();

  @Test
  void whoWaitsIsToldOfTheFirstLaterTermOnly() {
    applied.applied(3);
    CompletableFuture<Void> waiting = applied.after(3);

    applied.applied(3);
    assertThat(waiting).isNotDone();
    applied.applied(5);

    assertThat(waiting).isCompleted();
    assertThat(applied.after(5)).isNotDone();
  }

  @Test
  void whatIsPastNeedNoWait() {
    applied.applied(4);

    assertThat(applied.after(3)).isCompleted();
  }

  @Test
  void anEarlierTermDoesNotTakeBackALaterOne() {
    applied.applied(4);
    applied.applied(2); // a log replayed

    assertThat(applied.after(3)).isCompleted();
  }
}
