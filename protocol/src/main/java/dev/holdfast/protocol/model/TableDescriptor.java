package dev.holdfast.protocol.model;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything the cluster knows of a table but its items. Replicated in the meta group and, for the
 * partitions that hold the table's range, in their own state.
 *
 * <ul>
 *   <li>{@code id} is never reused; {@code version} grows with every change that partitions must
 *       know (key schema, indexes), not with status, billing or tags.
 *   <li>Commands carry (id, version) and are rejected, retryably, when it is not the current one.
 * </ul>
 *
 * @param createdAtMillis wall-clock milliseconds since the epoch, stamped when it was replicated
 */
public record TableDescriptor(
    TableId id,
    String name,
    long version,
    TableStatus status,
    KeySchema keySchema,
    List<LocalIndex> localIndexes,
    BillingMode billingMode,
    Throughput throughput,
    boolean deletionProtection,
    SortedMap<String, String> tags,
    long createdAtMillis,
    Warmth warmth,
    TableOptions options,
    Followers followers) {

  /** What DynamoDB's on-demand tables are warm for from the start (AWS Developer Guide). */
  public static final Throughput ON_DEMAND_START = new Throughput(12_000, 4_000);

  /** How capacity is billed in DynamoDB; stored and reported, never enforced. */
  public enum BillingMode {
    PROVISIONED,
    PAY_PER_REQUEST
  }

  /** Provisioned capacity units; zero for pay-per-request tables. */
  public record Throughput(long readUnits, long writeUnits) {
    public static final Throughput NONE = new Throughput(0, 0);
  }

  public TableDescriptor {
    localIndexes = List.copyOf(localIndexes);
    tags = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(tags));
  }

  /** A table that is not warmed ahead of load, and of which nothing special was asked. */
  public TableDescriptor(
      TableId id,
      String name,
      long version,
      TableStatus status,
      KeySchema keySchema,
      List<LocalIndex> localIndexes,
      BillingMode billingMode,
      Throughput throughput,
      boolean deletionProtection,
      SortedMap<String, String> tags,
      long createdAtMillis) {
    this(
        id,
        name,
        version,
        status,
        keySchema,
        localIndexes,
        billingMode,
        throughput,
        deletionProtection,
        tags,
        createdAtMillis,
        Warmth.NONE,
        TableOptions.DEFAULT,
        Followers.NONE);
  }

  /** What was asked for, but at least what every table of its billing mode is warm for. */
  public Throughput warmThroughput() {
    Throughput start = billingMode == BillingMode.PROVISIONED ? throughput : ON_DEMAND_START;
    return new Throughput(
        Math.max(start.readUnits(), warmth.readUnits()),
        Math.max(start.writeUnits(), warmth.writeUnits()));
  }

  /** When it last became a table on demand, or was created as one; 0 if it never was one. */
  public long onDemandSinceMillis() {
    long changed = options.times().toOnDemandMillis();
    return changed == 0 && billingMode == BillingMode.PAY_PER_REQUEST ? createdAtMillis : changed;
  }

  public Optional<LocalIndex> localIndex(String indexName) {
    return localIndexes.stream().filter(index -> index.name().equals(indexName)).findFirst();
  }

  /**
   * What the partitions that hold a global index know of it: a table with the index's id, whose
   * rows are entries of the index.
   */
  public TableDescriptor ofIndex(GlobalIndex index) {
    return new TableDescriptor(
        index.id(),
        name + "/" + index.name(),
        1,
        TableStatus.ACTIVE,
        keySchema,
        List.of(),
        billingMode,
        Throughput.NONE,
        false,
        new TreeMap<>(),
        createdAtMillis,
        Warmth.NONE,
        TableOptions.DEFAULT,
        Followers.NONE.withGlobalIndexes(List.of(index.withStatus(GlobalIndex.Status.ACTIVE))));
  }

  /** The entries that its rows are; empty for a table, whose rows are items. */
  public Optional<IndexEntries> entries() {
    if (followers.globalIndexes().isEmpty()) {
      return Optional.empty(); // as most tables, and asked for with every command
    }
    return followers.globalIndexes().stream()
        .filter(index -> index.id().equals(id))
        .map(index -> new IndexEntries(index, keySchema))
        .findFirst();
  }

  /** Whether its writes are to be recorded. */
  public boolean needsChangeLog() {
    return followers.needChangeLog() && entries().isEmpty();
  }

  /** By which attribute items expire; null when they do not, or not any more. */
  public @Nullable TimeToLive expiry() {
    TimeToLive timeToLive = followers.timeToLive();
    return timeToLive != null && timeToLive.isOn() ? timeToLive : null;
  }

  /** Of the same version: partitions need not know how far they are. */
  public TableDescriptor withTimeToLive(@Nullable TimeToLive timeToLive) {
    return with(version, followers.withTimeToLive(timeToLive));
  }

  /** Whether there is something that partitions are to be told. */
  public boolean isUnsettled() {
    TimeToLive timeToLive = followers.timeToLive();
    return status != TableStatus.ACTIVE
        || (timeToLive != null && timeToLive.isChanging())
        || isFillingIndexes();
  }

  /** Whether it has an index that lacks items from before it was added. */
  public boolean isFillingIndexes() {
    return followers.globalIndexes().stream()
        .anyMatch(index -> index.status() == GlobalIndex.Status.BACKFILLING);
  }

  public TableDescriptor withStatus(TableStatus newStatus) {
    return with(newStatus, billingMode, throughput, deletionProtection, tags, warmth);
  }

  public TableDescriptor withTags(SortedMap<String, String> newTags) {
    return with(status, billingMode, throughput, deletionProtection, newTags, warmth);
  }

  /** What UpdateTable changes. */
  public TableDescriptor withSettings(
      BillingMode mode, Throughput units, boolean protection, Warmth newWarmth) {
    return with(status, mode, units, protection, tags, newWarmth);
  }

  public TableDescriptor withOptions(TableOptions newOptions) {
    return new TableDescriptor(
        id,
        name,
        version,
        status,
        keySchema,
        localIndexes,
        billingMode,
        throughput,
        deletionProtection,
        tags,
        createdAtMillis,
        warmth,
        newOptions,
        followers);
  }

  /** The next version of the table: partitions must know who follows its writes. */
  public TableDescriptor withFollowers(Followers newFollowers) {
    return with(version + 1, newFollowers);
  }

  /** With indexes of which only what is described is another: partitions need not know. */
  public TableDescriptor withDescribedIndexes(List<GlobalIndex> indexes) {
    return with(version, followers.withGlobalIndexes(indexes));
  }

  /**
   * As it is once all partitions know of its indexes: those that are being created are filled from
   * now on, and those that are being deleted are gone.
   */
  public TableDescriptor withKnownIndexes() {
    return withDescribedIndexes(
        followers.globalIndexes().stream()
            .filter(index -> index.status() != GlobalIndex.Status.DELETING)
            .map(
                index ->
                    index.status() == GlobalIndex.Status.CREATING
                        ? index.withStatus(GlobalIndex.Status.BACKFILLING)
                        : index)
            .toList());
  }

  /**
   * With nothing that its global indexes lack: as a table begins that has no items, and as one is
   * whose indexes have been filled. Of the same version: partitions know what they have filled.
   */
  public TableDescriptor withCompleteIndexes() {
    return withDescribedIndexes(
        followers.globalIndexes().stream()
            .map(index -> index.withStatus(GlobalIndex.Status.ACTIVE))
            .toList());
  }

  private TableDescriptor with(long newVersion, Followers newFollowers) {
    return new TableDescriptor(
        id,
        name,
        newVersion,
        status,
        keySchema,
        localIndexes,
        billingMode,
        throughput,
        deletionProtection,
        tags,
        createdAtMillis,
        warmth,
        options,
        newFollowers);
  }

  private TableDescriptor with(
      TableStatus newStatus,
      BillingMode mode,
      Throughput units,
      boolean protection,
      SortedMap<String, String> newTags,
      Warmth newWarmth) {
    return new TableDescriptor(
        id,
        name,
        version,
        newStatus,
        keySchema,
        localIndexes,
        mode,
        units,
        protection,
        newTags,
        createdAtMillis,
        newWarmth,
        options,
        followers);
  }

  /** As it begins to be when the meta group has taken it in. */
  public TableDescriptor createdAt(long millis) {
    return new TableDescriptor(
        id,
        name,
        1,
        TableStatus.CREATING,
        keySchema,
        localIndexes,
        billingMode,
        throughput,
        deletionProtection,
        tags,
        millis,
        warmth,
        options.createdAt(millis),
        followers.createdAt(millis));
  }
}
