package dev.holdfast.node.dynamodb.walk;

import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.IndexEntries;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a read walks: a table, or one of its indexes. A global index is a table of its own in the
 * keyspace; a local one lies beside the items.
 */
public final class ReadTarget {
  private final TableDescriptor table;
  private final @Nullable LocalIndex local;
  private final @Nullable IndexEntries global;

  private ReadTarget(
      TableDescriptor table, @Nullable LocalIndex local, @Nullable IndexEntries global) {
    this.table = table;
    this.local = local;
    this.global = global;
  }

  /** The table itself. */
  public static ReadTarget of(TableDescriptor table) {
    return new ReadTarget(table, null, null);
  }

  /** The index of this name, if there is one that can be read. */
  public static Optional<ReadTarget> index(TableDescriptor table, String name) {
    Optional<ReadTarget> local =
        table.localIndex(name).map(index -> new ReadTarget(table, index, null));
    return local.isPresent()
        ? local
        : table
            .followers()
            .globalIndex(name)
            .filter(index -> index.status() != GlobalIndex.Status.DELETING)
            .map(index -> new ReadTarget(table, null, new IndexEntries(index, table.keySchema())));
  }

  public TableDescriptor table() {
    return table;
  }

  /** Null for the table itself. */
  public @Nullable String indexName() {
    return local != null ? local.name() : global != null ? global.index().name() : null;
  }

  public boolean isIndex() {
    return local != null || global != null;
  }

  public boolean isGlobal() {
    return global != null;
  }

  /** Whether it is a global index that lacks items still. */
  public boolean isBeingFilled() {
    return global != null && global.index().status() != GlobalIndex.Status.ACTIVE;
  }

  /** The global index; null for all else. */
  public @Nullable GlobalIndex globalIndex() {
    return global == null ? null : global.index();
  }

  /** The attributes by which items are spread; one, but of a global index up to four. */
  public List<KeyAttribute> partitionKey() {
    return global == null
        ? List.of(table.keySchema().partitionKey())
        : global.index().partitionKey();
  }

  /** The attributes by which items of one partition key are ordered. */
  public List<KeyAttribute> sortKey() {
    if (global != null) {
      return global.index().sortKey();
    }
    KeyAttribute sortKey = local == null ? table.keySchema().sortKey() : local.sortKey();
    return sortKey == null ? List.of() : List.of(sortKey);
  }

  /** Both keys together. */
  public List<KeyAttribute> keyAttributes() {
    List<KeyAttribute> attributes = new ArrayList<>(partitionKey());
    attributes.addAll(sortKey());
    return attributes;
  }

  /** What a page goes on from: the keys of the table and of the index. */
  public List<KeyAttribute> pageKey() {
    List<KeyAttribute> attributes = new ArrayList<>(table.keySchema().attributes());
    for (KeyAttribute attribute : keyAttributes()) {
      if (!attributes.contains(attribute)) {
        attributes.add(attribute);
      }
    }
    return attributes;
  }

  /** Whether an attribute is read without the item itself. */
  public boolean shows(String attribute) {
    if (global != null) {
      return global.shows(attribute);
    }
    return showsAll()
        || (local != null && local.projection().include().contains(attribute))
        || pageKey().stream().anyMatch(key -> key.name().equals(attribute));
  }

  /** Whether it holds items whole. */
  public boolean showsAll() {
    IndexProjection projection =
        local != null ? local.projection() : global != null ? global.index().projection() : null;
    return projection == null || projection.kind() == IndexProjection.Kind.ALL;
  }

  /** What the partitions know it as: of a local index its table. */
  public TableDescriptor descriptor() {
    return global == null ? table : table.ofIndex(global.index());
  }

  /** Every routing key of it. */
  public KeyRange range() {
    return KeyEncoding.tableRange(descriptor().id());
  }

  /** One of several segments. */
  public KeyRange segment(int segment, int total) {
    return KeyEncoding.segment(descriptor().id(), segment, total);
  }

  /**
   * Where a page starts.
   *
   * @param pageKey has the attributes of {@link #pageKey()}
   */
  public Bytes routingKey(Item pageKey) {
    KeySchema schema = table.keySchema();
    return global == null
        ? KeyEncoding.routingKey(table.id(), schema, pageKey.keyOf(schema))
        : global.keyOf(pageKey);
  }

  /** The read of one page of an interval; empty when nothing can be in it. */
  public Optional<Read> query(
      KeyInterval interval, Paging paging, @Nullable Condition filter, Read.Output output) {
    if (global != null) {
      return EntryInterval.range(global, interval)
          .map(range -> scan(range, paging, filter, output));
    }
    return Optional.of(
        new Read.Query(
            TableRef.of(table),
            indexName(),
            interval.partitionKey().get(0),
            interval.sort(),
            paging,
            filter,
            output));
  }

  /** The read of one page of a range. */
  public Read.Scan scan(
      KeyRange range, Paging paging, @Nullable Condition filter, Read.Output output) {
    return new Read.Scan(
        TableRef.of(descriptor()),
        local == null ? null : local.name(),
        range,
        paging,
        filter,
        output);
  }
}
