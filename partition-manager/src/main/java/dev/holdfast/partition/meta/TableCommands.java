package dev.holdfast.partition.meta;

import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableStatus;
import dev.holdfast.statemachine.replica.Decision;
import dev.holdfast.statemachine.replica.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Decides one meta command over one state; those of splits and merges it leaves to {@link
 * SplitCommands} and {@link MergeCommands}. Messages are DynamoDB's; source: AWS API reference and
 * the answers of the service.
 */
final class TableCommands implements MetaCommand.Handler<Decision> {
  /** DynamoDB's default quota of tables per account and region. */
  static final int TABLE_COUNT_MAX = 2_500;

  /** DynamoDB's limit of tags per table. */
  static final int TAG_COUNT_MAX = 50;

  private static final long MICROS_PER_MILLI = 1_000;
  private static final String STILL_IN_USE = "Attempt to change a resource which is still in use: ";

  private final MetaRows rows;
  private final SplitCommands splits;
  private final MergeCommands merges;
  private final long stampMicros;

  TableCommands(MetaRows rows, long stampMicros) {
    this.rows = rows;
    this.splits = new SplitCommands(rows);
    this.merges = new MergeCommands(rows);
    this.stampMicros = stampMicros;
  }

  @Override
  public Decision bootstrap(MetaCommand.Bootstrap command) {
    if (rows.map().isPresent()) {
      return Decision.of(new Result.Done());
    }
    return new Decision(
        List.of(
            MetaRows.putMap(command.map()),
            MetaRows.putNextPartitionId(MetaRows.firstIdAfter(command.map()))),
        new Result.Done());
  }

  @Override
  public Decision createTable(MetaCommand.CreateTable command) {
    TableDescriptor wanted = command.table();
    Optional<String> objection = TableChecks.objection(wanted);
    if (objection.isPresent()) {
      return Decision.reject(new Rejection.Invalid(objection.get()));
    }
    if (rows.table(wanted.name()).isPresent()) {
      return Decision.reject(new Rejection.TableInUse("Table already exists: " + wanted.name()));
    }
    Optional<TableId> used = GlobalIndexRules.ids(wanted).filter(rows::wasUsed).findFirst();
    if (used.isPresent()) {
      return Decision.reject(new Rejection.Invalid("The table id was used before: " + used.get()));
    }
    long tableCount = rows.tableCount();
    if (tableCount >= TABLE_COUNT_MAX) {
      return Decision.reject(
          new Rejection.LimitExceeded(
              "Subscriber limit exceeded: There is a limit of "
                  + TABLE_COUNT_MAX
                  + " tables per subscriber"));
    }
    TableDescriptor table = wanted.createdAt(stampMillis());
    List<Effect> effects = new ArrayList<>();
    effects.add(MetaRows.putTable(table));
    GlobalIndexRules.ids(table).forEach(id -> effects.add(MetaRows.putName(id, table)));
    effects.add(MetaRows.putTableCount(tableCount + 1));
    return new Decision(effects, new Result.Table(table));
  }

  @Override
  public Decision updateTable(MetaCommand.UpdateTable command) {
    Optional<TableDescriptor> found = rows.table(command.name());
    if (found.isEmpty()) {
      return notFound(command.name());
    }
    TableDescriptor table = found.get();
    TableUpdates updates = new TableUpdates(table, command, stampMillis());
    Optional<Rejection> unfit = updates.indexes().unfit();
    if (unfit.isPresent() && table.status().isServed()) {
      return Decision.reject(unfit.get());
    }
    if (table.status() != TableStatus.ACTIVE) {
      return busy(table);
    }
    Optional<Rejection> no = updates.objection();
    if (no.isPresent()) {
      return Decision.reject(no.get());
    }
    Optional<TableId> used = updates.indexes().ids().stream().filter(rows::wasUsed).findFirst();
    if (used.isPresent()) {
      return Decision.reject(new Rejection.Invalid("The table id was used before: " + used.get()));
    }
    TableDescriptor updated = updates.updated();
    boolean isToBeSplit = updated.warmth().segments() > table.warmth().segments();
    TableDescriptor after = isToBeSplit ? updated.withStatus(TableStatus.UPDATING) : updated;
    List<Effect> effects = new ArrayList<>(List.of(MetaRows.putTable(after)));
    updates.indexes().ids().forEach(id -> effects.add(MetaRows.putName(id, after)));
    return new Decision(effects, new Result.Table(after));
  }

  @Override
  public Decision changeStream(MetaCommand.ChangeStream command) {
    Optional<TableDescriptor> found = rows.table(command.name());
    if (found.isEmpty()) {
      return notFound(command.name());
    }
    TableDescriptor table = found.get();
    if (table.status() != TableStatus.ACTIVE) {
      return busy(table);
    }
    TableStreamChange change = new TableStreamChange(table, stampMillis(), command.view());
    Optional<Rejection> no = change.objection();
    return no.isPresent()
        ? Decision.reject(no.get())
        : changed(table.withFollowers(change.after()).withStatus(TableStatus.UPDATING));
  }

  @Override
  public Decision changeTimeToLive(MetaCommand.ChangeTimeToLive command) {
    Optional<TableDescriptor> found = rows.table(command.name());
    if (found.isEmpty()) {
      return notFound(command.name());
    }
    TableDescriptor table = found.get();
    if (table.status() != TableStatus.ACTIVE && table.status() != TableStatus.UPDATING) {
      return busy(table);
    }
    TimeToLiveChange change = new TimeToLiveChange(table, command);
    return change.objection().map(Decision::reject).orElseGet(() -> changed(change.changed()));
  }

  @Override
  public Decision settleTimeToLive(MetaCommand.SettleTimeToLive command) {
    return rows.table(command.table())
        .filter(table -> table.version() == command.version())
        .map(table -> changed(TimeToLiveChange.settled(table)))
        .orElseGet(() -> Decision.of(new Result.Done()));
  }

  private long stampMillis() {
    return stampMicros / MICROS_PER_MILLI;
  }

  @Override
  public Decision deleteTable(MetaCommand.DeleteTable command) {
    Optional<TableDescriptor> found = rows.table(command.name());
    if (found.isEmpty()) {
      return notFound(command.name());
    }
    TableDescriptor table = found.get();
    if (table.status() == TableStatus.DELETING) {
      return Decision.of(new Result.Table(table)); // as the AWS API reference says: no error
    }
    if (table.status() == TableStatus.UPDATING) {
      return Decision.reject(
          new Rejection.TableInUse(
              STILL_IN_USE + "Table: " + table.name() + " is in the process of being updated."));
    }
    if (table.status() != TableStatus.ACTIVE) {
      return busy(table);
    }
    if (table.followers().globalIndexes().stream()
        .anyMatch(index -> index.status() != GlobalIndex.Status.ACTIVE)) {
      return Decision.reject(
          new Rejection.TableInUse(
              STILL_IN_USE
                  + "Cannot delete table while indexes are being created, updated, or deleted."));
    }
    if (table.deletionProtection()) {
      return Decision.reject(
          new Rejection.Invalid(
              "Resource cannot be deleted as it is currently protected against deletion. Disable"
                  + " deletion protection first."));
    }
    return changed(table.withStatus(TableStatus.DELETING));
  }

  @Override
  public Decision markTableReady(MetaCommand.MarkTableReady command) {
    return rows.table(command.table())
        .filter(
            table ->
                table.status() == TableStatus.CREATING || table.status() == TableStatus.UPDATING)
        .filter(table -> table.warmth().segments() == command.segments())
        .filter(table -> table.version() == command.version())
        .map(this::readied)
        .orElseGet(() -> Decision.of(new Result.Done()));
  }

  private Decision readied(TableDescriptor table) {
    TableDescriptor known =
        table.status() == TableStatus.CREATING
            ? table.withCompleteIndexes()
            : table.withKnownIndexes();
    TableDescriptor ready = known.withStatus(TableStatus.ACTIVE);
    List<Effect> effects = new ArrayList<>();
    effects.add(MetaRows.putTable(ready));
    effects.addAll(
        unkept(
            table.followers().globalIndexes().stream()
                .filter(index -> index.status() == GlobalIndex.Status.DELETING)
                .map(index -> KeyEncoding.tableRange(index.id()))
                .toList()));
    return new Decision(effects, new Result.Table(ready));
  }

  @Override
  public Decision markIndexesFilled(MetaCommand.MarkIndexesFilled command) {
    return rows.table(command.table())
        .filter(table -> table.status() == TableStatus.ACTIVE)
        .filter(table -> table.version() == command.version())
        .map(table -> changed(table.withCompleteIndexes()))
        .orElseGet(() -> Decision.of(new Result.Done()));
  }

  @Override
  public Decision forgetTable(MetaCommand.ForgetTable command) {
    return rows.table(command.table())
        .filter(table -> table.status() == TableStatus.DELETING)
        .map(this::forgotten)
        .orElseGet(() -> Decision.of(new Result.Done()));
  }

  private Decision forgotten(TableDescriptor table) {
    List<Effect> effects = new ArrayList<>();
    effects.add(MetaRows.deleteTable(table));
    effects.add(MetaRows.putTableCount(rows.tableCount() - 1));
    effects.addAll(unkept(GlobalIndexRules.ids(table).map(KeyEncoding::tableRange).toList()));
    return new Decision(effects, new Result.Done());
  }

  /** What was split off to stay for the sake of a table or index need not stay any longer. */
  private List<Effect> unkept(List<KeyRange> ranges) {
    List<Effect> effects = new ArrayList<>();
    ClusterMap map = rows.map().orElse(ClusterMap.EMPTY);
    for (PartitionId kept : rows.kept()) {
      map.partition(kept)
          .map(partition -> partition.range().startInclusive())
          .filter(start -> ranges.stream().anyMatch(range -> range.contains(start)))
          .ifPresent(start -> effects.add(MetaRows.deleteKept(kept)));
    }
    return effects;
  }

  @Override
  public Decision tagTable(MetaCommand.TagTable command) {
    Optional<TableDescriptor> found = rows.table(command.name());
    if (found.isEmpty()) {
      return notFound(command.name());
    }
    SortedMap<String, String> tags = new TreeMap<>(found.get().tags());
    tags.putAll(command.tags());
    Optional<String> objection = TableChecks.ofTags(tags);
    if (objection.isPresent()) {
      return Decision.reject(new Rejection.Invalid(objection.get()));
    }
    return retag(found.get(), tags);
  }

  @Override
  public Decision untagTable(MetaCommand.UntagTable command) {
    Optional<TableDescriptor> found = rows.table(command.name());
    if (found.isEmpty()) {
      return notFound(command.name());
    }
    SortedMap<String, String> tags = new TreeMap<>(found.get().tags());
    command.keys().forEach(tags::remove);
    return retag(found.get(), tags);
  }

  @Override
  public Decision changePolicy(MetaCommand.ChangePolicy command) {
    Optional<TableDescriptor> found = rows.table(command.name());
    if (found.isEmpty()) {
      return notFound(command.name());
    }
    return found.get().status().isServed()
        ? new PolicyCommands(found.get(), stampMillis()).change(command)
        : busy(found.get());
  }

  @Override
  public Decision beginSplit(MetaCommand.BeginSplit command) {
    return splits.begin(command);
  }

  @Override
  public Decision finishSplit(MetaCommand.FinishSplit command) {
    return splits.finish(command);
  }

  @Override
  public Decision abandonSplit(MetaCommand.AbandonSplit command) {
    return splits.abandon(command);
  }

  @Override
  public Decision beginMerge(MetaCommand.BeginMerge command) {
    return merges.begin(command);
  }

  @Override
  public Decision finishMerge(MetaCommand.FinishMerge command) {
    return merges.finish(command.merge());
  }

  @Override
  public Decision abandonMerge(MetaCommand.AbandonMerge command) {
    return merges.abandon(command.merge());
  }

  @Override
  public Decision forgetMerge(MetaCommand.ForgetMerge command) {
    return merges.forget(command.merge());
  }

  @Override
  public Decision membership(MetaCommand.Membership command) {
    return command.change().dispatch(new MembershipCommands(rows));
  }

  private static Decision retag(TableDescriptor table, SortedMap<String, String> tags) {
    if (table.status() != TableStatus.ACTIVE) {
      return busy(table);
    }
    return changed(table.withTags(tags));
  }

  private static Decision changed(TableDescriptor table) {
    return new Decision(List.of(MetaRows.putTable(table)), new Result.Table(table));
  }

  private static Decision notFound(String name) {
    return Decision.reject(new Rejection.TableNotFound(name));
  }

  private static Decision busy(TableDescriptor table) {
    String what =
        switch (table.status()) {
          case CREATING -> "created: ";
          case UPDATING -> "updated: ";
          case DELETING -> "deleted: ";
          case ACTIVE -> throw new IllegalStateException("an active table is not busy");
        };
    return Decision.reject(
        new Rejection.TableInUse(STILL_IN_USE + "Table is being " + what + table.name()));
  }
}
