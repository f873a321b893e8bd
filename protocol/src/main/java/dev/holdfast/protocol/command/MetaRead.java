package dev.holdfast.protocol.command;

import org.jspecify.annotations.Nullable;

/** What can be read from the meta group. */
public sealed interface MetaRead extends Read {
  /** The cluster map. */
  record GetMap() implements MetaRead {}

  /** The splits in progress. */
  record GetSplits() implements MetaRead {}

  /** The merges in progress, and those of which replicas are still to be removed. */
  record GetMerges() implements MetaRead {}

  /** The meta group's own members, and the moves in progress. */
  record GetMembership() implements MetaRead {}

  /** A table by name, in whatever status. */
  record GetTable(String name) implements MetaRead {}

  /**
   * Table names in order.
   *
   * @param exclusiveStart the name after which to go on, or null for the first page
   */
  record ListTables(@Nullable String exclusiveStart, int limit) implements MetaRead {}
}
