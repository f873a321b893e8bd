package dev.holdfast.partition.reconcile;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.Merge;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableOptions;
import dev.holdfast.protocol.model.TableStatus;
import dev.holdfast.protocol.model.TimeToLive;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * Creates and drops tables in the partitions, and makes the partitions that they are to begin with.
 *
 * <ul>
 *   <li>CREATING: partitions are split until every segment of the table has its own. Then its
 *       global indexes are made known in every partition of theirs, after that its descriptor in
 *       every one of its own, and the table is marked ready. So an ACTIVE table is known wherever
 *       its items may lie, and nobody writes what an index cannot take yet.
 *   <li>UPDATING: likewise; a partition that knows the descriptor already takes no notice. Until
 *       all know it, requests meet both versions, and are sent again where theirs is the wrong one.
 *       An index that is taken away is dropped when nobody brings it changes any more.
 *   <li>ACTIVE with an index that is being filled: once every partition of the table has been
 *       entered, the index is marked complete. So no index is ACTIVE before it is.
 *   <li>ACTIVE, while the items of the table begin to expire or cease to: likewise, and then every
 *       partition is asked whether all items there have their expiry rows. So whoever is told that
 *       time to live is enabled can rely on it.
 *   <li>DELETING: every partition drops the table's indexes and the table, then it is forgotten. So
 *       a name is free only when no item or entry of the old table is left (invariant 12).
 *   <li>A step may reach a partition just after it was split, and then its child has not heard of
 *       it. So the last step is left to the next sweep unless the partitions are afterwards what
 *       they were before, and none of them is being split or merged.
 *   <li>One sweep at a time; a trigger during a sweep causes one more after it.
 * </ul>
 *
 * <p>Thread-safe. A step that fails ends the work on its table for this sweep; whoever leads the
 * meta group sweeps again, periodically and on change.
 */
public final class TableReconciler {
  /** Tables worked on at once. */
  private static final int TABLE_COUNT_MAX = 16;

  /** Rows of a step at expiry rows, and their bytes: as much as a log entry should take. */
  private static final int TEND_COUNT = 250;

  private static final int TEND_BYTES = 1 << 20;

  private final ReplicaControl control;
  private final Sweeps sweeps = new Sweeps(this::sweep);

  public TableReconciler(ReplicaControl control) {
    this.control = control;
  }

  /** Sweeps now, or once more after the sweep that is running. */
  public void trigger() {
    sweeps.trigger();
  }

  /** Completes when every table that was unsettled has been tried once; never fails. */
  CompletableFuture<Void> sweep() {
    return control
        .unsettledTables()
        .thenCompose(
            tables ->
                tables.isEmpty()
                    ? done()
                    : control.map().thenCompose(map -> settleAll(tables, map)))
        .exceptionally(notLeading -> null);
  }

  private CompletableFuture<Void> settleAll(List<TableDescriptor> tables, ClusterMap map) {
    // Without a map there is no partition to ask, and a table must not be ready without one.
    return map.partitions().isEmpty() ? done() : settleFrom(tables, 0, map);
  }

  private CompletableFuture<Void> settleFrom(
      List<TableDescriptor> tables, int first, ClusterMap map) {
    if (first >= tables.size()) {
      return done();
    }
    int end = Math.min(tables.size(), first + TABLE_COUNT_MAX);
    CompletableFuture<?>[] batch =
        tables.subList(first, end).stream()
            .map(table -> settle(table, map))
            .toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(batch).thenCompose(all -> settleFrom(tables, end, map));
  }

  private CompletableFuture<Void> settle(TableDescriptor table, ClusterMap map) {
    return switch (table.status()) {
      case ACTIVE -> followed(table, map);
      case CREATING, UPDATING ->
          Presplits.areDone(table, map) ? readied(table, map) : splitFurther(table, map);
      case DELETING -> taken(table, map, dropped(table), new MetaCommand.ForgetTable(table.id()));
    };
  }

  private CompletableFuture<Void> readied(TableDescriptor table, ClusterMap map) {
    return taken(
        table,
        map,
        installed(table),
        new MetaCommand.MarkTableReady(table.id(), table.warmth().segments(), table.version()));
  }

  /** Brings on what an ACTIVE table is waiting for. */
  private CompletableFuture<Void> followed(TableDescriptor table, ClusterMap map) {
    TimeToLive timeToLive = table.followers().timeToLive();
    return (timeToLive != null && timeToLive.isChanging() ? expiring(table, map) : done())
        .thenCompose(done -> table.isFillingIndexes() ? filled(table, map) : done());
  }

  private CompletableFuture<Void> expiring(TableDescriptor table, ClusterMap map) {
    List<ClusterMap.Partition> all = overlapping(table, map);
    KeyRange range = KeyEncoding.tableRange(table.id());
    return taken(table, map, new Step(table.id(), new Command.InstallTable(served(table))))
        .thenCompose(told -> tended(table, overlapping(range, map).toList()))
        .thenCompose(
            filled ->
                filled
                    ? reporting(table, PartitionId.META, unchanged(table, all))
                    : CompletableFuture.completedFuture(false))
        .thenCompose(
            isDone ->
                isDone
                    ? conclude(table, new MetaCommand.SettleTimeToLive(table.id(), table.version()))
                    : done())
        .exceptionally(reported -> null);
  }

  /** Whether all items have their expiry rows; until then the leaders see to it, too. */
  private CompletableFuture<Boolean> tended(
      TableDescriptor table, List<ClusterMap.Partition> partitions) {
    Command.TendExpiry step = new Command.TendExpiry(table.id(), TEND_COUNT, TEND_BYTES);
    List<CompletableFuture<Boolean>> answers =
        partitions.stream()
            .map(each -> reporting(table, each.id(), control.tend(each, step)))
            .toList();
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApply(all -> answers.stream().allMatch(CompletableFuture::join));
  }

  /**
   * What all partitions of a range are told.
   *
   * @param of the table or index whose range it is
   */
  private record Step(TableId of, Command.Control command) {}

  /** Indexes that are known already may not hold up a table that is being changed. */
  private static List<Step> installed(TableDescriptor table) {
    List<Step> steps = new ArrayList<>();
    for (GlobalIndex index : table.followers().globalIndexes()) {
      if (index.status() == GlobalIndex.Status.CREATING) {
        steps.add(new Step(index.id(), new Command.InstallTable(table.ofIndex(index))));
      }
    }
    steps.add(new Step(table.id(), new Command.InstallTable(served(table))));
    for (GlobalIndex index : table.followers().globalIndexes()) {
      if (index.status() == GlobalIndex.Status.DELETING) {
        steps.add(new Step(index.id(), new Command.DropTable(index.id())));
      }
    }
    return steps;
  }

  /**
   * Whether every partition of the table has been entered into the indexes that are being filled.
   * What is filled stays so, through splits and merges: so it is enough that every key was in one
   * of the partitions that say so.
   */
  private CompletableFuture<Void> filled(TableDescriptor table, ClusterMap map) {
    List<CompletableFuture<Boolean>> asked =
        overlapping(KeyEncoding.tableRange(table.id()), map)
            .map(each -> reporting(table, each.id(), control.isFilled(each, table.id())))
            .toList();
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenCompose(
            all ->
                asked.stream().allMatch(CompletableFuture::join)
                    ? conclude(
                        table, new MetaCommand.MarkIndexesFilled(table.id(), table.version()))
                    : done())
        .exceptionally(reported -> null);
  }

  private static List<Step> dropped(TableDescriptor table) {
    return ids(table).map(id -> new Step(id, new Command.DropTable(id))).toList();
  }

  /** Of its indexes, and of the table itself at last. */
  private static Stream<TableId> ids(TableDescriptor table) {
    return Stream.concat(
        table.followers().globalIndexes().stream().map(GlobalIndex::id), Stream.of(table.id()));
  }

  /** What a partition needs to know: nothing of what is only described. */
  private static TableDescriptor served(TableDescriptor table) {
    TableDescriptor begun =
        table.status() == TableStatus.CREATING
            ? table.withCompleteIndexes()
            : table.withKnownIndexes();
    return begun.withStatus(TableStatus.ACTIVE).withOptions(TableOptions.DEFAULT);
  }

  /** The sweep that follows a split goes on from there. */
  private CompletableFuture<Void> splitFurther(TableDescriptor table, ClusterMap map) {
    return reporting(
            table,
            PartitionId.META,
            control.splits().thenCombine(control.merges(), TableReconciler::changing))
        .thenCompose(
            busy ->
                CompletableFuture.allOf(
                    Presplits.next(table, map, busy).stream()
                        .map(split -> reporting(table, split.partition(), control.change(split)))
                        .toArray(CompletableFuture[]::new)))
        .exceptionally(reported -> null);
  }

  private CompletableFuture<Void> taken(
      TableDescriptor table, ClusterMap map, List<Step> steps, MetaCommand last) {
    List<ClusterMap.Partition> partitions = overlapping(table, map);
    CompletableFuture<Void> told = done();
    for (Step step : steps) {
      told = told.thenCompose(before -> taken(table, map, step));
    }
    return told.thenCompose(all -> reporting(table, PartitionId.META, unchanged(table, partitions)))
        .thenCompose(unchanged -> unchanged ? conclude(table, last) : done())
        .exceptionally(reported -> null);
  }

  private CompletableFuture<Void> taken(TableDescriptor table, ClusterMap map, Step step) {
    return CompletableFuture.allOf(
        overlapping(KeyEncoding.tableRange(step.of()), map)
            .map(each -> reporting(table, each.id(), control.control(each, step.command())))
            .toArray(CompletableFuture[]::new));
  }

  /**
   * Whether nothing has happened to the table's partitions while they took a step. What is in
   * progress is read before the map: what is finished in between shows in the map.
   */
  private CompletableFuture<Boolean> unchanged(
      TableDescriptor table, List<ClusterMap.Partition> partitions) {
    return control
        .splits()
        .thenCombine(control.merges(), TableReconciler::changing)
        .thenCompose(
            changing ->
                partitions.stream().anyMatch(partition -> changing.contains(partition.id()))
                    ? CompletableFuture.completedFuture(false)
                    : control.map().thenApply(now -> overlapping(table, now).equals(partitions)));
  }

  private static Set<PartitionId> changing(List<SplitOperation> splits, List<Merge> merges) {
    Set<PartitionId> changing = new TreeSet<>();
    splits.forEach(split -> changing.add(split.parent().id()));
    for (Merge merge : merges) {
      if (!merge.absorbed()) {
        changing.add(merge.operation().left().id());
        changing.add(merge.operation().right().id());
      }
    }
    return changing;
  }

  private CompletableFuture<Void> conclude(TableDescriptor table, MetaCommand last) {
    return reporting(table, PartitionId.META, control.change(last))
        .thenRun(() -> control.settled(table));
  }

  /** The partitions of the table and of its indexes; one that holds several is there as often. */
  private static List<ClusterMap.Partition> overlapping(TableDescriptor table, ClusterMap map) {
    return ids(table).flatMap(id -> overlapping(KeyEncoding.tableRange(id), map)).toList();
  }

  private static Stream<ClusterMap.Partition> overlapping(KeyRange range, ClusterMap map) {
    return map.partitions().stream().filter(partition -> partition.range().overlaps(range));
  }

  private <T> CompletableFuture<T> reporting(
      TableDescriptor table, PartitionId partition, CompletionStage<T> step) {
    return step.whenComplete(
            (done, failure) -> {
              if (failure != null) {
                control.failed(table, partition, failure);
              }
            })
        .toCompletableFuture();
  }

  private static CompletableFuture<Void> done() {
    return CompletableFuture.completedFuture(null);
  }
}
