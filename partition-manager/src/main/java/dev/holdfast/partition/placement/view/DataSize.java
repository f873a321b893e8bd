package dev.holdfast.partition.placement.view;

import dev.holdfast.protocol.model.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * How much a partition stores.
 *
 * @param bytes on one replica
 * @param middleKey a stored key with about half of the bytes before it; null if none is known
 */
public record DataSize(long bytes, @Nullable Bytes middleKey) {
  public DataSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("negative size " + bytes);
    }
  }
}
