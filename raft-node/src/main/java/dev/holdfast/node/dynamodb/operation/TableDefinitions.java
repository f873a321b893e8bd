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
    new Violations().required("attributeDefinitions", definitions).check();
    int position = 0;
    for (Fields definition : definitions == null ? List.<Fields>of() : definitions) {
      String member = "attributeDefinitions." + ++position + ".member.";
      String name = definition.text("AttributeName");
      String type = definition.text("AttributeType");
      new Violations()
          .required(member + "attributeName", name)
          .required(member + "attributeType", type)
          .oneOf(member + "attributeType", type, List.of("B", "N", "S"))
          .check();
      if (name == null || type == null || types.put(name, ScalarType.valueOf(type)) != null) {
        throw ApiException.invalidParameter(
            "Duplicate AttributeName in AttributeDefinitions: " + name);
      }
    }
    return types;
  }

  /**
   * @param member where the elements are, as messages spell it
   */
  KeySchema keySchema(String member, @Nullable List<Fields> elements) {
    List<Fields> given = elements == null ? List.of() : elements;
    new Violations().required(member, elements).check();
    checkElements(member, given);
    List<String> names = given.stream().map(each -> text(each, "AttributeName")).toList();
    if (names.size() > types.size()) {
      throw ApiException.validation(
          "Invalid KeySchema: Some index key attribute have no definition");
    }
    if (!types.keySet().containsAll(names)) {
      throw ApiException.invalidParameter(
          "Some index key attributes are not defined in AttributeDefinitions. Keys: "
              + names
              + ", AttributeDefinitions: "
              + types.keySet());
    }
    String sort = names.size() == 2 ? names.get(1) : null;
    if (names.get(0).equals(sort)) {
      throw ApiException.validation(
          "Both the Hash Key and the Range Key element in the KeySchema have the same name");
    }
    if (!text(given.get(0), "KeyType").equals("HASH")) {
      throw ApiException.validation(
          "Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
    }
    if (sort != null && !text(given.get(1), "KeyType").equals("RANGE")) {
      throw ApiException.validation(
          "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
    }
    return new KeySchema(attribute(names.get(0)), sort == null ? null : attribute(sort));
  }

  private static void checkElements(String member, List<Fields> elements) {
    if (elements.isEmpty()) {
      throw ApiException.validation(
          "1 validation error detected: Value '[]' at '"
              + member
              + "' failed to satisfy constraint: Member must have length greater than or equal to "
              + "1");
    }
    for (int i = 0; i < elements.size(); i++) {
      String element = member + "." + (i + 1) + ".member.";
      new Violations()
          .required(element + "attributeName", elements.get(i).text("AttributeName"))
          .required(element + "keyType", elements.get(i).text("KeyType"))
          .oneOf(element + "keyType", elements.get(i).text("KeyType"), List.of("HASH", "RANGE"))
          .check();
    }
    if (elements.size() > 2) {
      List<String> shown =
          elements.stream()
              .map(
                  each ->
                      "KeySchemaElement(attributeName="
                          + each.text("AttributeName")
                          + ", keyType="
                          + each.text("KeyType")
                          + ")")
              .toList();
      throw ApiException.validation(
          "1 validation error detected: Value '"
              + shown
              + "' at '"
              + member
              + "' failed to satisfy constraint: Member must have length less than or equal to 2");
    }
  }

  private static String text(Fields fields, String member) {
    String text = fields.text(member);
    return text == null ? "" : text;
  }

  private KeyAttribute attribute(String name) {
    ScalarType type = types.get(name);
    if (type == null) {
      throw new IllegalStateException("an attribute without a type after the check");
    }
    return new KeyAttribute(name, type);
  }

  List<LocalIndex> localIndexes(@Nullable List<Fields> given, KeySchema table) {
    List<LocalIndex> indexes = new ArrayList<>();
    int position = 0;
    for (Fields fields : given == null ? List.<Fields>of() : given) {
      String member = "localSecondaryIndexes." + ++position + ".member.";
      indexes.add(localIndex(member, fields, table));
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

  private LocalIndex localIndex(String member, Fields fields, KeySchema table) {
    String name = fields.text("IndexName");
    TableNames.requireLegal(member + "indexName", name);
    KeySchema schema = keySchema(member + "keySchema", fields.list("KeySchema"));
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
    if (sortKey == null || name == null) {
      throw ApiException.invalidParameter(
          "Index KeySchema does not have a range key for index: " + name);
    }
    return new LocalIndex(
        name, sortKey, projection(member + "projection", fields.fields("Projection")));
  }

  private static IndexProjection projection(String member, @Nullable Fields fields) {
    new Violations().required(member, fields).check();
    String type = fields == null ? null : fields.text("ProjectionType");
    List<String> include = fields == null ? null : fields.list("NonKeyAttributes");
    if (type == null) {
      throw ApiException.invalidParameter("Unknown ProjectionType: null");
    }
    new Violations()
        .oneOf(member + ".projectionType", type, List.of("ALL", "INCLUDE", "KEYS_ONLY"))
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
