package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.protocol.RaftGroupId;
import org.junit.jupiter.api.Test;

/** How often a leader hears that it is none any more. */
class StepDownsTest {
  private static final AppendEntriesReplyProto REFUSAL = reply(AppendResult.NOT_LEADER);
  private static final AppendEntriesReplyProto SUCCESS = reply(AppendResult.SUCCESS);

  private final RaftGroupId group = RaftGroupId.randomId();
  private final AtomicLong nanos = new AtomicLong(-5);
  private final StepDowns stepDowns = new StepDowns(nanos::get);

  private static AppendEntriesReplyProto reply(AppendResult result) {
    return AppendEntriesReplyProto.newBuilder().setResult(result).build();
  }

  @Test
  void aLaterTermIsTheTalkOfOneAnswerOnly() throws IOException {
    assertThat(stepDowns.once(group, REFUSAL)).isSameAs(REFUSAL);

    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(999));
    assertThatThrownBy(() -> stepDowns.once(group, REFUSAL))
        .isInstanceOf(StepDowns.SteppingDownException.class);
  }

  @Test
  void whatWasNotHeededIsSaidAgain() throws IOException {
    stepDowns.once(group, REFUSAL);

    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertThat(stepDowns.once(group, REFUSAL)).isSameAs(REFUSAL);
  }

  @Test
  void neitherOtherAnswersNorOtherGroupsAreHeldUp() throws IOException {
    stepDowns.once(group, REFUSAL);

    assertThat(stepDowns.once(group, SUCCESS)).isSameAs(SUCCESS);
    assertThat(stepDowns.once(RaftGroupId.randomId(), REFUSAL)).isSameAs(REFUSAL);
  }
}
