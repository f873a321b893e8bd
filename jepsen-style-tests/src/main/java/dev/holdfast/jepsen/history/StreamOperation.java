package dev.holdfast.jepsen.history;

import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change of an item of a table that has a stream, the reading of an item at the end, or that of
 * the whole stream. Every value is put once in a run.
 *
 * @param key of the item; empty of a stream
 * @param value what is put; what a delete or a touch expects, and without which it fails; what was
 *     read, null when there is no item
 * @param shards of a stream, in the order in which they were read
 * @param records of a stream, in that order
 */
public record StreamOperation(
    int process,
    Function function,
    String key,
    @Nullable Long value,
    List<Shard> shards,
    List<ChangeTold> records,
    Outcome outcome,
    long callNanos,
    long returnNanos)
    implements Timed {
  /** What is done. */
  public enum Function {
    PUT,
    DELETE,
    /** Puts what is there already: it changes nothing. */
    TOUCH,
    READ,
    STREAM
  }

  /**
   * A part of a stream.
   *
   * @param parent null of one that was there at first
   */
  public record Shard(String name, @Nullable String parent) {}

  /**
   * A record.
   *
   * @param sequence a number, in digits
   * @param kind INSERT, MODIFY or REMOVE
   * @param before and {@code after}: null where there is no item
   */
  public record ChangeTold(
      String shard,
      String sequence,
      String kind,
      String key,
      @Nullable Long before,
      @Nullable Long after) {}

  public StreamOperation {
    if (returnNanos < callNanos) {
      throw new IllegalArgumentException("returned before it was called");
    }
    shards = List.copyOf(shards);
    records = List.copyOf(records);
  }

  /** What is done to one item. */
  public static StreamOperation ofItem(
      int process,
      Function function,
      String key,
      @Nullable Long value,
      Outcome outcome,
      long call,
      long end) {
    return new StreamOperation(
        process, function, key, value, List.of(), List.of(), outcome, call, end);
  }
}
