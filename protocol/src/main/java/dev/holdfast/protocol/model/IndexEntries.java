package dev.holdfast.protocol.model;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a global index: where they lie and what they show.
 *
 * <p>The routing key of an entry is {@code index id (8 bytes) · hash64(partition key) (8 bytes) ·
 * ordered(each attribute of the partition key) · ordered(each of the sort key) · ordered(each of
 * the table's key that is not among them)}: entries of equal index keys lie beside each other, and
 * no two items have the same entry. Part of the format of stored data: never to change.
 *
 * @param base the key schema of the table
 */
public record IndexEntries(GlobalIndex index, KeySchema base) {
  private static final int PARTITION_KEY_BYTES_MAX = 2048;
  private static final int SORT_KEY_BYTES_MAX = 1024;

  /** Index key, then what is left of the table's key: what a page of the index goes on from. */
  public List<KeyAttribute> keyAttributes() {
    List<KeyAttribute> attributes = new ArrayList<>(index.keyAttributes());
    for (KeyAttribute attribute : base.attributes()) {
      if (index.keyAttributes().stream().noneMatch(key -> key.name().equals(attribute.name()))) {
        attributes.add(attribute);
      }
    }
    return attributes;
  }

  /** Whether an item is in the index: it has all of its key attributes, as the index wants them. */
  public boolean has(Item item) {
    return index.partitionKey().stream().allMatch(key -> fits(item, key, PARTITION_KEY_BYTES_MAX))
        && index.sortKey().stream().allMatch(key -> fits(item, key, SORT_KEY_BYTES_MAX));
  }

  private static boolean fits(Item item, KeyAttribute key, int bytesMax) {
    EncodedValue value = item.attribute(key.name());
    if (value == null || !value.type().name().equals(key.type().name())) {
      return false;
    }
    int size = value.scalarBytes().size();
    return size > 0 && size <= bytesMax;
  }

  /** The routing key of an item's entry; null when the item is not in the index. */
  public @Nullable Bytes routingKey(Item item) {
    return has(item) ? keyOf(item) : null;
  }

  /**
   * The routing key of an entry by its key attributes.
   *
   * @throws IllegalArgumentException when one is missing or not of its type
   */
  public Bytes keyOf(Item item) {
    List<EncodedValue> partition = new ArrayList<>();
    Bytes rest = Bytes.EMPTY;
    for (KeyAttribute attribute : keyAttributes()) {
      EncodedValue value = item.attribute(attribute.name());
      if (value == null || !value.type().name().equals(attribute.type().name())) {
        throw new IllegalArgumentException("the key attribute " + attribute.name() + " is missing");
      }
      if (partition.size() < index.partitionKey().size()) {
        partition.add(value);
      } else {
        rest = rest.concat(KeyEncoding.ordered(value));
      }
    }
    return collectionPrefix(partition).concat(rest);
  }

  /** What the routing keys of all entries of one partition key begin with, and no others. */
  public Bytes collectionPrefix(List<EncodedValue> partitionKey) {
    Bytes ordered = Bytes.EMPTY;
    for (EncodedValue value : partitionKey) {
      ordered = ordered.concat(KeyEncoding.ordered(value));
    }
    return KeyEncoding.hashPrefix(index.id(), ordered).concat(ordered);
  }

  /** What the index shows of an item that is in it. */
  public Item entry(Item item) {
    if (index.projection().kind() == IndexProjection.Kind.ALL) {
      return item;
    }
    TreeSet<String> names = new TreeSet<>(index.projection().include());
    keyAttributes().forEach(key -> names.add(key.name()));
    return pick(item, names);
  }

  /** The key attributes of an entry: see {@link #keyAttributes}. */
  public Item keyItem(Item entry) {
    TreeSet<String> names = new TreeSet<>();
    keyAttributes().forEach(key -> names.add(key.name()));
    return pick(entry, names);
  }

  /** Whether the index shows an attribute of the items that have it. */
  public boolean shows(String attribute) {
    return index.projection().kind() == IndexProjection.Kind.ALL
        || index.projection().include().contains(attribute)
        || keyAttributes().stream().anyMatch(key -> key.name().equals(attribute));
  }

  private static Item pick(Item item, TreeSet<String> names) {
    ItemEncoder encoder = new ItemEncoder();
    for (String name : names) {
      EncodedValue value = item.attribute(name);
      if (value != null) {
        encoder.name(name).value(value);
      }
    }
    return encoder.finish();
  }
}
