package dev.holdfast.node.cli;

import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.ItemEncoder;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Routing keys in words: the table, and the key of the item where the key is one, as {@code Orders
 * id=7 line=2}. What cannot be put into words stays hexadecimal.
 *
 * <p>Items lie in the order of a hash of their partition key, so of two partition keys the smaller
 * one may come later.
 */
final class KeyWords {
  private static final int TABLE_BYTES = Long.BYTES;
  private static final int HASH_BYTES = Long.BYTES;
  private static final int VALUE_CHARS_MAX = 24;

  private final Map<TableId, TableDescriptor> tables;

  KeyWords(Collection<TableDescriptor> tables) {
    this.tables =
        tables.stream().collect(Collectors.toMap(TableDescriptor::id, Function.identity()));
  }

  String from(Bytes start) {
    return start.isEmpty() ? "start" : of(start);
  }

  String to(@Nullable Bytes end) {
    return end == null ? "end" : of(end);
  }

  String of(Bytes key) {
    TableDescriptor table = key.size() < TABLE_BYTES ? null : tables.get(KeyEncoding.tableOf(key));
    if (table == null) {
      return KeyText.of(key);
    }
    if (key.size() == TABLE_BYTES) {
      return table.name();
    }
    String values = values(table.keySchema(), key);
    return table.name() + " " + (values == null ? afterTable(key) : values);
  }

  /** Null when it is not the beginning of an item's key. */
  private static @Nullable String values(KeySchema schema, Bytes key) {
    try {
      ItemEncoder encoder = new ItemEncoder();
      int at = TABLE_BYTES + HASH_BYTES;
      for (KeyAttribute attribute : schema.attributes()) {
        if (at == key.size()) {
          break; // a collection as a whole
        }
        at = KeyEncoding.decode(attribute, key, at, encoder);
      }
      if (at != key.size() || at == TABLE_BYTES + HASH_BYTES) {
        return null; // the second is where a segment of the table begins
      }
      Item item = encoder.finish();
      return schema.attributes().stream()
          .filter(attribute -> item.toMap().containsKey(attribute.name()))
          .map(attribute -> attribute.name() + "=" + text(item.toMap().get(attribute.name())))
          .collect(Collectors.joining(" "));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return null;
    }
  }

  private static String text(@Nullable AttributeValue value) {
    String text =
        value instanceof AttributeValue.S string
            ? string.value()
            : value instanceof AttributeValue.N number
                ? number.value().toPlainString()
                : value instanceof AttributeValue.B binary ? binary.value().toHex() : "?";
    return text.length() <= VALUE_CHARS_MAX ? text : text.substring(0, VALUE_CHARS_MAX) + "…";
  }

  /** A place between items: only its hash can be named. */
  private static String afterTable(Bytes key) {
    return "from hash " + key.slice(TABLE_BYTES).toHex();
  }
}
