package dev.holdfast.statemachine.transaction.simulation;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.ClientToken;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.expression.Update.SetValue;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.statemachine.table.TableWorkload;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * Items that hold a list each, to which every writer appends its number: the list tells who came
 * when (Elle's list-append). Items are numbered.
 */
@NullUnmarked // null is "no condition"
final class Lists {
  private static final Path LIST = Path.of("list");
  private static final List<Bytes> ROUTING_KEYS =
      IntStream.range(0, Simulation.ITEM_COUNT)
          .mapToObj(
              item ->
                  KeyEncoding.routingKey(TableWorkload.TABLE.id(), TableWorkload.SCHEMA, key(item)))
          .toList();

  private Lists() {}

  static Item key(int item) {
    return Item.of(
        new TreeMap<>(
            Map.of(
                "pk", new AttributeValue.S("item" + item),
                "sk", new AttributeValue.N(BigDecimal.ONE))));
  }

  static Bytes routingKey(int item) {
    return ROUTING_KEYS.get(item);
  }

  static Bytes routingKey(Command.ItemWrite write) {
    return KeyEncoding.routingKey(
        TableWorkload.TABLE.id(), TableWorkload.SCHEMA, write.keyOrItem());
  }

  static Command.Modify append(int item, int writer) {
    SetValue empty = new SetValue.Literal(list());
    SetValue one = new SetValue.Literal(list(new AttributeValue.N(BigDecimal.valueOf(writer))));
    SetValue appended = new SetValue.ListAppend(new SetValue.IfNotExists(LIST, empty), one);
    return new Command.Modify(
        TableWorkload.REF,
        key(item),
        new Update(List.of(new Update.Action.Set(LIST, appended))),
        null,
        ReturnValues.NONE,
        ReturnOnFailure.NONE);
  }

  static TransactionAction action(int item, int writer) {
    return new TransactionAction.Write(append(item, writer));
  }

  /** All attempts of a writer have its number for a token. */
  static ClientToken token(int writer) {
    return new ClientToken("t" + writer, Bytes.wrap(new byte[ClientToken.HASH_BYTES]));
  }

  static int writer(Attempt attempt) {
    return Integer.parseInt(Objects.requireNonNull(attempt.token()).text().substring(1));
  }

  private static EncodedValue list(AttributeValue... elements) {
    return EncodedValue.of(new AttributeValue.L(List.of(elements)));
  }

  static List<Integer> content(@Nullable Item item) {
    if (item == null) {
      return List.of();
    }
    AttributeValue.L list = (AttributeValue.L) item.toMap().get("list");
    return list.elements().stream()
        .map(element -> ((AttributeValue.N) element).value().intValueExact())
        .toList();
  }
}
