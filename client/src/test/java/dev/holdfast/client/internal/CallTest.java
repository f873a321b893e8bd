package dev.holdfast.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.TransactionRequest;
import dev.holdfast.protocol.command.TransactionRequest.Part;
import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Operand;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.IndeterminateException;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Only what cannot have had an effect is certainly not applied (design section 12). */
class CallTest {
  private static final long MILLIS = 1_000;

  private static Call call(NodeRequest request) {
    return Call.of(request, Bytes.EMPTY, 0);
  }

  private static List<Class<? extends StoreException>> failures(NodeRequest request) {
    return List.of(
        call(request).lost("broke").getClass(), call(request).timedOut("late").getClass());
  }

  /** Its node may have carried it out, or another does from what it has left. */
  @Test
  void nobodyKnowsWhatBecameOfATransactionThatWasNotAnswered() {
    AttributeValue value = new AttributeValue.S("v");
    TransactionAction action =
        new TransactionAction.Check(
            new TableRef(new TableId(1), 1),
            Item.of(new TreeMap<>(Map.of("k", value))),
            new Condition.Compare(
                Comparator.EQ,
                new Operand.Attribute(Path.of("a")),
                new Operand.Literal(EncodedValue.of(value))),
            ReturnOnFailure.NONE);
    TransactionRequest transaction =
        new TransactionRequest(new RequestId(1, 1), null, List.of(new Part("t", action)));

    assertThat(failures(new NodeRequest.Transact(transaction, MILLIS)))
        .containsOnly(IndeterminateException.class);
  }

  @Test
  void aReadThatWasNotAnsweredHasDoneNothing() {
    assertThat(failures(new NodeRequest.GetTogether(List.of(), new TreeMap<>(), MILLIS)))
        .containsOnly(UnavailableException.class);
  }
}
