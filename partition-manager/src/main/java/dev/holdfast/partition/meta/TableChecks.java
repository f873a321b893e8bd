package dev.holdfast.partition.meta;

import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.Warmth;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * What a table must be. The gateway has checked it, in more detail and with DynamoDB's messages;
 * here it is checked again because a client of the native protocol may send anything, and every
 * partition would have to live with it.
 */
final class TableChecks {
  /** Source: AWS Developer Guide, "Service, account, and table quotas". */
  private static final int NAME_LENGTH_MIN = 3;

  private static final int NAME_LENGTH_MAX = 255;
  private static final int LOCAL_INDEX_COUNT_MAX = 5;
  private static final int PROJECTED_COUNT_MAX = 100;
  private static final int TAG_KEY_LENGTH_MAX = 128;
  private static final int TAG_VALUE_LENGTH_MAX = 256;

  private TableChecks() {}

  /** What is wrong with a table that is to be created. */
  static Optional<String> objection(TableDescriptor table) {
    if (!isLegalName(table.name())) {
      return Optional.of("Invalid table name: " + table.name());
    }
    if (table.throughput().readUnits() < 0 || table.throughput().writeUnits() < 0) {
      return Optional.of("Throughput cannot be negative");
    }
    if (!table.options().limits().isLegal()) {
      return Optional.of("A table cannot begin with " + table.options().limits());
    }
    Optional<String> ofPolicy = PolicyCommands.objection(table.options().policy());
    if (ofPolicy.isPresent()) {
      return ofPolicy;
    }
    if (!table.warmth().isLegal()) {
      return Optional.of("A table cannot begin with " + table.warmth());
    }
    Map<String, ScalarType> types = new HashMap<>(); // looked up only, never walked
    for (KeyAttribute attribute : table.keySchema().attributes()) {
      if (!isLegalAttribute(attribute.name())) {
        return Optional.of("Invalid key attribute name: " + attribute.name());
      }
      types.put(attribute.name(), attribute.type());
    }
    Optional<String> ofIndexes = ofIndexes(table, types);
    return ofIndexes.isPresent() ? ofIndexes : ofTags(table.tags());
  }

  /** What is wrong with the warmth that a table is to have from now on. */
  static Optional<String> ofWarmth(TableDescriptor table, Warmth wanted) {
    if (!wanted.isLegal() || wanted.segments() < table.warmth().segments()) {
      return Optional.of("A table cannot have " + wanted + " after " + table.warmth());
    }
    if (wanted.equals(table.warmth())) {
      return Optional.empty();
    }
    Throughput now = table.warmThroughput();
    return wanted.readUnits() < now.readUnits()
        ? tooCold("ReadUnitsPerSecond")
        : wanted.writeUnits() < now.writeUnits()
            ? tooCold("WriteUnitsPerSecond")
            : Optional.empty();
  }

  private static Optional<String> tooCold(String units) {
    return Optional.of(
        "One or more parameter values were invalid: Requested "
            + units
            + " for WarmThroughput for table is lower than current WarmThroughput, decreasing"
            + " WarmThroughput is not supported");
  }

  private static Optional<String> ofIndexes(TableDescriptor table, Map<String, ScalarType> types) {
    if (table.localIndexes().size() > LOCAL_INDEX_COUNT_MAX) {
      return Optional.of("Number of LocalSecondaryIndexes exceeds per-table limit of 5");
    }
    if (!table.localIndexes().isEmpty() && table.keySchema().sortKey() == null) {
      return Optional.of("A table without a range key cannot have a LocalSecondaryIndex");
    }
    TreeSet<String> names = new TreeSet<>();
    int projectedCount = 0;
    for (LocalIndex index : table.localIndexes()) {
      KeyAttribute sortKey = index.sortKey();
      ScalarType known = types.putIfAbsent(sortKey.name(), sortKey.type());
      if (!isLegalName(index.name()) || !names.add(index.name())) {
        return Optional.of("Invalid or duplicate index name: " + index.name());
      }
      if (!isLegalAttribute(sortKey.name())
          || sortKey.name().equals(table.keySchema().partitionKey().name())
          || (known != null && known != sortKey.type())) {
        return Optional.of("Invalid key of index " + index.name() + ": " + sortKey.name());
      }
      IndexProjection projection = index.projection();
      projectedCount += projection.include().size();
      if (projectedCount > PROJECTED_COUNT_MAX
          || !projection.include().stream().allMatch(TableChecks::isLegalAttribute)) {
        return Optional.of("Invalid projection of index " + index.name());
      }
    }
    for (GlobalIndex index : table.followers().globalIndexes()) {
      projectedCount += index.projection().include().size();
    }
    return projectedCount > PROJECTED_COUNT_MAX
        ? Optional.of("Indexes that project more than " + PROJECTED_COUNT_MAX + " attributes")
        : GlobalIndexRules.objection(table, types, names);
  }

  /** What is wrong with the tags of a table. */
  static Optional<String> ofTags(SortedMap<String, String> tags) {
    if (tags.size() > TableCommands.TAG_COUNT_MAX) {
      return Optional.of("Number of Tags exceed the current limit for the provided ResourceArn");
    }
    for (Map.Entry<String, String> tag : tags.entrySet()) {
      if (tag.getKey().isEmpty()
          || tag.getKey().length() > TAG_KEY_LENGTH_MAX
          || tag.getValue().length() > TAG_VALUE_LENGTH_MAX) {
        return Optional.of("One or more parameter values were invalid: Invalid tag");
      }
    }
    return Optional.empty();
  }

  static boolean isLegalName(String name) {
    return name.length() >= NAME_LENGTH_MIN
        && name.length() <= NAME_LENGTH_MAX
        && name.chars().allMatch(TableChecks::isNameCharacter);
  }

  private static boolean isNameCharacter(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-'
        || c == '.';
  }

  static boolean isLegalAttribute(String name) {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    return bytes >= 1 && bytes <= NAME_LENGTH_MAX;
  }
}
