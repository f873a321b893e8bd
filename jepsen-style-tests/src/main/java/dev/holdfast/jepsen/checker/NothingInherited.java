package dev.holdfast.jepsen.checker;

import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.TableOperation;
import dev.holdfast.jepsen.history.TableOperation.Function;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Decides whether a table that was created again under its old name inherits nothing (invariant
 * 12), and loses nothing meanwhile: no read that was called after a deletion had ended finds an
 * item whose put had ended before that deletion was called; and a read finds every item that was
 * acknowledged before it, if neither a creation nor a deletion was under way between the put's call
 * and the read's end. One client creates and deletes.
 */
public final class NothingInherited implements Checker<TableOperation> {
  private final Map<Long, TableOperation> puts = new HashMap<>();

  /** Deletions by their ends; what may have taken effect later has none. */
  private final TreeMap<Long, TableOperation> deletions = new TreeMap<>();

  private final List<TableOperation> creations = new ArrayList<>();

  @Override
  public Verdict check(List<TableOperation> history) {
    return new NothingInherited().judge(history);
  }

  private Verdict judge(List<TableOperation> history) {
    for (Function function : Function.values()) {
      if (history.stream()
          .noneMatch(each -> each.function() == function && each.outcome() == Outcome.OK)) {
        return Verdict.untested("no " + function + " succeeded: nothing was tested");
      }
    }
    for (TableOperation each : history) {
      if (each.function() == Function.PUT) {
        puts.put(each.key(), each);
      } else if (each.function() == Function.CREATE && each.outcome() != Outcome.FAILED) {
        creations.add(each);
      } else if (each.function() == Function.DELETE && each.outcome() != Outcome.FAILED) {
        boolean ended = each.outcome() == Outcome.OK;
        deletions.put(ended ? each.returnNanos() : Long.MAX_VALUE - deletions.size(), each);
      }
    }
    for (TableOperation read : history) {
      boolean isRead = read.function() == Function.GET || read.function() == Function.SCAN;
      if (isRead && read.outcome() == Outcome.OK) {
        Verdict verdict = judge(read);
        if (verdict.kind() != Verdict.Kind.VALID) {
          return verdict;
        }
      }
    }
    return lost(history);
  }

  private Verdict judge(TableOperation read) {
    Map.Entry<Long, TableOperation> last = deletions.lowerEntry(read.callNanos());
    for (long item : read.items()) {
      TableOperation put = puts.get(item);
      if (put == null || put.outcome() == Outcome.FAILED || put.callNanos() > read.returnNanos()) {
        return Verdict.invalid(named(read) + " found " + item + ", which nobody has put");
      }
      boolean inherited =
          last != null
              && put.outcome() == Outcome.OK
              && put.returnNanos() < last.getValue().callNanos();
      if (inherited) {
        return Verdict.invalid(
            named(read) + " found " + put + ", which " + last.getValue() + " has deleted");
      }
    }
    return Verdict.valid();
  }

  /** Every put that nothing can have deleted is found by the reads after it. */
  private Verdict lost(List<TableOperation> history) {
    List<TableOperation> reads =
        history.stream()
            .filter(each -> each.outcome() == Outcome.OK)
            .filter(each -> each.function() == Function.GET || each.function() == Function.SCAN)
            .sorted(Comparator.comparingLong(TableOperation::callNanos))
            .toList();
    for (TableOperation read : reads) {
      Set<Long> found = Set.copyOf(read.items());
      long since = quietSince(read.returnNanos());
      for (TableOperation put : puts.values()) {
        boolean mustBeThere =
            put.outcome() == Outcome.OK
                && put.callNanos() > since
                && put.returnNanos() < read.callNanos()
                && (read.function() == Function.SCAN || read.key() == put.key());
        if (mustBeThere && !found.contains(put.key())) {
          return Verdict.invalid(named(read) + " did not find " + put);
        }
      }
    }
    return Verdict.valid();
  }

  /**
   * Nothing has deleted what was put after that time until this one: the last creation before it,
   * or deletion, whichever ended last; later than this time if a deletion may be under way.
   */
  private long quietSince(long time) {
    long since = Long.MIN_VALUE;
    for (TableOperation creation : creations) {
      if (creation.callNanos() < time) {
        since = Math.max(since, creation.returnNanos());
      }
    }
    for (TableOperation deletion : deletions.values()) {
      if (deletion.callNanos() < time) {
        since = Math.max(since, end(deletion));
      }
    }
    return since;
  }

  /** One of unknown outcome has happened, or will not, when its name could be created again. */
  private long end(TableOperation deletion) {
    if (deletion.outcome() == Outcome.OK) {
      return deletion.returnNanos();
    }
    return creations.stream()
        .filter(creation -> creation.outcome() == Outcome.OK)
        .filter(creation -> creation.callNanos() >= deletion.returnNanos())
        .mapToLong(TableOperation::returnNanos)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** Without all that it found. */
  private static String named(TableOperation read) {
    return "%s of process %d (%d..%d ns, %d items)"
        .formatted(
            read.function(),
            read.process(),
            read.callNanos(),
            read.returnNanos(),
            read.items().size());
  }
}
