package dev.holdfast.client;

import dev.holdfast.protocol.model.Followers;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.StreamView;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableOptions;
import dev.holdfast.protocol.model.TableStatus;
import dev.holdfast.protocol.model.Warmth;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A table to be created. Immutable: each method returns another specification.
 *
 * <pre>{@code
 * client.createTable(
 *         TableSpec.named("orders")
 *             .partitionKey("customer", ScalarType.S)
 *             .sortKey("placedAt", ScalarType.N)
 *             .localIndex("byTotal", "total", ScalarType.N))
 *     .thenCompose(table -> client.waitUntilActive("orders"));
 * }</pre>
 */
public final class TableSpec {
  private final String name;
  private final @Nullable KeyAttribute partitionKey;
  private final @Nullable KeyAttribute sortKey;
  private final List<LocalIndex> localIndexes;
  private final boolean deletionProtection;
  private final int partitions;
  private final @Nullable StreamView stream;

  private TableSpec(
      String name,
      @Nullable KeyAttribute partitionKey,
      @Nullable KeyAttribute sortKey,
      List<LocalIndex> localIndexes,
      boolean deletionProtection,
      int partitions,
      @Nullable StreamView stream) {
    this.name = name;
    this.partitionKey = partitionKey;
    this.sortKey = sortKey;
    this.localIndexes = List.copyOf(localIndexes);
    this.deletionProtection = deletionProtection;
    this.partitions = partitions;
    this.stream = stream;
  }

  public static TableSpec named(String name) {
    return new TableSpec(name, null, null, List.of(), false, 1, null);
  }

  public TableSpec partitionKey(String attribute, ScalarType type) {
    KeyAttribute key = new KeyAttribute(attribute, type);
    return new TableSpec(name, key, sortKey, localIndexes, deletionProtection, partitions, stream);
  }

  public TableSpec sortKey(String attribute, ScalarType type) {
    KeyAttribute key = new KeyAttribute(attribute, type);
    return new TableSpec(
        name, partitionKey, key, localIndexes, deletionProtection, partitions, stream);
  }

  /** Another order of the items of one partition key, showing all their attributes. */
  public TableSpec localIndex(String indexName, String attribute, ScalarType type) {
    List<LocalIndex> more = new ArrayList<>(localIndexes);
    more.add(
        new LocalIndex(
            indexName,
            new KeyAttribute(attribute, type),
            new IndexProjection(IndexProjection.Kind.ALL, List.of())));
    return new TableSpec(name, partitionKey, sortKey, more, deletionProtection, partitions, stream);
  }

  /** The table cannot be deleted before this is taken back. */
  public TableSpec protectedFromDeletion() {
    return new TableSpec(name, partitionKey, sortKey, localIndexes, true, partitions, stream);
  }

  /**
   * The table begins with so many partitions, evenly by hash of its partition keys, which stay
   * however cold they are. For load that is known to come; otherwise partitions split when they are
   * hot.
   *
   * @param count a power of two, at most 64
   */
  public TableSpec partitions(int count) {
    if (!new Warmth(0, 0, count).isLegal()) {
      throw new IllegalArgumentException(
          "a table begins with a power of two partitions, at most "
              + Warmth.SEGMENTS_MAX
              + ", not "
              + count);
    }
    return new TableSpec(
        name, partitionKey, sortKey, localIndexes, deletionProtection, count, stream);
  }

  /** Its changes are kept for a day, to be read by {@link Table#changes}. */
  public TableSpec stream(StreamView view) {
    return new TableSpec(
        name, partitionKey, sortKey, localIndexes, deletionProtection, partitions, view);
  }

  TableDescriptor toDescriptor(long randomId) {
    if (partitionKey == null) {
      throw new HoldfastException.InvalidRequestException("a table needs a partition key");
    }
    return new TableDescriptor(
        new TableId(randomId),
        name,
        1,
        TableStatus.CREATING,
        new KeySchema(partitionKey, sortKey),
        localIndexes,
        BillingMode.PAY_PER_REQUEST,
        Throughput.NONE,
        deletionProtection,
        new TreeMap<>(),
        0,
        new Warmth(0, 0, partitions),
        TableOptions.DEFAULT,
        stream == null ? Followers.NONE : Followers.NONE.withStream(stream, 1));
  }

  String name() {
    return name;
  }
}
