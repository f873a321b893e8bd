package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.codec.CommandCodec;
import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Operand;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.TableId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ProposalSizeTest {
  private static final Attempt ATTEMPT =
      new Attempt(new AttemptId(1, 1), Bytes.wrap(new byte[40]), 1, null);

  /**
   * Too low would put more into an entry than fits, and split it; too high would leave it empty.
   */
  @Test
  void theEstimateOfAStepOfATransactionIsNearItsSize() {
    List<TransactionAction> actions =
        List.of(
            check("x".repeat(50_000), "y".repeat(3_000)),
            new TransactionAction.Write(
                (Command.Put) TestCluster.proposal("k", "z".repeat(90_000)).command()));
    List<Bytes> keys = Collections.nCopies(50, Bytes.wrap(new byte[1_000]));

    for (TransactionCommand step :
        List.of(
            new TransactionCommand.Transact(null, actions),
            new TransactionCommand.Prepare(ATTEMPT, actions),
            new TransactionCommand.Decide(ATTEMPT, actions, keys),
            new TransactionCommand.Commit(ATTEMPT, keys),
            new TransactionCommand.Abort(ATTEMPT, keys),
            new TransactionCommand.Confirm(ATTEMPT, keys),
            new TransactionCommand.Settle(ATTEMPT))) {
      Proposal proposal = TestCluster.proposal(step);
      long bytes = CommandCodec.encode(new LogEntry(1, List.of(proposal))).size();
      assertThat(ProposalSize.estimate(proposal)).isBetween(bytes, bytes + 2_000);
    }
  }

  private static TransactionAction check(String key, String value) {
    return new TransactionAction.Check(
        new TableRef(new TableId(1), 1),
        Item.of(new TreeMap<>(Map.of("k", new AttributeValue.S(key)))),
        new Condition.Compare(
            Comparator.NE,
            new Operand.Attribute(Path.of("v")),
            new Operand.Literal(EncodedValue.ofString(value))),
        ReturnOnFailure.NONE);
  }
}
