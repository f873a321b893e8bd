package dev.holdfast.protocol.model;

import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import java.util.ArrayList;
import java.util.List;

/**
 * A global secondary index: the table's items in another order, spread by another key. It has an id
 * of its own, and so a range of the keyspace like a table's (design section 3).
 *
 * <ul>
 *   <li>An item without one of the key attributes, or with one of another type, is not in it.
 *   <li>Its entries follow the table's change log; see {@link IndexEntries} for their keys.
 * </ul>
 *
 * @param id never reused
 * @param partitionKey one to four attributes. Source: AWS Developer Guide, "Global secondary
 *     indexes: multi-attribute keys"
 * @param sortKey up to four attributes
 * @param throughput stored and reported, never enforced; as {@code limits} and {@code warmth}
 * @param warmth units per second that it was asked to be ready for; zero where none were
 * @param since the version of the table that it was added with; 0 when it came with the table
 */
public record GlobalIndex(
    TableId id,
    String name,
    List<KeyAttribute> partitionKey,
    List<KeyAttribute> sortKey,
    IndexProjection projection,
    Status status,
    Throughput throughput,
    OnDemandLimits limits,
    Throughput warmth,
    long since) {
  public static final int KEY_ATTRIBUTE_COUNT_MAX = 4;

  /** Where its life has got to. */
  public enum Status {
    /** Partitions are learning of it. */
    CREATING,
    /** Every write reaches it; the items that were there before are still being entered. */
    BACKFILLING,
    ACTIVE,
    DELETING
  }

  public GlobalIndex {
    partitionKey = List.copyOf(partitionKey);
    sortKey = List.copyOf(sortKey);
    if (partitionKey.isEmpty()
        || partitionKey.size() > KEY_ATTRIBUTE_COUNT_MAX
        || sortKey.size() > KEY_ATTRIBUTE_COUNT_MAX) {
      throw new IllegalArgumentException("an index of so many key attributes");
    }
  }

  /** One of which nothing special was asked. */
  public GlobalIndex(
      TableId id,
      String name,
      List<KeyAttribute> partitionKey,
      List<KeyAttribute> sortKey,
      IndexProjection projection,
      Status status,
      Throughput throughput,
      OnDemandLimits limits) {
    this(
        id,
        name,
        partitionKey,
        sortKey,
        projection,
        status,
        throughput,
        limits,
        Throughput.NONE,
        0);
  }

  /** The attributes of both keys, in order. */
  public List<KeyAttribute> keyAttributes() {
    List<KeyAttribute> attributes = new ArrayList<>(partitionKey);
    attributes.addAll(sortKey);
    return attributes;
  }

  /** With what is not null of other settings. */
  public GlobalIndex changedBy(IndexChange.Settings settings) {
    Throughput newThroughput = settings.throughput();
    OnDemandLimits newLimits = settings.limits();
    Throughput newWarmth = settings.warmth();
    return with(
        newThroughput == null ? throughput : newThroughput,
        newLimits == null ? limits : limits.changedBy(newLimits),
        newWarmth == null
            ? warmth
            : new Throughput(
                Math.max(warmth.readUnits(), newWarmth.readUnits()),
                Math.max(warmth.writeUnits(), newWarmth.writeUnits())));
  }

  /** As of a table that is billed on demand. */
  public GlobalIndex onDemand() {
    return with(Throughput.NONE, limits, warmth);
  }

  private GlobalIndex with(
      Throughput newThroughput, OnDemandLimits newLimits, Throughput newWarmth) {
    return new GlobalIndex(
        id,
        name,
        partitionKey,
        sortKey,
        projection,
        status,
        newThroughput,
        newLimits,
        newWarmth,
        since);
  }

  /** As it is added to a table that exists. */
  public GlobalIndex addedWith(long version) {
    return new GlobalIndex(
        id,
        name,
        partitionKey,
        sortKey,
        projection,
        Status.CREATING,
        throughput,
        limits,
        warmth,
        version);
  }

  public GlobalIndex withStatus(Status newStatus) {
    return new GlobalIndex(
        id, name, partitionKey, sortKey, projection, newStatus, throughput, limits, warmth, since);
  }
}
