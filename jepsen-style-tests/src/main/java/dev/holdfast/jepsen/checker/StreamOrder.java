package dev.holdfast.jepsen.checker;

import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.StreamOperation;
import dev.holdfast.jepsen.history.StreamOperation.ChangeTold;
import dev.holdfast.jepsen.history.StreamOperation.Shard;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a stream tells a table's whole history, and nothing else (invariant 8).
 *
 * <ul>
 *   <li>No shard is read before its parent, numbers grow within each, every kind is right.
 *   <li>The records of a key make a chain: each begins where the one before ended, the first with
 *       nothing, and the last ends with what the item is at the end.
 *   <li>Every write that was acknowledged is told once, none that failed, one of unknown outcome at
 *       most once; and what ended before another one was called is told before it.
 * </ul>
 */
public final class StreamOrder implements Checker<StreamOperation> {
  @Override
  public Verdict check(List<StreamOperation> history) {
    StreamOperation stream = null;
    Map<Long, StreamOperation> puts = new HashMap<>();
    List<StreamOperation> deletes = new ArrayList<>();
    Map<String, StreamOperation> reads = new TreeMap<>();
    for (StreamOperation each : history) {
      boolean isOk = each.outcome() == Outcome.OK;
      switch (each.function()) {
        case PUT -> {
          if (puts.put(Objects.requireNonNull(each.value()), each) != null) {
            throw new IllegalArgumentException("put twice: " + each);
          }
        }
        case DELETE -> deletes.add(each);
        case READ -> {
          if (isOk) {
            reads.put(each.key(), each);
          }
        }
        case STREAM -> stream = isOk ? each : stream;
        case TOUCH -> {} // must leave no trace
      }
    }
    if (stream == null || stream.records().isEmpty() || reads.isEmpty()) {
      return Verdict.untested("the stream and the items were not read at the end");
    }
    String violation = ofShards(stream);
    if (violation == null) {
      violation = ofRecords(stream, reads);
    }
    if (violation == null) {
      violation = ofWrites(stream, puts, deletes);
    }
    return violation == null ? Verdict.valid() : Verdict.invalid(violation);
  }

  private static @Nullable String ofShards(StreamOperation stream) {
    Set<String> names = new HashSet<>();
    stream.shards().forEach(shard -> names.add(shard.name()));
    Set<String> read = new HashSet<>();
    for (Shard shard : stream.shards()) {
      String parent = shard.parent();
      if (parent != null && !names.contains(parent)) {
        return "the parent of shard " + shard.name() + " is not in the stream: " + parent;
      }
      if (parent != null && !read.contains(parent)) {
        return "shard " + shard.name() + " was read before its parent " + parent;
      }
      if (!read.add(shard.name())) {
        return "shard " + shard.name() + " is there twice";
      }
    }
    Map<String, BigInteger> last = new HashMap<>();
    for (ChangeTold record : stream.records()) {
      if (!names.contains(record.shard())) {
        return "of no shard that the stream has: " + record;
      }
      BigInteger number = new BigInteger(record.sequence());
      BigInteger before = last.put(record.shard(), number);
      if (before != null && before.compareTo(number) >= 0) {
        return "after number " + before + " of its shard: " + record;
      }
    }
    return null;
  }

  private static @Nullable String ofRecords(
      StreamOperation stream, Map<String, StreamOperation> reads) {
    Map<String, Long> now = new HashMap<>(); // of the keys that have an item
    for (ChangeTold record : stream.records()) {
      Long before = record.before();
      Long after = record.after();
      if (!record.kind().equals(kind(before, after))) {
        return "of the wrong kind: " + record;
      }
      if (Objects.equals(before, after)) {
        return "tells of no change: " + record;
      }
      Long was = now.get(record.key());
      if (!Objects.equals(was, before)) {
        return "the record before it leaves " + was + ": " + record;
      }
      if (after == null) {
        now.remove(record.key());
      } else {
        now.put(record.key(), after);
      }
    }
    for (StreamOperation read : reads.values()) {
      Long told = now.remove(read.key());
      if (!Objects.equals(told, read.value())) {
        return "the stream ends with " + told + " for what is at last " + read;
      }
    }
    return now.isEmpty() ? null : "items that nobody has read at the end: " + now.keySet();
  }

  private static String kind(@Nullable Long before, @Nullable Long after) {
    return before == null ? "INSERT" : after == null ? "REMOVE" : "MODIFY";
  }

  private static @Nullable String ofWrites(
      StreamOperation stream, Map<Long, StreamOperation> puts, List<StreamOperation> deletes) {
    Map<Long, List<StreamOperation>> removals = new HashMap<>();
    deletes.forEach(
        each -> removals.computeIfAbsent(each.value(), value -> new ArrayList<>()).add(each));
    Set<Long> put = new HashSet<>();
    Set<Long> removed = new HashSet<>();
    Map<String, Long> latestCall = new HashMap<>();
    for (ChangeTold record : stream.records()) {
      Long after = record.after();
      Long value = after == null ? Objects.requireNonNull(record.before()) : after;
      if (!(after == null ? removed : put).add(value)) {
        return "told twice: " + record;
      }
      StreamOperation write =
          after == null ? remover(removals.getOrDefault(value, List.of())) : puts.get(value);
      if (write == null || write.outcome() == Outcome.FAILED || !write.key().equals(record.key())) {
        return "nobody did that: " + record + ", but " + write;
      }
      long latest = latestCall.getOrDefault(record.key(), Long.MIN_VALUE);
      if (write.outcome() == Outcome.OK && write.returnNanos() < latest) {
        return "told after what was called only when it had ended: " + record;
      }
      latestCall.put(record.key(), Math.max(latest, write.callNanos()));
    }
    for (StreamOperation each : puts.values()) {
      if (each.outcome() == Outcome.OK && !put.contains(each.value())) {
        return "acknowledged and not told: " + each;
      }
    }
    for (StreamOperation each : deletes) {
      if (each.outcome() == Outcome.OK && !removed.contains(each.value())) {
        return "acknowledged and not told: " + each;
      }
    }
    return null;
  }

  /**
   * Who has removed it: of those that tried the one that was told so; otherwise one that nobody
   * knows of, the first of them.
   */
  private static @Nullable StreamOperation remover(List<StreamOperation> deletes) {
    StreamOperation found = null;
    for (StreamOperation each : deletes) {
      boolean isEarlier =
          each.outcome() == Outcome.UNKNOWN
              && (found == null
                  || (found.outcome() == Outcome.UNKNOWN && each.callNanos() < found.callNanos()));
      if (each.outcome() == Outcome.OK || isEarlier) {
        found = each;
      }
    }
    return found;
  }
}
