package dev.holdfast.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

class UnsentAnswersTest {
  private final UnsentAnswers unsent = new UnsentAnswers(100);
  private final EmbeddedChannel first = new EmbeddedChannel();
  private final EmbeddedChannel second = new EmbeddedChannel();
  private final EmbeddedChannel third = new EmbeddedChannel();

  @Test
  void whoHasKeptAnswersWaitingLongestIsDisconnectedWhenTheyAreTooMany() {
    unsent.hold(first, 40);
    unsent.hold(second, 40);
    assertThat(first.isOpen()).isTrue();

    unsent.hold(third, 40);

    assertThat(first.isOpen()).isFalse();
    assertThat(second.isOpen()).isTrue();
    assertThat(unsent.totalBytes()).isEqualTo(80);
    unsent.release(first, 40); // its write has failed: it was no longer counted
    assertThat(unsent.totalBytes()).isEqualTo(80);
  }

  @Test
  void whoTakesItsAnswersIsForgottenAndOneLargeAnswerIsAlwaysLetThrough() {
    unsent.hold(first, 60);
    unsent.hold(first, 30);
    unsent.release(first, 60);
    assertThat(unsent.totalBytes()).isEqualTo(30);
    unsent.release(first, 30);

    unsent.hold(second, 1_000);

    assertThat(second.isOpen()).isTrue();
    unsent.release(second, 1_000);
    assertThat(unsent.totalBytes()).isZero();
  }
}
