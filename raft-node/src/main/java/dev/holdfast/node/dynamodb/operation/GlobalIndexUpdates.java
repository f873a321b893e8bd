package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.model.IndexChange;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Reads the changes of global indexes from an UpdateTable request. Source: the answers of the
 * service.
 */
final class GlobalIndexUpdates {
  static final String MEMBER = "GlobalSecondaryIndexUpdates";
  private static final String UPDATE = "Update";
  private static final String CREATE = "Create";
  private static final String DELETE = "Delete";
  private static final String INDEX = "IndexName";

  static final Shape.Member DECLARED =
      Shape.optional(
          MEMBER,
          new Shape.ListOf(
              Shape.structure(
                  Shape.optional(
                      UPDATE,
                      Shape.structure(
                          Shape.required(INDEX, Shapes.NAME),
                          Throughputs.PROVISIONED,
                          TableSettings.ON_DEMAND,
                          WarmThroughputs.DECLARED)),
                  Shape.optional(CREATE, GlobalIndexRequests.INDEX),
                  Shape.optional(DELETE, Shape.structure(Shape.required(INDEX, Shapes.NAME))))));

  private GlobalIndexUpdates() {}

  static boolean areAsked(Fields fields) {
    return !given(fields).isEmpty();
  }

  /** Whether an index is to be created. */
  static boolean create(Fields fields) {
    return given(fields).stream().anyMatch(each -> each.has(CREATE));
  }

  /** Whether an index is to be created or deleted. */
  static boolean createOrDelete(Fields fields) {
    return create(fields) || given(fields).stream().anyMatch(each -> each.has(DELETE));
  }

  private static List<Fields> given(Fields fields) {
    List<Fields> given = fields.list(MEMBER);
    return given == null ? List.of() : given;
  }

  /** Fails when a change is none, or two, or of the same index as another one. */
  static void requireOneOfEach(Fields fields) {
    Set<String> names = new HashSet<>();
    for (Fields each : given(fields)) {
      List<String> asked = List.of(UPDATE, CREATE, DELETE).stream().filter(each::has).toList();
      if (asked.isEmpty()) {
        throw ApiException.invalidParameter(
            "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                + "GlobalSecondaryIndexUpdate.Delete must not be null");
      }
      if (asked.size() > 1) {
        throw ApiException.invalidParameter(
            "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate"
                + " object");
      }
      String name = name(each, asked.get(0));
      if (!names.add(name)) {
        throw ApiException.invalidParameter(
            "Only one global secondary index update per index is allowed simultaneously. Index: "
                + name);
      }
    }
  }

  private static String name(Fields change, String action) {
    return Objects.requireNonNull(
        Objects.requireNonNull(change.fields(action)).text(INDEX), "after the check");
  }

  /**
   * The changes, in order.
   *
   * @param table as it is
   * @param mode as it is to be
   */
  static List<IndexChange> of(
      Fields fields, TableDescriptor table, BillingMode mode, LongSupplier random) {
    List<IndexChange> changes = new ArrayList<>();
    for (Fields each : given(fields)) {
      Fields create = each.fields(CREATE);
      Fields update = each.fields(UPDATE);
      if (create != null) {
        GlobalIndexRequests asked =
            new GlobalIndexRequests(List.of(create), new TableDefinitions(fields));
        asked
            .indexes(mode, table.localIndexes(), random)
            .forEach(index -> changes.add(new IndexChange.Create(index)));
      } else if (update != null) {
        changes.add(settings(update));
      } else {
        changes.add(new IndexChange.Delete(name(each, DELETE)));
      }
    }
    return changes;
  }

  private static IndexChange settings(Fields update) {
    String name = Objects.requireNonNull(update.text(INDEX));
    return new IndexChange.Settings(
        name,
        Throughputs.ofIndexUpdate(update, name),
        TableSettings.limitsOfIndexUpdate(update, name),
        WarmThroughputs.isAsked(update) ? warmth(update) : null);
  }

  /** Zero for what stays as it is. */
  private static Throughput warmth(Fields update) {
    Fields given = Objects.requireNonNull(update.fields(WarmThroughputs.MEMBER));
    Long read = given.whole(WarmThroughputs.READ);
    Long write = given.whole(WarmThroughputs.WRITE);
    return new Throughput(read == null ? 0 : read, write == null ? 0 : write);
  }
}
