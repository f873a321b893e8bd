package dev.holdfast.node.transaction;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.TransactionGet;
import dev.holdfast.protocol.command.TransactionRequest;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.expression.Update.SetValue;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableStatus;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Items that hold a list each, to which every writer appends its number: the list tells who came
 * when (Elle's list-append). Items are numbered.
 */
final class SimulatedLists {
  static final KeySchema SCHEMA = new KeySchema(new KeyAttribute("k", ScalarType.S), null);
  static final String NAME = "Lists";
  static final TableDescriptor TABLE =
      new TableDescriptor(
          new TableId(1),
          NAME,
          1,
          TableStatus.ACTIVE,
          SCHEMA,
          List.of(),
          TableDescriptor.BillingMode.PAY_PER_REQUEST,
          new TableDescriptor.Throughput(0, 0),
          false,
          new TreeMap<>(),
          0);
  private static final Path LIST = Path.of("list");

  private SimulatedLists() {}

  static Item key(int item) {
    return Item.of(new TreeMap<>(Map.of("k", new AttributeValue.S("item" + item))));
  }

  static Bytes routingKey(int item) {
    return KeyEncoding.routingKey(TABLE.id(), SCHEMA, key(item));
  }

  static TransactionRequest.Part append(int item, int writer) {
    SetValue empty = new SetValue.Literal(list());
    SetValue one = new SetValue.Literal(list(new AttributeValue.N(BigDecimal.valueOf(writer))));
    SetValue appended = new SetValue.ListAppend(new SetValue.IfNotExists(LIST, empty), one);
    Command.Modify modify =
        new Command.Modify(
            TableRef.of(TABLE),
            key(item),
            new Update(List.of(new Update.Action.Set(LIST, appended))),
            null,
            ReturnValues.NONE,
            ReturnOnFailure.NONE);
    return new TransactionRequest.Part(NAME, new TransactionAction.Write(modify));
  }

  static TransactionGet get(int item) {
    return new TransactionGet(NAME, new Read.Get(TableRef.of(TABLE), key(item), Projection.ALL));
  }

  private static EncodedValue list(AttributeValue... elements) {
    return EncodedValue.of(new AttributeValue.L(List.of(elements)));
  }

  static List<Integer> content(@Nullable Item item) {
    if (item == null || !(item.toMap().get("list") instanceof AttributeValue.L list)) {
      return List.of();
    }
    return list.elements().stream()
        .map(element -> ((AttributeValue.N) element).value().intValueExact())
        .toList();
  }
}
