package dev.holdfast.jepsen.history;

import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something done to the items of a table that has global indexes, to its indexes, or a reading of
 * all of the table or of an index. Every value is put once in a run.
 *
 * @param of the key of a put or a delete; the index that comes, goes or is read; {@link #TABLE}
 * @param rows what is put; what was found, in the order of the store
 * @param count how many there are said to be; of a {@link Function#FINAL} only
 */
public record IndexOperation(
    int process,
    Function function,
    String of,
    List<Row> rows,
    long count,
    Outcome outcome,
    long callNanos,
    long returnNanos)
    implements Timed {
  /** What a reading of the table is of. */
  public static final String TABLE = "table";

  /** What is done. */
  public enum Function {
    PUT,
    DELETE,
    ADD_INDEX,
    REMOVE_INDEX,
    /** A strong reading. */
    SCAN,
    /** A reading when nothing is broken or written any more: strong of a table, not of an index. */
    FINAL
  }

  /**
   * An item.
   *
   * @param group null where no index is to know it
   */
  public record Row(String key, long value, @Nullable String group) {}

  public IndexOperation {
    if (returnNanos < callNanos) {
      throw new IllegalArgumentException("returned before it was called");
    }
    if (function == Function.PUT && rows.size() != 1) {
      throw new IllegalArgumentException("puts not one: " + rows);
    }
    rows = List.copyOf(rows);
  }
}
