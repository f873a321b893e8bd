package dev.holdfast.protocol.model;

import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import org.jspecify.annotations.Nullable;

/** What an update of a table does to one of its global indexes. */
public sealed interface IndexChange {
  /** Of the index. */
  String name();

  /** Adds an index, in status CREATING, to a table that may have items. */
  record Create(GlobalIndex index) implements IndexChange {
    @Override
    public String name() {
      return index.name();
    }
  }

  /** Takes an index away, also one that is still being filled. */
  record Delete(String name) implements IndexChange {}

  /**
   * Changes what is not null of what is only described.
   *
   * @param limits with {@link OnDemandLimits#UNCHANGED} for what is to stay
   */
  record Settings(
      String name,
      @Nullable Throughput throughput,
      @Nullable OnDemandLimits limits,
      @Nullable Throughput warmth)
      implements IndexChange {}
}
