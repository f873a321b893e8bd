package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.ScalarType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads keys and indexes from the request that creates them. */
final class TableDefinitions {
  private static final int LOCAL_INDEX_COUNT_MAX = 5;
  private static final int PROJECTED_COUNT_MAX = 20;
  private static final Shape.Member ATTRIBUTE_NAME =
      Shape.required("AttributeName", Shape.text(1, 255));

  static final Shape.Member ATTRIBUTES =
      Shape.required(
          "AttributeDefinitions",
          new Shape.ListOf(
              Shape.typed(
                  "AttributeDefinition",
                  ATTRIBUTE_NAME,
                  Shape.required("AttributeType", Shape.choice("B", "N", "S")))));
  static final Shape KEY_ELEMENT =
      Shape.typed(
          "KeySchemaElement",
          ATTRIBUTE_NAME,
          Shape.required("KeyType", Shape.choice("HASH", "RANGE")));
  static final Shape.Member KEY_SCHEMA =
      Shape.required("KeySchema", Shape.listOf(KEY_ELEMENT, 1, 2));
  static final Shape.Member PROJECTION =
      Shape.required(
          "Projection",
          Shape.structure(
              Shape.optional("ProjectionType", Shape.choice("ALL", "INCLUDE", "KEYS_ONLY")),
              Shape.optional(
                  "NonKeyAttributes", Shape.listOf(Shape.text(1, 255), 1, PROJECTED_COUNT_MAX))));
  static final Shape.Member LOCAL_INDEXES =
      Shape.optional(
          "LocalSecondaryIndexes",
          new Shape.ListOf(
              Shape.structure(Shape.required("IndexName", Shapes.NAME), KEY_SCHEMA, PROJECTION)));

  private final Map<String, ScalarType> types;

  TableDefinitions(Fields fields) {
    this.types = types(fields);
  }

  private static Map<String, ScalarType> types(Fields fields) {
    Map<String, ScalarType> types = new LinkedHashMap<>();
    List<Fields> given = fields.list("AttributeDefinitions");
    for (Fields definition : given == null ? List.<Fields>of() : given) {
      String name = required(definition.text("AttributeName"));
      ScalarType type = ScalarType.valueOf(required(definition.text("AttributeType")));
      if (types.put(name, type) != null) {
        throw ApiException.validation("Attribute Name is duplicated: " + name);
      }
    }
    return types;
  }

  /** What a member that is required says, after the check. */
  private static <T> T required(@Nullable T member) {
    return Objects.requireNonNull(member);
  }

  /** The KeySchema of a table or of an index. */
  KeySchema keySchema(Fields owner) {
    List<Fields> given = required(owner.list("KeySchema"));
    List<String> names = given.stream().map(each -> required(each.text("AttributeName"))).toList();
    if (names.size() > types.size()) {
      throw ApiException.validation(
          "Invalid KeySchema: Some index key attribute have no definition");
    }
    requireDefined(names);
    String sort = names.size() == 2 ? names.get(1) : null;
    if (names.get(0).equals(sort)) {
      throw ApiException.validation(
          "Both the Hash Key and the Range Key element in the KeySchema have the same name");
    }
    if (!"HASH".equals(given.get(0).text("KeyType"))) {
      throw ApiException.validation(
          "Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
    }
    if (sort != null && !"RANGE".equals(given.get(1).text("KeyType"))) {
      throw ApiException.validation(
          "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
    }
    return new KeySchema(attribute(names.get(0)), sort == null ? null : attribute(sort));
  }

  void requireDefined(List<String> keys) {
    if (!types.keySet().containsAll(keys)) {
      throw ApiException.invalidParameter(
          "Some index key attributes are not defined in AttributeDefinitions. Keys: "
              + keys
              + ", AttributeDefinitions: "
              + types.keySet());
    }
  }

  /**
   * @param name of an attribute that is defined
   */
  KeyAttribute attribute(String name) {
    ScalarType type = types.get(name);
    if (type == null) {
      throw new IllegalStateException("an attribute without a type after the check");
    }
    return new KeyAttribute(name, type);
  }

  List<LocalIndex> localIndexes(@Nullable List<Fields> given, KeySchema table) {
    List<LocalIndex> indexes = new ArrayList<>();
    for (Fields fields : given == null ? List.<Fields>of() : given) {
      indexes.add(localIndex(fields, table));
    }
    if (given != null && given.isEmpty()) {
      throw ApiException.invalidParameter("List of LocalSecondaryIndexes is empty");
    }
    if (!indexes.isEmpty() && table.sortKey() == null) {
      throw ApiException.invalidParameter(
          "Table KeySchema does not have a range key, which is required when specifying a "
              + "LocalSecondaryIndex");
    }
    if (indexes.size() > LOCAL_INDEX_COUNT_MAX) {
      throw ApiException.invalidParameter(
          "Number of LocalSecondaryIndexes exceeds per-table limit of 5");
    }
    Set<String> names = new HashSet<>();
    for (LocalIndex index : indexes) {
      if (!names.add(index.name())) {
        throw ApiException.invalidParameter("Duplicate index name: " + index.name());
      }
    }
    return indexes;
  }

  private LocalIndex localIndex(Fields fields, KeySchema table) {
    String name = required(fields.text("IndexName"));
    KeySchema schema = keySchema(fields);
    if (!schema.partitionKey().equals(table.partitionKey())) {
      throw ApiException.invalidParameter(
          "Index KeySchema does not have the same leading hash key as table KeySchema for index: "
              + name
              + ". index hash key: "
              + schema.partitionKey().name()
              + ", table hash key: "
              + table.partitionKey().name());
    }
    KeyAttribute sortKey = schema.sortKey();
    if (sortKey == null) {
      throw ApiException.invalidParameter(
          "Index KeySchema does not have a range key for index: " + name);
    }
    return new LocalIndex(name, sortKey, projection(required(fields.fields("Projection"))));
  }

  static IndexProjection projection(Fields fields) {
    String type = fields.text("ProjectionType");
    List<String> include = fields.list("NonKeyAttributes");
    if (type == null) {
      throw ApiException.invalidParameter("Unknown ProjectionType: null");
    }
    IndexProjection.Kind kind = IndexProjection.Kind.valueOf(type);
    if (kind != IndexProjection.Kind.INCLUDE) {
      if (include != null) {
        throw ApiException.invalidParameter(
            "ProjectionType is " + type + ", but NonKeyAttributes is specified");
      }
      return new IndexProjection(kind, List.of());
    }
    if (include == null) {
      throw ApiException.invalidParameter(
          "ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
    }
    Set<String> seen = new HashSet<>();
    for (String attribute : include) {
      if (!seen.add(attribute)) {
        throw ApiException.invalidParameter("Duplicate element in NonKeyAttributes: " + attribute);
      }
    }
    return new IndexProjection(kind, include);
  }

  /**
   * Fails when an attribute was defined that no key uses. The service has other words for a table
   * with indexes, which spell the attributes out.
   */
  void requireAllUsed(
      KeySchema table, List<LocalIndex> indexes, List<KeyAttribute> globalIndexKeys) {
    Set<String> used = new LinkedHashSet<>();
    table.attributes().forEach(attribute -> used.add(attribute.name()));
    indexes.forEach(index -> used.add(index.sortKey().name()));
    globalIndexKeys.forEach(attribute -> used.add(attribute.name()));
    if (used.containsAll(types.keySet())) {
      return;
    }
    throw ApiException.invalidParameter(
        indexes.isEmpty() && globalIndexKeys.isEmpty()
            ? "Number of attributes in KeySchema does not exactly match number of attributes "
                + "defined in AttributeDefinitions"
            : "Some AttributeDefinitions are not used. AttributeDefinitions: "
                + types.keySet()
                + ", keys used: "
                + used);
  }
}
