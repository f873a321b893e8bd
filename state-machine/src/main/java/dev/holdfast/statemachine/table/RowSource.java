package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.expression.SortCondition;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import org.jspecify.annotations.Nullable;

/** The rows that a query or scan walks: those of a table, or of an index. */
abstract sealed class RowSource permits TableRows, IndexRows, EntryRows {
  private final TableDescriptor table;
  private final byte kind;

  RowSource(TableDescriptor table, byte kind) {
    this.table = table;
    this.kind = kind;
  }

  TableDescriptor table() {
    return table;
  }

  /** What the rows of one partition key begin with. */
  abstract Bytes collectionPrefix(EncodedValue partitionKey);

  /** The type of the attribute that orders a collection; null when it has at most one row. */
  abstract @Nullable ScalarType sortType();

  /** The row of a key as {@link #keyOf} gives it. */
  abstract Bytes rowKey(Item key);

  /** The next item of the walk, or null at its end. */
  abstract @Nullable Item next(Cursor cursor);

  abstract Cursor open(RowInterval interval, Cursor.Direction direction);

  /** What the table or index shows of an item. */
  abstract Item shown(Item item);

  /** Whether it shows an attribute; if not, the item itself must be read. */
  abstract boolean shows(String attribute);

  abstract boolean showsAll();

  /** The key that ends a page. */
  abstract Item keyOf(Item item);

  /** The rows of a partition's range. */
  RowInterval held(KeyRange range) {
    Bytes end = range.endExclusive();
    return new RowInterval(
        KeyLayout.key(kind, range.startInclusive()),
        end == null ? KeyLayout.end(kind) : KeyLayout.key(kind, end));
  }

  /** The rows of a part of the table's range. */
  RowInterval part(KeyRange range) {
    return held(range).intersect(held(KeyEncoding.tableRange(table.id())));
  }

  RowInterval collection(EncodedValue partitionKey) {
    requireType(partitionKey, table.keySchema().partitionKey().type());
    return RowInterval.withPrefix(collectionPrefix(partitionKey));
  }

  /** The rows of a partition key whose sort key meets a condition. */
  RowInterval sortBounds(EncodedValue partitionKey, SortCondition condition) {
    RowInterval all = collection(partitionKey);
    Bytes prefix = all.start();
    if (condition instanceof SortCondition.Any) {
      return all;
    }
    if (condition instanceof SortCondition.Compare compare) {
      Bytes at = prefix.concat(ordered(compare.value()));
      Bytes beyond = RowInterval.endOf(at);
      return switch (compare.comparator()) {
        case EQ -> new RowInterval(at, beyond);
        case LT -> new RowInterval(all.start(), at);
        case LE -> new RowInterval(all.start(), beyond);
        case GT -> new RowInterval(beyond, all.end());
        case GE -> new RowInterval(at, all.end());
        case NE -> throw new IllegalStateException("<> cannot bound a key");
      };
    }
    if (condition instanceof SortCondition.Between between) {
      return new RowInterval(
          prefix.concat(ordered(between.low())),
          RowInterval.endOf(prefix.concat(ordered(between.high()))));
    }
    if (condition instanceof SortCondition.BeginsWith beginsWith) {
      EncodedValue value = beginsWith.prefix();
      requireType(value, sortType());
      if (sortType() == ScalarType.N) {
        throw new InvalidReadException("begins_with is not for numbers");
      }
      return RowInterval.withPrefix(prefix.concat(KeyEncoding.orderedPrefix(value)));
    }
    throw new IllegalStateException("unknown kind of condition " + condition);
  }

  private Bytes ordered(EncodedValue value) {
    requireType(value, sortType());
    return KeyEncoding.ordered(value);
  }

  private static void requireType(EncodedValue value, @Nullable ScalarType type) {
    if (type == null || !value.type().name().equals(type.name())) {
      throw new InvalidReadException(
          "One or more parameter values were invalid: Condition parameter type does not match"
              + " schema type");
    }
  }
}
