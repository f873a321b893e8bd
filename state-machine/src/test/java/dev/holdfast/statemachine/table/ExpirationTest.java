package dev.holdfast.statemachine.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ExpiryEntry;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.statemachine.Replicas;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is not said as it should be deletes nothing; all else is in ExpiryProperties. */
class ExpirationTest {
  private static final ExpiryEntry ENTRY = new ExpiryEntry(7, Bytes.fromHex("00".repeat(20)));

  private final ReplicatedStateMachine replica = Replicas.inMemory(KeyRange.ALL);

  private Result expire(List<ExpiryEntry> entries) {
    Proposal proposal =
        new Proposal(new RequestId(1, 1), Long.MAX_VALUE, false, new Command.Expire(entries));
    ApplyContext next = new ApplyContext(1, replica.applied().index() + 1);
    return replica.apply(next, new LogEntry(1_000_000_000, List.of(proposal))).get(0);
  }

  @Test
  void aTableThatIsUnknownHasNothingThatExpires() {
    assertThat(expire(List.of(ENTRY))).isEqualTo(new Result.Expired(0));
  }

  @Test
  void whatIsNoListOfItemsIsRefused() {
    Result refused = new Result.Rejected(new Rejection.Invalid("these are no items that expire"));

    assertThat(expire(List.of(new ExpiryEntry(-1, ENTRY.key())))).isEqualTo(refused);
    assertThat(expire(List.of(new ExpiryEntry(7, Bytes.fromHex("01"))))).isEqualTo(refused);
    assertThat(expire(Collections.nCopies(1_001, ENTRY))).isEqualTo(refused);
  }
}
