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
    UnsentAnswers.Hold evicted = unsent.hold(first, 40);
    unsent.hold(second, 40);
    assertThat(first.isOpen()).isTrue();

    unsent.hold(third, 40);

    assertThat(first.isOpen()).isFalse();
    assertThat(second.isOpen()).isTrue();
    assertThat(unsent.totalBytes()).isEqualTo(80);
    evicted.release(); // its write has failed: it was no longer counted
    assertThat(unsent.totalBytes()).isEqualTo(80);
  }

  /** It always has some answer under way, and is none the worse for it. */
  @Test
  void whoTakesItsAnswersIsNotDisconnectedInThePlaceOfWhoDoesNot() {
    UnsentAnswers.Hold taken = unsent.hold(first, 40);
    unsent.hold(second, 40);
    unsent.hold(first, 20);
    taken.release();

    unsent.hold(third, 60);

    assertThat(second.isOpen()).isFalse();
    assertThat(first.isOpen()).isTrue();
    assertThat(unsent.totalBytes()).isEqualTo(80);
  }

  @Test
  void whoTakesItsAnswersIsForgottenAndOneLargeAnswerIsAlwaysLetThrough() {
    UnsentAnswers.Hold large = unsent.hold(first, 60);
    UnsentAnswers.Hold small = unsent.hold(first, 30);
    large.release();
    assertThat(unsent.totalBytes()).isEqualTo(30);
    small.release();

    UnsentAnswers.Hold alone = unsent.hold(second, 1_000);

    assertThat(second.isOpen()).isTrue();
    alone.release();
    assertThat(unsent.totalBytes()).isZero();
  }

  /** What a client that is being closed still writes, and what of it ends, moves nothing. */
  @Test
  void whatComesAfterAnEvictionIsNotCounted() {
    UnsentAnswers.Hold before = unsent.hold(first, 60);
    unsent.hold(second, 60);
    UnsentAnswers.Hold after = unsent.hold(first, 30);
    before.release();
    after.release();
    after.release();
    assertThat(unsent.totalBytes()).isEqualTo(60);
  }
}
