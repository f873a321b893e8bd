package dev.holdfast.protocol.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The primary key of a table or index: a partition key and, optionally, a sort key. */
public record KeySchema(KeyAttribute partitionKey, @Nullable KeyAttribute sortKey) {
  public KeySchema {
    if (sortKey != null && sortKey.name().equals(partitionKey.name())) {
      throw new IllegalArgumentException("partition and sort key are the same attribute");
    }
  }

  public List<KeyAttribute> attributes() {
    return sortKey == null ? List.of(partitionKey) : List.of(partitionKey, sortKey);
  }
}
