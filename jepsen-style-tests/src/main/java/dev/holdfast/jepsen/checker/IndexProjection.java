package dev.holdfast.jepsen.checker;

import dev.holdfast.jepsen.history.IndexOperation;
import dev.holdfast.jepsen.history.IndexOperation.Function;
import dev.holdfast.jepsen.history.IndexOperation.Row;
import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether global indexes show what their table has (invariant 9).
 *
 * <ul>
 *   <li>At the end every index is the projection of the table: all items with a group, none else,
 *       none twice; and both have as many as they are said to have.
 *   <li>Every strong reading, of an index from its first moment as ACTIVE on, shows of each item
 *       what a write has left that no later one has replaced. An entry may move while a walk goes
 *       on: an index is judged by those items only that nobody may have written meanwhile.
 * </ul>
 */
public final class IndexProjection implements Checker<IndexOperation> {
  @Override
  public Verdict check(List<IndexOperation> history) {
    Map<String, IndexOperation> last = new TreeMap<>();
    Map<String, List<IndexOperation>> writes = new TreeMap<>();
    for (IndexOperation each : history) {
      if (each.function() == Function.FINAL && each.outcome() == Outcome.OK) {
        last.put(each.of(), each);
      } else if (isWrite(each) && each.outcome() != Outcome.FAILED) {
        writes.computeIfAbsent(each.of(), key -> new ArrayList<>()).add(each);
      }
    }
    IndexOperation table = last.remove(IndexOperation.TABLE);
    if (table == null || last.isEmpty() || table.rows().isEmpty()) {
      return Verdict.untested("the table and an index were not read at the end");
    }
    for (IndexOperation each : history) {
      boolean isStrong = each.function() == Function.SCAN || each.equals(table);
      String violation =
          isStrong && each.outcome() == Outcome.OK ? unexplained(each, writes) : null;
      if (violation != null) {
        return Verdict.invalid(violation);
      }
    }
    for (IndexOperation index : last.values()) {
      String violation = difference(table, index);
      if (violation != null) {
        return Verdict.invalid(violation);
      }
    }
    return Verdict.valid();
  }

  private static boolean isWrite(IndexOperation each) {
    return each.function() == Function.PUT || each.function() == Function.DELETE;
  }

  private static @Nullable String difference(IndexOperation table, IndexOperation index) {
    Set<Row> expected = new HashSet<>(table.rows());
    expected.removeIf(row -> row.group() == null);
    Set<Row> found = new HashSet<>();
    for (Row row : index.rows()) {
      if (!found.add(row)) {
        return named(index) + " has twice " + row;
      }
      if (!expected.contains(row)) {
        return named(index) + " has what the table has not: " + row;
      }
    }
    for (Row row : expected) {
      if (!found.contains(row)) {
        return named(index) + " lacks " + row;
      }
    }
    for (IndexOperation each : List.of(table, index)) {
      if (each.count() != each.rows().size()) {
        return named(each) + " is said to have " + each.count();
      }
    }
    return null;
  }

  private static @Nullable String unexplained(
      IndexOperation reading, Map<String, List<IndexOperation>> writes) {
    Map<String, Row> found = new HashMap<>();
    Set<String> several = new HashSet<>();
    for (Row row : reading.rows()) {
      if (found.put(row.key(), row) != null) {
        several.add(row.key());
      }
    }
    Map<String, List<IndexOperation>> all = new LinkedHashMap<>(writes);
    found.keySet().forEach(key -> all.putIfAbsent(key, List.of()));
    boolean isTable = reading.of().equals(IndexOperation.TABLE);
    for (Map.Entry<String, List<IndexOperation>> each : all.entrySet()) {
      String key = each.getKey();
      if (!isTable && each.getValue().stream().anyMatch(write -> mayOverlap(write, reading))) {
        continue;
      }
      if (several.contains(key)) {
        return named(reading) + " shows twice " + key;
      }
      Row row = found.get(key);
      if (!isExplained(reading, row, each.getValue(), isTable)) {
        String shown = row == null ? "does not show " + key : "shows " + row;
        return named(reading) + " " + shown + ", whose last write of all was " + latest(each);
      }
    }
    return null;
  }

  private static boolean mayOverlap(IndexOperation write, IndexOperation reading) {
    return write.callNanos() <= reading.returnNanos()
        && (write.outcome() != Outcome.OK || write.returnNanos() >= reading.callNanos());
  }

  /** Whether some write, or that there was none, may have left this. */
  private static boolean isExplained(
      IndexOperation reading, @Nullable Row row, List<IndexOperation> writes, boolean isTable) {
    long replaced = Long.MIN_VALUE; // what ended before this was replaced before the reading
    for (IndexOperation write : writes) {
      if (write.outcome() == Outcome.OK && write.returnNanos() < reading.callNanos()) {
        replaced = Math.max(replaced, write.callNanos());
      }
    }
    if (row == null && replaced == Long.MIN_VALUE) {
      return true;
    }
    for (IndexOperation write : writes) {
      boolean isReplaced = write.outcome() == Outcome.OK && write.returnNanos() < replaced;
      if (write.callNanos() <= reading.returnNanos()
          && !isReplaced
          && leaves(write, row, isTable)) {
        return true;
      }
    }
    return false;
  }

  private static boolean leaves(IndexOperation write, @Nullable Row row, boolean isTable) {
    if (write.function() == Function.DELETE) {
      return row == null;
    }
    Row put = write.rows().get(0);
    return row == null ? !isTable && put.group() == null : row.equals(put);
  }

  private static String latest(Map.Entry<String, List<IndexOperation>> writes) {
    return writes.getValue().stream()
        .reduce((one, other) -> one.callNanos() > other.callNanos() ? one : other)
        .map(IndexOperation::toString)
        .orElse("none");
  }

  /** Without all that it found. */
  private static String named(IndexOperation reading) {
    return "%s of %s (%d..%d ns, %d rows)"
        .formatted(
            reading.function(),
            reading.of(),
            reading.callNanos(),
            reading.returnNanos(),
            reading.rows().size());
  }
}
