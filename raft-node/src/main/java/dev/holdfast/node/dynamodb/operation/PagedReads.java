package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.AttributeMap;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What Query and Scan have in common. */
final class PagedReads {
  static final String FILTER = "FilterExpression";

  /** What a query, and a scan of an index, say of a starting key that is none of theirs. */
  static final String START_KEY_INVALID = "The provided starting key is invalid";

  /** What a scan of a table says. */
  static final String START_KEY_MISFIT =
      START_KEY_INVALID + ": The provided key element does not match the schema";

  private PagedReads() {}

  /** The local index that is asked for; null for the table itself. */
  static @Nullable LocalIndex index(Fields fields, TableDescriptor table) {
    @Nullable String name = fields.text("IndexName");
    if (name == null) {
      return null;
    }
    return table
        .localIndex(name)
        .orElseThrow(
            () -> ApiException.validation("The table does not have the specified index: " + name));
  }

  /** The key by which the table or index is ordered. */
  static KeySchema schema(TableDescriptor table, @Nullable LocalIndex index) {
    return index == null
        ? table.keySchema()
        : new KeySchema(table.keySchema().partitionKey(), index.sortKey());
  }

  /** What to return of each item, by Select and the projection. */
  static Read.Output output(Fields fields, @Nullable LocalIndex index, Projection projection) {
    String select = fields.text("Select");
    boolean isProjected = Projections.isGiven(fields);
    if (isProjected && select != null && !select.equals("SPECIFIC_ATTRIBUTES")) {
      throw ApiException.validation(
          "Cannot specify the "
              + (fields.has(Projections.EXPRESSION)
                  ? Projections.EXPRESSION
                  : Projections.LEGACY_LIST)
              + " when choosing to get "
              + (select.equals("COUNT") ? "only the Count" : select));
    }
    if ("SPECIFIC_ATTRIBUTES".equals(select) && !isProjected) {
      throw ApiException.validation(
          "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
              + "SPECIFIC_ATTRIBUTES");
    }
    if ("ALL_PROJECTED_ATTRIBUTES".equals(select) && index == null) {
      throw ApiException.validation(
          "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
    }
    if ("COUNT".equals(select)) {
      return new Read.Output.Count();
    }
    boolean whole = isProjected || index == null || "ALL_ATTRIBUTES".equals(select);
    return whole ? new Read.Output.Items(projection) : new Read.Output.Projected();
  }

  /** Fails when a filter reads what the index does not hold. */
  static void checkFilterProjected(
      Condition filter, TableDescriptor table, @Nullable LocalIndex index) {
    List<String> missing = missing(filter, table, index);
    if (index != null && !missing.isEmpty()) {
      throw ApiException.invalidParameter(
          "Secondary index "
              + index.name()
              + " does not project one or more filter attributes: "
              + missing);
    }
  }

  /** The attributes that a filter reads and an index does not hold. */
  static List<String> missing(Condition filter, TableDescriptor table, @Nullable LocalIndex index) {
    if (index == null || index.projection().kind() == IndexProjection.Kind.ALL) {
      return List.of();
    }
    List<String> held = new ArrayList<>(index.projection().include());
    table.keySchema().attributes().forEach(attribute -> held.add(attribute.name()));
    held.add(index.sortKey().name());
    return ConditionPaths.of(filter).stream()
        .map(Path::attribute)
        .filter(name -> !held.contains(name))
        .distinct()
        .toList();
  }

  /**
   * @param misfit the message when the starting key is none; source: dynalite, {@code query.js} and
   *     {@code scan.js}
   */
  static Paging paging(
      Fields fields,
      TableDescriptor table,
      @Nullable LocalIndex index,
      Paging.Order order,
      String misfit) {
    Long limit = fields.whole("Limit");
    int limitItems = limit == null ? Integer.MAX_VALUE : (int) Math.min(limit, Integer.MAX_VALUE);
    Item startKey = startKey(fields, table, index, misfit);
    return new Paging(startKey, order, limitItems, Paging.PAGE_BYTES_MAX);
  }

  private static @Nullable Item startKey(
      Fields fields, TableDescriptor table, @Nullable LocalIndex index, String misfit) {
    AttributeMap given = fields.attributes("ExclusiveStartKey");
    if (given == null) {
      return null;
    }
    Item key = given.item(START_KEY_INVALID + ": ");
    List<KeyAttribute> attributes = new ArrayList<>(table.keySchema().attributes());
    if (index != null && !attributes.contains(index.sortKey())) {
      attributes.add(index.sortKey());
    }
    boolean matches = key.attributeCount() == attributes.size();
    for (KeyAttribute attribute : attributes) {
      EncodedValue value = key.attribute(attribute.name());
      matches &= value != null && ItemChecks.hasType(value, attribute);
    }
    if (!matches) {
      throw ApiException.validation(misfit);
    }
    try {
      requireNoneEmpty(key, table, index);
    } catch (ApiException empty) {
      throw ApiException.validation(START_KEY_INVALID + ": " + empty.text());
    }
    return key;
  }

  private static void requireNoneEmpty(
      Item key, TableDescriptor table, @Nullable LocalIndex index) {
    for (KeyAttribute attribute : table.keySchema().attributes()) {
      ItemChecks.requireNotEmpty(
          attribute.name(), Objects.requireNonNull(key.attribute(attribute.name())));
    }
    if (index != null) {
      ItemChecks.requireIndexKeyNotEmpty(
          index,
          index.sortKey().name(),
          Objects.requireNonNull(key.attribute(index.sortKey().name())));
    }
  }

  static JsonOutput answer(
      Fields fields,
      TableDescriptor table,
      @Nullable LocalIndex index,
      ReadResult.Page page,
      boolean consistent) {
    JsonOutput output = new JsonOutput().beginObject();
    if (!"COUNT".equals(fields.text("Select"))) {
      output.name("Items").beginArray();
      page.items().forEach(output::item);
      output.endArray();
    }
    output.name("Count").number(page.count());
    output.name("ScannedCount").number(page.scannedCount());
    Item last = page.lastEvaluated();
    if (last != null) {
      output.name("LastEvaluatedKey").item(last);
    }
    Capacity capacity = new Capacity(table.name());
    double units = Capacity.readUnits(page.scannedBytes(), consistent);
    if (index == null) {
      capacity.addTableRead(units);
    } else {
      capacity.addIndexRead(index.name(), units);
      capacity.addTableRead(Capacity.price(page.fetchedUnits(), consistent));
    }
    capacity.writeMember(output, Capacity.detail(fields));
    return output.endObject();
  }
}
