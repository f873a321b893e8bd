package dev.holdfast.partition.meta;

import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.OnDemandLimits;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.TableId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the meta group sees to of the global indexes of tables. The gateway has checked them, in
 * more detail; see {@link TableChecks}.
 */
final class GlobalIndexRules {
  /** Source: AWS Developer Guide, "Service, account, and table quotas". */
  static final int GLOBAL_INDEX_COUNT_MAX = 20;

  private GlobalIndexRules() {}

  /** The ids of a table and its global indexes: each is used once, and has a range of its own. */
  static Stream<TableId> ids(TableDescriptor table) {
    return Stream.concat(
        Stream.of(table.id()), table.followers().globalIndexes().stream().map(GlobalIndex::id));
  }

  /**
   * What is wrong with the global indexes of a table that is to be created.
   *
   * @param types of the key attributes known so far; those of the indexes are added
   * @param names of the indexes known so far; those of the global ones are added
   */
  static Optional<String> objection(
      TableDescriptor table, Map<String, ScalarType> types, Set<String> names) {
    List<GlobalIndex> indexes = table.followers().globalIndexes();
    if (indexes.size() > GLOBAL_INDEX_COUNT_MAX) {
      return Optional.of("A table of more than " + GLOBAL_INDEX_COUNT_MAX + " global indexes");
    }
    if (ids(table).distinct().count() != indexes.size() + 1) {
      return Optional.of("An index with the id of its table or of another index");
    }
    for (GlobalIndex index : indexes) {
      if (!TableChecks.isLegalName(index.name()) || !names.add(index.name())) {
        return Optional.of("Invalid or duplicate index name: " + index.name());
      }
      if (!hasLegalKeys(index, types)) {
        return Optional.of("Invalid keys of index " + index.name());
      }
      IndexProjection projection = index.projection();
      if (!projection.include().stream().allMatch(TableChecks::isLegalAttribute)) {
        return Optional.of("Invalid projection of index " + index.name());
      }
      if (!hasLegalUnits(index)) {
        return Optional.of("Invalid throughput of index " + index.name());
      }
    }
    return Optional.empty();
  }

  private static boolean hasLegalKeys(GlobalIndex index, Map<String, ScalarType> types) {
    List<KeyAttribute> keys = index.keyAttributes();
    return keys.stream().map(KeyAttribute::name).distinct().count() == keys.size()
        && keys.stream()
            .allMatch(
                key ->
                    TableChecks.isLegalAttribute(key.name())
                        && types.merge(key.name(), key.type(), (known, same) -> known)
                            == key.type());
  }

  private static boolean hasLegalUnits(GlobalIndex index) {
    Throughput throughput = index.throughput();
    OnDemandLimits limits = index.limits();
    return throughput.readUnits() >= 0 && throughput.writeUnits() >= 0 && limits.isLegal();
  }
}
