package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.AttributeValue.B;
import dev.holdfast.protocol.model.AttributeValue.N;
import dev.holdfast.protocol.model.AttributeValue.S;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.statemachine.evaluation.TreeEvaluator;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.NullUnmarked;

/** The dumb model of {@link TableWorkload#TABLE}: trees in a map. */
@NullUnmarked // null is "no item"
final class TableModel {
  /** What a write answers: applied, condition failed or invalid; and the item returned, if any. */
  record Answer(String kind, Item returned) {}

  private final TreeMap<String, SortedMap<String, AttributeValue>> items = new TreeMap<>();

  Answer apply(Command.ItemWrite write) {
    SortedMap<String, AttributeValue> key = write.keyOrItem().keyOf(TableWorkload.SCHEMA).toMap();
    SortedMap<String, AttributeValue> before = items.get(key.toString());
    SortedMap<String, AttributeValue> seen = before == null ? new TreeMap<>() : before;
    if (write.condition() != null && !TreeEvaluator.holds(write.condition(), seen)) {
      return new Answer(
          "failed", write.returnOnFailure() == ReturnOnFailure.ALL_OLD ? item(before) : null);
    }
    SortedMap<String, AttributeValue> after = null;
    if (write instanceof Command.Put put) {
      after = put.item().toMap();
    } else if (write instanceof Command.Modify modify) {
      try {
        after = TreeEvaluator.update(before == null ? key : before, seen, modify.update());
      } catch (IllegalArgumentException e) {
        return new Answer("invalid", null);
      }
    }
    if (after != null && !isIndexable(after)) {
      return new Answer("invalid", null);
    }
    if (write instanceof Command.Modify modify && before == null && onlyTakesAway(modify)) {
      after = null;
    }
    if (after == null) {
      items.remove(key.toString());
    } else {
      items.put(key.toString(), after);
    }
    return new Answer("written", returned(write, before, after));
  }

  private static Item returned(
      Command.ItemWrite write,
      SortedMap<String, AttributeValue> before,
      SortedMap<String, AttributeValue> after) {
    if (write instanceof Command.Put put) {
      return put.returnValues() == ReturnValues.ALL_OLD ? item(before) : null;
    } else if (write instanceof Command.Delete delete) {
      return delete.returnValues() == ReturnValues.ALL_OLD ? item(before) : null;
    }
    return switch (((Command.Modify) write).returnValues()) {
      case ALL_OLD -> item(before);
      case ALL_NEW -> item(after);
      case NONE, UPDATED_OLD, UPDATED_NEW -> null; // the updated parts have their own tests
    };
  }

  private static boolean onlyTakesAway(Command.Modify modify) {
    return !modify.update().actions().isEmpty()
        && modify.update().actions().stream()
            .noneMatch(
                action ->
                    action instanceof dev.holdfast.protocol.expression.Update.Action.Set
                        || action instanceof dev.holdfast.protocol.expression.Update.Action.Add);
  }

  private static boolean isIndexable(SortedMap<String, AttributeValue> item) {
    AttributeValue a = item.get("a");
    AttributeValue b = item.get("b");
    AttributeValue z = item.get("z");
    return (a == null || (a instanceof S s && !s.value().isEmpty()))
        && (b == null || b instanceof N)
        && (z == null || (z instanceof B binary && !binary.value().isEmpty()));
  }

  Item get(SortedMap<String, AttributeValue> key) {
    return item(items.get(key.toString()));
  }

  int size() {
    return items.size();
  }

  /** All items that have the attribute, of one partition key or, given null, of all, in order. */
  List<Item> ordered(AttributeValue partitionKey, String attribute) {
    Comparator<SortedMap<String, AttributeValue>> order =
        Comparator.comparing((SortedMap<String, AttributeValue> item) -> item.get("pk").toString())
            .thenComparing(item -> item.get(attribute), TableModel::compare)
            .thenComparing(item -> item.get("sk"), TableModel::compare);
    return items.values().stream()
        .filter(item -> partitionKey == null || item.get("pk").equals(partitionKey))
        .filter(item -> item.containsKey(attribute))
        .sorted(order)
        .map(Item::of)
        .toList();
  }

  static int compare(AttributeValue left, AttributeValue right) {
    if (left instanceof N l && right instanceof N r) {
      return l.value().compareTo(r.value());
    } else if (left instanceof S l && right instanceof S r) {
      return Bytes.utf8(l.value()).compareTo(Bytes.utf8(r.value()));
    }
    return ((B) left).value().compareTo(((B) right).value());
  }

  private static Item item(SortedMap<String, AttributeValue> attributes) {
    return attributes == null ? null : Item.of(attributes);
  }
}
