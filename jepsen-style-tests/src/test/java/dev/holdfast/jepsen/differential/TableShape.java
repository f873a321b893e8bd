package dev.holdfast.jepsen.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * The keys and local indexes of a table.
 *
 * @param rangeType empty when the table has no sort key
 */
record TableShape(String hashType, String rangeType, List<Index> indexes) {
  static final String HASH = "h";
  static final String RANGE = "r";

  /** What an index holds that holds more than its keys. */
  static final Set<String> HELD = Set.of(HASH, RANGE, "v", "ss");

  /**
   * A local index.
   *
   * @param attribute its sort key
   * @param projection JSON
   */
  record Index(String name, String attribute, String type, String projection) {}

  static Arbitrary<TableShape> any() {
    Arbitrary<String> types = Choice.of("S", "N", "B");
    Arbitrary<String> ranges = Choice.rarely(4, types, Arbitraries.just(""));
    return Combinators.combine(types, ranges, anyIndexes())
        .as(
            (hash, range, indexes) ->
                new TableShape(hash, range, range.isEmpty() ? List.of() : indexes));
  }

  private static Arbitrary<List<Index>> anyIndexes() {
    return Combinators.combine(
            Arbitraries.of(List.of(), List.of("n"), List.of("s"), List.of("n", "s", "b")),
            projection().list().ofSize(3))
        .as(
            (attributes, projections) -> {
              List<Index> indexes = new ArrayList<>();
              for (int i = 0; i < attributes.size(); i++) {
                String name = attributes.get(i).toString();
                String type = name.toUpperCase(Locale.ROOT);
                indexes.add(new Index("by-" + name, name, type, projections.get(i)));
              }
              return indexes;
            });
  }

  private static Arbitrary<String> projection() {
    return Choice.of(
        "{\"ProjectionType\":\"ALL\"}",
        "{\"ProjectionType\":\"KEYS_ONLY\"}",
        "{\"ProjectionType\":\"INCLUDE\",\"NonKeyAttributes\":[\"v\",\"ss\"]}");
  }

  boolean hasRange() {
    return !rangeType.isEmpty();
  }

  /** The type that a key of the table or of an index gives an attribute; empty for the others. */
  String keyType(String attribute) {
    if (attribute.equals(HASH)) {
      return hashType;
    }
    return indexes.stream()
        .filter(index -> index.attribute().equals(attribute))
        .map(Index::type)
        .findFirst()
        .orElse(attribute.equals(RANGE) ? rangeType : "");
  }

  Request create() {
    TreeMap<String, String> types = new TreeMap<>();
    types.put(HASH, hashType);
    if (hasRange()) {
      types.put(RANGE, rangeType);
    }
    indexes.forEach(index -> types.put(index.attribute(), index.type()));
    Members members =
        Members.NONE
            .with("TableName", Members.quoted(Request.TABLE))
            .with("BillingMode", "\"PAY_PER_REQUEST\"")
            .with(
                "AttributeDefinitions",
                types.entrySet().stream()
                    .map(entry -> definition(entry.getKey(), entry.getValue()))
                    .collect(Collectors.joining(",", "[", "]")))
            .with("KeySchema", schema(hasRange() ? RANGE : ""));
    return new Request(
        "CreateTable",
        indexes.isEmpty()
            ? members
            : members.with(
                "LocalSecondaryIndexes",
                indexes.stream()
                    .map(TableShape::index)
                    .collect(Collectors.joining(",", "[", "]"))));
  }

  private static String index(Index index) {
    return Members.NONE
        .with("IndexName", Members.quoted(index.name()))
        .with("KeySchema", schema(index.attribute()))
        .with("Projection", index.projection())
        .toString();
  }

  static String definition(String name, String type) {
    return "{\"AttributeName\":\"%s\",\"AttributeType\":\"%s\"}".formatted(name, type);
  }

  static String schema(String range) {
    String hash = "{\"AttributeName\":\"h\",\"KeyType\":\"HASH\"}";
    return range.isEmpty()
        ? "[" + hash + "]"
        : "[" + hash + ",{\"AttributeName\":\"" + range + "\",\"KeyType\":\"RANGE\"}]";
  }
}
