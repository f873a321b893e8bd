package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.TableId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Reads global indexes that are to be created. Their keys come first, since the service looks at
 * the attributes of all keys before anything else of an index. Source: the answers of the service.
 */
final class GlobalIndexRequests {
  private static final String MEMBER = "GlobalSecondaryIndexes";
  private static final int COUNT_MAX = 20;
  private static final int PROJECTED_COUNT_MAX = 100;

  static final Shape INDEX =
      Shape.structure(
          Shape.required("IndexName", Shapes.NAME),
          Shape.required(
              "KeySchema", Shape.listOf(TableDefinitions.KEY_ELEMENT, 1, Integer.MAX_VALUE)),
          TableDefinitions.PROJECTION,
          Throughputs.PROVISIONED,
          TableSettings.ON_DEMAND,
          WarmThroughputs.DECLARED);

  static final Shape.Member DECLARED = Shape.optional(MEMBER, new Shape.ListOf(INDEX));

  private final List<Keyed> asked = new ArrayList<>();

  /** An index whose keys are understood. */
  private record Keyed(
      Fields fields, List<KeyAttribute> partitionKey, List<KeyAttribute> sortKey) {}

  GlobalIndexRequests(List<Fields> given, TableDefinitions definitions) {
    given.forEach(each -> asked.add(keyed(each, definitions)));
  }

  /** Those of a new table. */
  static GlobalIndexRequests ofCreation(Fields fields, TableDefinitions definitions) {
    List<Fields> given = fields.list(MEMBER);
    if (given != null && given.isEmpty()) {
      throw ApiException.invalidParameter("List of GlobalSecondaryIndexes is empty");
    }
    return new GlobalIndexRequests(given == null ? List.of() : given, definitions);
  }

  private static Keyed keyed(Fields fields, TableDefinitions definitions) {
    List<Fields> elements = Objects.requireNonNull(fields.list("KeySchema"));
    List<String> names = new ArrayList<>();
    List<KeyAttribute> partitionKey = new ArrayList<>();
    List<KeyAttribute> sortKey = new ArrayList<>();
    elements.forEach(each -> names.add(Objects.requireNonNull(each.text("AttributeName"))));
    definitions.requireDefined(names);
    requireDistinct(names, isHash(elements.get(elements.size() - 1)));
    if (!isHash(elements.get(0))) {
      throw ApiException.validation(
          "Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
    }
    for (int i = 0; i < names.size(); i++) {
      KeyAttribute attribute = definitions.attribute(names.get(i));
      if (!isHash(elements.get(i))) {
        sortKey.add(attribute);
      } else if (sortKey.isEmpty()) {
        partitionKey.add(attribute);
      } else {
        throw ApiException.invalidParameter(
            "All HASH key attributes must precede RANGE key attributes in the KeySchema");
      }
    }
    requireFew(partitionKey, "HASH");
    requireFew(sortKey, "RANGE");
    return new Keyed(fields, partitionKey, sortKey);
  }

  private static boolean isHash(Fields element) {
    return "HASH".equals(element.text("KeyType"));
  }

  private static void requireDistinct(List<String> names, boolean isLastHash) {
    if (new HashSet<>(names).size() < names.size()) {
      throw ApiException.validation(
          names.size() == 2 && !isLastHash
              ? "Both the Hash Key and the Range Key element in the KeySchema have the same name"
              : "The KeySchema contains multiple key attributes with the same name");
    }
  }

  private static void requireFew(List<KeyAttribute> key, String type) {
    if (key.size() > GlobalIndex.KEY_ATTRIBUTE_COUNT_MAX) {
      throw ApiException.invalidParameter(
          "The KeySchema exceeds the maximum allowed number of " + type + " key attributes");
    }
  }

  /** Of all keys. */
  List<KeyAttribute> keyAttributes() {
    List<KeyAttribute> attributes = new ArrayList<>();
    for (Keyed index : asked) {
      attributes.addAll(index.partitionKey());
      attributes.addAll(index.sortKey());
    }
    return attributes;
  }

  /**
   * The indexes, each with an id of its own.
   *
   * @param locals of the same table: names and projected attributes count together
   */
  List<GlobalIndex> indexes(BillingMode mode, List<LocalIndex> locals, LongSupplier random) {
    Set<String> names = new HashSet<>();
    int projectedCount = 0;
    for (LocalIndex local : locals) {
      names.add(local.name());
      projectedCount += local.projection().include().size();
    }
    List<GlobalIndex> indexes = new ArrayList<>();
    for (Keyed each : asked) {
      GlobalIndex index = index(each, mode, new TableId(random.getAsLong()));
      if (!names.add(index.name())) {
        throw ApiException.invalidParameter("Duplicate index name: " + index.name());
      }
      projectedCount += index.projection().include().size();
      indexes.add(index);
    }
    if (indexes.size() > COUNT_MAX) {
      throw ApiException.invalidParameter(
          "GlobalSecondaryIndex count exceeds the per-table limit of " + COUNT_MAX);
    }
    if (projectedCount > PROJECTED_COUNT_MAX) {
      throw ApiException.invalidParameter(
          "Number of NonKeyAttributes of all indexes exceeds per-table limit of "
              + PROJECTED_COUNT_MAX);
    }
    return indexes;
  }

  private static GlobalIndex index(Keyed keyed, BillingMode mode, TableId id) {
    Fields fields = keyed.fields();
    String name = Objects.requireNonNull(fields.text("IndexName"));
    IndexProjection projection =
        TableDefinitions.projection(Objects.requireNonNull(fields.fields("Projection")));
    Throughput throughput = Throughputs.ofIndex(fields, mode, name);
    return new GlobalIndex(
        id,
        name,
        keyed.partitionKey(),
        keyed.sortKey(),
        projection,
        GlobalIndex.Status.CREATING,
        throughput,
        TableSettings.limitsOfIndex(fields, mode, name),
        WarmThroughputs.ofIndex(fields, mode, throughput, name),
        0);
  }
}
