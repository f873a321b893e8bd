package dev.holdfast.partition.meta;

import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.GlobalIndex.Status;
import dev.holdfast.protocol.model.IndexChange;
import dev.holdfast.protocol.model.OnDemandLimits;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableStatus;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one UpdateTable makes of the global indexes of a table. Messages are DynamoDB's; source: AWS
 * API reference and the answers of the service.
 */
final class TableIndexChanges {
  private static final String ONE_AT_A_TIME =
      "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per"
          + " table";
  private static final String STILL_IN_USE = "Attempt to change a resource which is still in use: ";

  private final TableDescriptor table;
  private final List<IndexChange> changes;
  private final BillingMode mode;

  /**
   * @param mode as it is to be
   */
  TableIndexChanges(TableDescriptor table, List<IndexChange> changes, BillingMode mode) {
    this.table = table;
    this.changes = changes;
    this.mode = mode;
  }

  /** Whether an index is created or deleted, which partitions must know. */
  boolean areOnline() {
    return changes.stream().anyMatch(TableIndexChanges::isOnline);
  }

  private static boolean isOnline(IndexChange change) {
    return !(change instanceof IndexChange.Settings);
  }

  /** What is wrong, whatever status the table has: the indexes have their own. */
  Optional<Rejection> unfit() {
    if (changes.stream().filter(TableIndexChanges::isOnline).count() > 1) {
      return Optional.of(new Rejection.LimitExceeded(ONE_AT_A_TIME));
    }
    Set<String> names = new HashSet<>();
    for (IndexChange change : changes) {
      if (!names.add(change.name())) {
        return invalid("Two changes of the index " + change.name());
      }
      Optional<Rejection> no =
          change instanceof IndexChange.Create create
              ? ofCreation(create.index())
              : ofKnown(change);
      if (no.isPresent()) {
        return no;
      }
    }
    return Optional.empty();
  }

  private Optional<Rejection> ofCreation(GlobalIndex index) {
    if (find(index.name()) != null || table.localIndex(index.name()).isPresent()) {
      return invalid("Attempting to create an index which already exists");
    }
    if (table.followers().globalIndexes().stream()
        .anyMatch(each -> each.status() != Status.ACTIVE)) {
      return Optional.of(new Rejection.LimitExceeded(ONE_AT_A_TIME));
    }
    if (table.followers().globalIndexes().size() >= GlobalIndexRules.GLOBAL_INDEX_COUNT_MAX) {
      return Optional.of(
          new Rejection.LimitExceeded(
              "Subscriber limit exceeded: GlobalSecondaryIndex count exceeds the per-table limit"
                  + " of "
                  + GlobalIndexRules.GLOBAL_INDEX_COUNT_MAX));
    }
    return TableChecks.objection(with(index)).map(Rejection.Invalid::new);
  }

  private TableDescriptor with(GlobalIndex index) {
    List<GlobalIndex> indexes = new ArrayList<>(table.followers().globalIndexes());
    indexes.add(index);
    return table.withFollowers(table.followers().withGlobalIndexes(indexes));
  }

  private Optional<Rejection> ofKnown(IndexChange change) {
    String verb = isOnline(change) ? "delete" : "update";
    if (table.localIndex(change.name()).isPresent()) {
      return invalid(
          "Cannot " + verb + " an index that is not a GlobalSecondaryIndex: " + change.name());
    }
    GlobalIndex index = find(change.name());
    if (index == null) {
      return Optional.of(new Rejection.IndexNotFound(change.name(), table.name()));
    }
    String where = "Table: " + table.name() + " Index: " + index.name();
    if (index.status() == Status.DELETING) {
      return inUse("Index is being deleted. " + where);
    }
    if (change instanceof IndexChange.Settings settings) {
      return ofSettings(index, settings);
    }
    if (index.status() == Status.CREATING) {
      return inUse(
          "Index creation is in resource allocation phase. Retry deletion during backfilling phase"
              + " or when the index is active. "
              + where);
    }
    boolean isAnotherBusy =
        table.followers().globalIndexes().stream()
            .anyMatch(each -> !each.id().equals(index.id()) && each.status() != Status.ACTIVE);
    return isAnotherBusy
        ? Optional.of(new Rejection.LimitExceeded(ONE_AT_A_TIME))
        : Optional.empty();
  }

  private Optional<Rejection> ofSettings(GlobalIndex index, IndexChange.Settings settings) {
    Throughput asked = settings.throughput();
    OnDemandLimits limits = settings.limits();
    if (asked != null && (asked.readUnits() < 0 || asked.writeUnits() < 0)) {
      return invalid("Throughput cannot be negative");
    }
    if (limits != null && !index.limits().changedBy(limits).isLegal()) {
      return invalid("An index cannot have " + limits);
    }
    if (asked != null && mode == BillingMode.PAY_PER_REQUEST) {
      return invalid(
          "One or more parameter values were invalid: ProvisionedThroughput should not be specified"
              + " for index: "
              + index.name()
              + " when BillingMode is PAY_PER_REQUEST");
    }
    if (asked != null
        && table.billingMode() == BillingMode.PROVISIONED
        && asked.equals(index.throughput())) {
      return invalid(unchanged(index, asked));
    }
    return ofWarmth(index, settings.warmth());
  }

  private static String unchanged(GlobalIndex index, Throughput asked) {
    return "The provisioned throughput for the index "
        + index.name()
        + " will not change. The requested value equals the current value. Current"
        + " ReadCapacityUnits provisioned for index "
        + index.name()
        + ": "
        + asked.readUnits()
        + ". Requested ReadCapacityUnits: "
        + asked.readUnits()
        + ". Current WriteCapacityUnits provisioned for index "
        + index.name()
        + ": "
        + asked.writeUnits()
        + ". Requested WriteCapacityUnits: "
        + asked.writeUnits()
        + ". Refer to the Amazon DynamoDB Developer Guide for current limits and how to request"
        + " higher limits.";
  }

  private Optional<Rejection> ofWarmth(GlobalIndex index, @Nullable Throughput asked) {
    if (asked == null) {
      return Optional.empty();
    }
    Throughput start =
        mode == BillingMode.PROVISIONED ? index.throughput() : TableDescriptor.ON_DEMAND_START;
    if (asked.readUnits() != 0
        && asked.readUnits() < Math.max(start.readUnits(), index.warmth().readUnits())) {
      return tooCold("ReadUnitsPerSecond", index);
    }
    return asked.writeUnits() != 0
            && asked.writeUnits() < Math.max(start.writeUnits(), index.warmth().writeUnits())
        ? tooCold("WriteUnitsPerSecond", index)
        : Optional.empty();
  }

  private static Optional<Rejection> tooCold(String units, GlobalIndex index) {
    return invalid(
        "One or more parameter values were invalid: Requested "
            + units
            + " for WarmThroughput for index "
            + index.name()
            + " is lower than current WarmThroughput, decreasing WarmThroughput is not supported");
  }

  /** The first index that an update to PROVISIONED says nothing of. */
  Optional<String> unprovisioned() {
    Predicate<GlobalIndex> isGiven =
        index ->
            changes.stream()
                .anyMatch(
                    change ->
                        change.name().equals(index.name())
                            && (!(change instanceof IndexChange.Settings settings)
                                || settings.throughput() != null));
    return table.followers().globalIndexes().stream()
        .filter(isGiven.negate())
        .map(GlobalIndex::name)
        .findFirst();
  }

  private @Nullable GlobalIndex find(String name) {
    return table.followers().globalIndex(name).orElse(null);
  }

  private static Optional<Rejection> invalid(String message) {
    return Optional.of(new Rejection.Invalid(message));
  }

  private static Optional<Rejection> inUse(String message) {
    return Optional.of(new Rejection.TableInUse(STILL_IN_USE + message));
  }

  /** Ids of indexes that are to be created. */
  List<TableId> ids() {
    List<TableId> ids = new ArrayList<>();
    for (IndexChange change : changes) {
      if (change instanceof IndexChange.Create create) {
        ids.add(create.index().id());
      }
    }
    return ids;
  }

  /**
   * The table with its indexes as they are to be; partitions must know of it when one is created or
   * deleted.
   *
   * @param updated the table with all else that is updated
   */
  TableDescriptor applied(TableDescriptor updated) {
    List<GlobalIndex> indexes = new ArrayList<>();
    for (GlobalIndex index : table.followers().globalIndexes()) {
      indexes.add(mode == BillingMode.PROVISIONED ? applied(index) : applied(index).onDemand());
    }
    for (IndexChange change : changes) {
      if (change instanceof IndexChange.Create create) {
        indexes.add(create.index().addedWith(table.version() + 1));
      }
    }
    return areOnline()
        ? updated
            .withFollowers(updated.followers().withGlobalIndexes(indexes))
            .withStatus(TableStatus.UPDATING)
        : updated.withDescribedIndexes(indexes);
  }

  private GlobalIndex applied(GlobalIndex index) {
    GlobalIndex after = index;
    for (IndexChange change : changes) {
      if (change.name().equals(index.name())) {
        after =
            change instanceof IndexChange.Settings settings
                ? after.changedBy(settings)
                : after.withStatus(Status.DELETING);
      }
    }
    return after;
  }
}
