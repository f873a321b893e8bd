package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.AttributeMap;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.walk.ReadTarget;
import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.Collection;
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

  /** The table, or the index that is asked for. */
  static ReadTarget target(Fields fields, TableDescriptor table) {
    @Nullable String name = fields.text("IndexName");
    if (name == null) {
      return ReadTarget.of(table);
    }
    ReadTarget target =
        ReadTarget.index(table, name)
            .orElseThrow(
                () ->
                    ApiException.validation("The table does not have the specified index: " + name)
                        .ofOneVersion());
    requireFilled(target);
    if (target.isGlobal() && fields.isTrue("ConsistentRead")) {
      ConsistentIndexes.requireOf(
          table, "Consistent reads are not supported on global secondary indexes");
    }
    return target;
  }

  static void requireFilled(ReadTarget target) {
    if (target.isBeingFilled()) {
      throw ApiException.validation(
              "Cannot read from backfilling global secondary index: " + target.indexName())
          .ofOneVersion();
    }
  }

  /** What to return of each item, by Select and the projection. */
  static Read.Output output(Fields fields, ReadTarget target, Projection projection) {
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
    if ("ALL_PROJECTED_ATTRIBUTES".equals(select) && !target.isIndex()) {
      throw ApiException.validation(
          "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
    }
    if ("COUNT".equals(select)) {
      return new Read.Output.Count();
    }
    boolean whole = isProjected || !target.isIndex() || "ALL_ATTRIBUTES".equals(select);
    return whole ? new Read.Output.Items(projection) : new Read.Output.Projected();
  }

  /** Fails when more is asked of a global index than it holds: nothing is fetched for it. */
  static void checkProjected(Fields fields, ReadTarget target, Projection projection) {
    GlobalIndex index = target.globalIndex();
    if (index == null || target.showsAll()) {
      return;
    }
    if ("ALL_ATTRIBUTES".equals(fields.text("Select"))) {
      throw ApiException.invalidParameter(
          "Select type ALL_ATTRIBUTES is not supported for global secondary index "
              + index.name()
              + " because its projection type is not ALL");
    }
    checkProjected(target, projection);
  }

  /**
   * As {@link #checkProjected(Fields, ReadTarget, Projection)} where nothing but paths is asked.
   */
  static void checkProjected(ReadTarget target, Projection projection) {
    GlobalIndex index = target.globalIndex();
    List<String> missing = missing(target, projection.paths());
    if (index != null && !missing.isEmpty()) {
      throw ApiException.invalidParameter(
          "Global secondary index " + index.name() + " does not project " + missing);
    }
  }

  /** Fails when a filter reads what the index does not hold. */
  static void checkFilterProjected(Condition filter, ReadTarget target) {
    List<String> missing = missing(target, ConditionPaths.of(filter));
    if (!missing.isEmpty()) {
      throw ApiException.invalidParameter(
          "Secondary index "
              + target.indexName()
              + " does not project one or more filter attributes: "
              + missing);
    }
  }

  /** The attributes that a filter reads and what is read does not hold. */
  static List<String> missing(Condition filter, ReadTarget target) {
    return missing(target, ConditionPaths.of(filter));
  }

  private static List<String> missing(ReadTarget target, Collection<Path> paths) {
    return paths.stream()
        .map(Path::attribute)
        .filter(name -> !target.shows(name))
        .distinct()
        .toList();
  }

  /**
   * @param misfit the message when the starting key is none; source: dynalite, {@code query.js} and
   *     {@code scan.js}
   */
  static Paging paging(Fields fields, ReadTarget target, Paging.Order order, String misfit) {
    Long limit = fields.whole("Limit");
    int limitItems = limit == null ? Integer.MAX_VALUE : (int) Math.min(limit, Integer.MAX_VALUE);
    Item startKey = startKey(fields, target, misfit);
    return new Paging(startKey, order, limitItems, Paging.PAGE_BYTES_MAX);
  }

  private static @Nullable Item startKey(Fields fields, ReadTarget target, String misfit) {
    AttributeMap given = fields.attributes("ExclusiveStartKey");
    if (given == null) {
      return null;
    }
    Item key = given.item(START_KEY_INVALID + ": ");
    List<KeyAttribute> attributes = target.pageKey();
    boolean matches = key.attributeCount() == attributes.size();
    for (KeyAttribute attribute : attributes) {
      EncodedValue value = key.attribute(attribute.name());
      matches &= value != null && ItemChecks.hasType(value, attribute);
    }
    if (!matches) {
      throw ApiException.validation(misfit);
    }
    try {
      requireNoneEmpty(key, target);
    } catch (ApiException empty) {
      throw ApiException.validation(START_KEY_INVALID + ": " + empty.text());
    }
    return key;
  }

  private static void requireNoneEmpty(Item key, ReadTarget target) {
    for (KeyAttribute attribute : target.table().keySchema().attributes()) {
      ItemChecks.requireNotEmpty(
          attribute.name(), Objects.requireNonNull(key.attribute(attribute.name())));
    }
    for (KeyAttribute attribute : target.keyAttributes()) {
      ItemChecks.requireNotEmpty(
          target, attribute.name(), Objects.requireNonNull(key.attribute(attribute.name())));
    }
  }

  static JsonOutput answer(
      Fields fields, ReadTarget target, ReadResult.Page page, boolean consistent) {
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
    Capacity capacity = new Capacity(target.table().name());
    capacity.addPage(target, page, consistent);
    capacity.writeMember(output, Capacity.detail(fields));
    return output.endObject();
  }
}
