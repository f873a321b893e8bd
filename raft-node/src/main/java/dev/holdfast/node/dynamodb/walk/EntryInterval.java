package dev.holdfast.node.dynamodb.walk;

import dev.holdfast.protocol.expression.SortCondition;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.IndexEntries;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the entries of a global index lie that are in an interval of its keys. */
final class EntryInterval {
  private EntryInterval() {}

  /** Empty when no key can be in the interval. */
  static Optional<KeyRange> range(IndexEntries entries, KeyInterval interval) {
    Bytes prefix = entries.collectionPrefix(interval.partitionKey());
    for (EncodedValue value : interval.sortEquals()) {
      prefix = prefix.concat(KeyEncoding.ordered(value));
    }
    SortCondition sort = interval.sort();
    if (sort instanceof SortCondition.Compare compare) {
      return compared(prefix, compare);
    }
    if (sort instanceof SortCondition.Between between) {
      Bytes low = prefix.concat(KeyEncoding.ordered(between.low()));
      return range(low, prefix.concat(KeyEncoding.ordered(between.high())).prefixEnd());
    }
    if (sort instanceof SortCondition.BeginsWith begins) {
      return withPrefix(prefix.concat(KeyEncoding.orderedPrefix(begins.prefix())));
    }
    return withPrefix(prefix);
  }

  private static Optional<KeyRange> compared(Bytes prefix, SortCondition.Compare compare) {
    Bytes at = prefix.concat(KeyEncoding.ordered(compare.value()));
    Bytes beyond = at.prefixEnd();
    return switch (compare.comparator()) {
      case EQ -> range(at, beyond);
      case LT -> range(prefix, at);
      case LE -> range(prefix, beyond);
      case GT -> beyond == null ? Optional.empty() : range(beyond, prefix.prefixEnd());
      case GE -> range(at, prefix.prefixEnd());
      case NE -> throw new IllegalStateException("<> cannot bound a key");
    };
  }

  private static Optional<KeyRange> withPrefix(Bytes prefix) {
    return range(prefix, prefix.prefixEnd());
  }

  private static Optional<KeyRange> range(Bytes start, @Nullable Bytes end) {
    return end != null && start.compareTo(end) >= 0
        ? Optional.empty()
        : Optional.of(new KeyRange(start, end));
  }
}
