package dev.holdfast.node.index;

import dev.holdfast.protocol.model.TableId;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which tables of one partition have got so far ahead of their global indexes that their writers
 * must wait. The service throttles a table for the sake of its indexes, too (AWS Developer Guide,
 * "Global secondary indexes: provisioned throughput considerations"). Thread-safe.
 */
final class IndexLag {
  /**
   * Changes that an index may be behind: some seconds of what a partition takes, and little against
   * what it keeps.
   */
  static final long COUNT_MAX = 20_000;

  /** Their bytes, about; records are of up to twice an item's. */
  static final long BYTES_MAX = 64L << 20;

  private volatile Set<TableId> behind = Set.of();

  /** How much of a table its slowest index lacks. */
  record Lack(long count, long bytes) {
    static final Lack NONE = new Lack(0, 0);

    Lack plus(Lack other) {
      return new Lack(count + other.count, bytes + other.bytes);
    }

    Lack or(Lack other) {
      return new Lack(Math.max(count, other.count), Math.max(bytes, other.bytes));
    }

    private boolean exceeds(double share) {
      return count > COUNT_MAX * share || bytes > BYTES_MAX * share;
    }
  }

  /** Learns of all tables that lack something; who was stopped goes on at half of the limit. */
  void learn(Map<TableId, Lack> lacking) {
    Set<TableId> before = behind;
    if (before.isEmpty() && lacking.values().stream().noneMatch(lack -> lack.exceeds(1))) {
      return;
    }
    Set<TableId> after = new TreeSet<>(Comparator.comparingLong(TableId::value));
    new TreeMap<>(lacking)
        .forEach(
            (table, lack) -> {
              if (lack.exceeds(before.contains(table) ? 0.5 : 1)) {
                after.add(table);
              }
            });
    behind = after;
  }

  /** Whether there is any table that is to wait. */
  boolean stopsAny() {
    return !behind.isEmpty();
  }

  /** Whether writes of a table are to be refused. */
  boolean stops(TableId table) {
    Set<TableId> now = behind;
    return !now.isEmpty() && now.contains(table);
  }
}
