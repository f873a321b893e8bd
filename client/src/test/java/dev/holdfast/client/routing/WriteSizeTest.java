package dev.holdfast.client.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.command.TransactionRequest;
import dev.holdfast.protocol.command.TransactionRequest.Part;
import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Operand;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.TableId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a write is admitted for must not be less than most of what it carries. */
class WriteSizeTest {
  private static final int VALUE_BYTES = 100_000;
  private static final Attempt ATTEMPT = new Attempt(new AttemptId(1, 1), Bytes.EMPTY, 1, null);

  @Test
  void aStepIsAsLargeAsItsItemsAndTheirConditions() {
    List<TransactionAction> actions = List.of(check(), check(), check());

    for (TransactionCommand step :
        List.of(
            new TransactionCommand.Transact(null, actions),
            new TransactionCommand.Prepare(ATTEMPT, actions),
            new TransactionCommand.Decide(ATTEMPT, actions, List.of()))) {
      assertThat(WriteSize.bytes(step)).isBetween(6 * VALUE_BYTES, 6 * VALUE_BYTES + 10_000);
    }
  }

  @Test
  void aTransactionIsAsLargeAsItsItemsAndTheirConditions() {
    Part part = new Part("table", check());
    TransactionRequest request =
        new TransactionRequest(new RequestId(1, 1), null, List.of(part, part, part));

    assertThat(WriteSize.bytes(request)).isBetween(6 * VALUE_BYTES, 6 * VALUE_BYTES + 10_000);
  }

  @Test
  void aStepIsAsLargeAsItsKeys() {
    List<Bytes> keys = List.of(Bytes.wrap(new byte[3_000]), Bytes.wrap(new byte[3_000]));

    for (TransactionCommand step :
        List.of(
            new TransactionCommand.Decide(ATTEMPT, List.of(), keys),
            new TransactionCommand.Commit(ATTEMPT, keys),
            new TransactionCommand.Abort(ATTEMPT, keys),
            new TransactionCommand.Confirm(ATTEMPT, keys))) {
      assertThat(WriteSize.bytes(step)).isBetween(6_000, 7_000);
    }
    assertThat(WriteSize.bytes(new TransactionCommand.Settle(ATTEMPT))).isPositive();
  }

  private static TransactionAction check() {
    AttributeValue large = new AttributeValue.S("x".repeat(VALUE_BYTES));
    return new TransactionAction.Check(
        new TableRef(new TableId(1), 1),
        Item.of(new TreeMap<>(Map.of("k", large))),
        new Condition.Compare(
            Comparator.NE,
            new Operand.Attribute(Path.of("v")),
            new Operand.Literal(EncodedValue.of(large))),
        ReturnOnFailure.NONE);
  }
}
