package dev.holdfast.node.load;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.KeySample;
import dev.holdfast.protocol.rpc.NodeReport;
import dev.holdfast.statemachine.spi.StateSnapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The last requests that were chosen, oldest first. Thread-safe. */
final class RecentKeys {
  /** Stands for the end of the keyspace: no routing key is greater. */
  private static final Bytes BEYOND_ALL = beyondAll();

  private record Entry(KeySample.Kind kind, KeyRange keys) {
    boolean isOneKey() {
      Bytes end = keys.endExclusive();
      return end != null
          && end.size() == keys.startInclusive().size() + 1
          && end.startsWith(keys.startInclusive());
    }

    Bytes last() {
      Bytes end = keys.endExclusive();
      return isOneKey() ? keys.startInclusive() : end == null ? BEYOND_ALL : end;
    }
  }

  private final Deque<Entry> entries = new ArrayDeque<>();

  synchronized void add(KeySample.Kind kind, KeyRange keys) {
    if (entries.size() == NodeReport.SAMPLE_COUNT_MAX) {
      entries.removeFirst();
    }
    entries.addLast(new Entry(kind, keys));
  }

  synchronized void clear() {
    entries.clear();
  }

  private synchronized List<Entry> inOrder() {
    return List.copyOf(entries);
  }

  NodeReport.Keys summary(StateSnapshot snapshot) {
    List<Entry> all = inOrder();
    if (all.isEmpty()) {
      return NodeReport.Keys.NONE;
    }
    List<KeySample> samples = new ArrayList<>(all.size());
    for (Entry entry : all) {
      samples.add(
          new KeySample(
              entry.kind(),
              entry.keys().startInclusive(),
              entry.last(),
              snapshot.holds(entry.keys())
                  ? KeySample.Presence.STORED
                  : KeySample.Presence.ABSENT));
    }
    return new NodeReport.Keys(samples, hottestShare(all), sequentialShare(all));
  }

  private static double hottestShare(List<Entry> all) {
    Map<Bytes, Integer> counts = new HashMap<>();
    int most = 0;
    for (Entry entry : all) {
      if (entry.isOneKey()) {
        most = Math.max(most, counts.merge(entry.keys().startInclusive(), 1, Integer::sum));
      }
    }
    return (double) most / all.size();
  }

  /**
   * How often a request went beyond all before it, or before them all: nearly always, where keys
   * only grow or only shrink, and a few times where they come in any order.
   */
  private static double sequentialShare(List<Entry> all) {
    Bytes least = all.get(0).keys().startInclusive();
    Bytes greatest = least;
    int beyond = 0;
    int below = 0;
    for (Entry entry : all) {
      Bytes key = entry.keys().startInclusive();
      if (key.compareTo(greatest) > 0) {
        greatest = key;
        beyond++;
      } else if (key.compareTo(least) < 0) {
        least = key;
        below++;
      }
    }
    return (double) Math.max(beyond, below) / all.size();
  }

  private static Bytes beyondAll() {
    byte[] all = new byte[16];
    Arrays.fill(all, (byte) 0xff);
    return Bytes.wrap(all);
  }
}
