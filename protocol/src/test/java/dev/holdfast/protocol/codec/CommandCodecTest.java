package dev.holdfast.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.RequestId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandCodecTest {
  @Test
  void everyCommandSurvivesTheRoundTrip() {
    List<Proposal> proposals = new ArrayList<>();
    Samples.commands()
        .values()
        .forEach(
            command ->
                proposals.add(
                    new Proposal(
                        new RequestId(proposals.size(), -1),
                        Proposal.STAMP_UNKNOWN,
                        proposals.size() % 2 == 0,
                        command)));
    LogEntry entry = new LogEntry(1_700_000_000_000_000L, proposals);

    assertThat(CommandCodec.decode(CommandCodec.encode(entry))).isEqualTo(entry);
  }

  @Test
  void decodedItemsShareTheArrayOfTheEntry() {
    Bytes bytes = CommandCodec.encode(entry(put(condition(1))));
    Command decoded = CommandCodec.decode(bytes).proposals().get(0).command();

    assertThat(((Command.Put) decoded).item().bytes().backingArray())
        .isSameAs(bytes.backingArray());
  }

  @Test
  void anExpressionOfThreeHundredOperatorsDecodes() {
    Condition condition = new Condition.Exists(Path.of("a"));
    for (int i = 0; i < 300; i++) {
      condition = new Condition.And(condition, new Condition.Not(condition(i)));
    }
    LogEntry entry = entry(put(condition));

    assertThat(CommandCodec.decode(CommandCodec.encode(entry))).isEqualTo(entry);
  }

  @Test
  void nestingIsBounded() {
    Bytes bytes = CommandCodec.encode(entry(put(nots(1100))));
    LogEntry legal = entry(put(nots(950)));

    assertThat(CommandCodec.decode(CommandCodec.encode(legal))).isEqualTo(legal);
    assertThatThrownBy(() -> CommandCodec.decode(bytes)).isInstanceOf(CorruptLogException.class);
  }

  @Test
  void anEntryCutShortIsCorrupt() {
    Bytes bytes = CommandCodec.encode(entry(put(condition(1))));
    for (int size = 1; size < bytes.size(); size++) {
      Bytes cut = bytes.slice(0, size);
      try {
        CommandCodec.decode(cut);
      } catch (CorruptLogException expected) {
        continue;
      }
      assertThat(size).as("only an entry without its proposals can be whole").isLessThan(12);
    }
  }

  private static Condition nots(int count) {
    Condition condition = new Condition.Exists(Path.of("a"));
    for (int i = 0; i < count; i++) {
      condition = new Condition.Not(condition);
    }
    return condition;
  }

  private static Condition condition(int i) {
    return new Condition.Exists(Path.of("a" + i));
  }

  private static Command put(Condition condition) {
    return new Command.Put(
        Samples.TABLE_REF, Samples.ITEM, condition, ReturnValues.NONE, ReturnOnFailure.NONE);
  }

  private static LogEntry entry(Command command) {
    return new LogEntry(5, List.of(new Proposal(new RequestId(1, 2), 3, true, command)));
  }
}
