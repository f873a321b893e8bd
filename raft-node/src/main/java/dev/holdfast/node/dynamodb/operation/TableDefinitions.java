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
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads keys and indexes from a CreateTable request. */
final class TableDefinitions {
  static final Shape KEY_SCHEMA =
      new Shape.ListOf(
          new Shape.Structure(Map.of("AttributeName", Shape.TEXT, "KeyType", Shape.TEXT)));
  static final Shape ATTRIBUTES =
      new Shape.ListOf(
          new Shape.Structure(Map.of("AttributeName", Shape.TEXT, "AttributeType", Shape.TEXT)));
  static final Shape LOCAL_INDEXES =
      new Shape.ListOf(
          new Shape.Structure(
              Map.of(
                  "IndexName",
                  Shape.TEXT,
                  "KeySchema",
                  KEY_SCHEMA,
                  "Projection",
                  new Shape.Structure(
                      Map.of(
                          "ProjectionType",
                          Shape.TEXT,
                          "NonKeyAttributes",
                          new Shape.ListOf(Shape.TEXT))))));

  private static final int LOCAL_INDEX_COUNT_MAX = 5;
  private static final int PROJECTED_COUNT_MAX = 100;

  private final Map<String, ScalarType> types;

  TableDefinitions(Fields fields) {
    this.types = types(fields);
  }

  private static Map<String, ScalarType> types(Fields fields) {
    Map<String, ScalarType> types = new LinkedHashMap<>();
    List<Fields> definitions = fields.list("AttributeDefinitions");
    for (Fields definition : definitions == null ? List.<Fields>of() : definitions) {
      String name = definition.text("AttributeName");
      String type = definition.text("AttributeType");
      new Violations()
          .required("attributeDefinitions.member.attributeName", name)
          .required("attributeDefinitions.member.attributeType", type)
          .oneOf("attributeDefinitions.member.attributeType", type, List.of("B", "N", "S"))
          .check();
      if (name == null || type == null || types.put(name, ScalarType.valueOf(type)) != null) {
        throw ApiException.invalidParameter(
            "Duplicate AttributeName in AttributeDefinitions: " + name);
      }
    }
    return types;
  }

  KeySchema keySchema(@Nullable List<Fields> elements) {
    String partition = null;
    String sort = null;
    List<Fields> given = elements == null ? List.of() : elements;
    for (int i = 0; i < given.size(); i++) {
      String type = given.get(i).text("KeyType");
      new Violations().oneOf("keySchema.member.keyType", type, List.of("HASH", "RANGE")).check();
      String name = given.get(i).text("AttributeName");
      new Violations().required("keySchema.member.attributeName", name).check();
      if (i == 0 && "HASH".equals(type)) {
        partition = name;
      } else if (i == 1 && "RANGE".equals(type)) {
        sort = name;
      } else {
        throw ApiException.validation(
            i == 0
                ? "No Hash Key specified in schema.  All Dynamo DB tables must have exactly one "
                    + "hash key"
                : "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
      }
    }
    if (partition == null) {
      throw ApiException.validation(
          "No Hash Key specified in schema.  All Dynamo DB tables must have exactly one hash key");
    }
    if (partition.equals(sort)) {
      throw ApiException.invalidParameter(
          "Both the Hash Key and the Range Key element in the KeySchema have the same name");
    }
    return new KeySchema(attribute(partition), sort == null ? null : attribute(sort));
  }

  private KeyAttribute attribute(String name) {
    ScalarType type = types.get(name);
    if (type == null) {
      throw ApiException.invalidParameter(
          "Some index key attributes are not defined in AttributeDefinitions. Keys: ["
              + name
              + "], AttributeDefinitions: "
              + types.keySet());
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
    String name = fields.text("IndexName");
    TableNames.requireLegal(name);
    KeySchema schema = keySchema(fields.list("KeySchema"));
    if (!schema.partitionKey().equals(table.partitionKey())) {
      throw ApiException.invalidParameter(
          "Index KeySchema does not have the same leading hash key as table KeySchema for index: "
              + name);
    }
    KeyAttribute sortKey = schema.sortKey();
    if (sortKey == null || name == null) {
      throw ApiException.invalidParameter(
          "Index KeySchema does not have a range key for index: " + name);
    }
    return new LocalIndex(name, sortKey, projection(fields.fields("Projection")));
  }

  private static IndexProjection projection(@Nullable Fields fields) {
    String type = fields == null ? null : fields.text("ProjectionType");
    List<String> include = fields == null ? null : fields.list("NonKeyAttributes");
    if (type == null) {
      throw ApiException.invalidParameter("Unknown ProjectionType: null");
    }
    new Violations()
        .oneOf(
            "localSecondaryIndexes.member.projection.projectionType",
            type,
            List.of("ALL", "INCLUDE", "KEYS_ONLY"))
        .check();
    IndexProjection.Kind kind = IndexProjection.Kind.valueOf(type);
    if (kind != IndexProjection.Kind.INCLUDE) {
      if (include != null) {
        throw ApiException.invalidParameter(
            "ProjectionType is " + type + ", but NonKeyAttributes is specified");
      }
      return new IndexProjection(kind, List.of());
    }
    if (include == null || include.isEmpty()) {
      throw ApiException.invalidParameter(
          "ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
    }
    if (new HashSet<>(include).size() < include.size() || include.size() > PROJECTED_COUNT_MAX) {
      throw ApiException.invalidParameter("NonKeyAttributes has duplicates or too many attributes");
    }
    return new IndexProjection(kind, include);
  }

  /** Fails when an attribute was defined that no key uses. */
  void requireAllUsed(KeySchema table, List<LocalIndex> indexes) {
    Set<String> unused = new HashSet<>(types.keySet());
    table.attributes().forEach(attribute -> unused.remove(attribute.name()));
    indexes.forEach(index -> unused.remove(index.sortKey().name()));
    if (!unused.isEmpty()) {
      throw ApiException.invalidParameter(
          "Number of attributes in KeySchema does not exactly match number of attributes defined "
              + "in AttributeDefinitions");
    }
  }
}
