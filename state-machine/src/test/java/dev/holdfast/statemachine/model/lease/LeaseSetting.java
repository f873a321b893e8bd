package dev.holdfast.statemachine.model.lease;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a search looks at.
 *
 * @param parent the bounds of the group that there is at first
 * @param child those of the other half, once it is split; null for no split
 */
record LeaseSetting(LeaseFlaw flaw, Set<Feature> features, Bounds parent, @Nullable Bounds child) {
  /** What there is beside writes, strong reads of leaders, elections and clocks. */
  enum Feature {
    /** Leaders relinquish. */
    RELINQUISH,
    /** Replicas that do not lead serve strong reads. */
    ANY_REPLICA,
    /** A node may stand still while the wall clock goes on. */
    SUSPENSION,
    /** A candidate may hear late of the votes that it was given. */
    LATE_OFFICE,
    /** No time passes at all: whatever goes wrong then needs no patience. */
    TIMELESS
  }

  /**
   * @param termMax the first is 1, and led by node 0 in the parent
   * @param logMax entries
   * @param writeMax of them may be writes
   * @param leaders who may lead each term after that; empty for anybody
   */
  record Bounds(int termMax, int logMax, int writeMax, List<Integer> leaders) {
    boolean mayLead(int node, int term) {
      int place = term - termMax + leaders.size() - 1;
      return term <= termMax && (leaders.isEmpty() || leaders.get(place) == node);
    }
  }

  LeaseSetting {
    features = Set.copyOf(features);
  }

  /** A group without a split. */
  static LeaseSetting of(int termMax, int logMax, Feature... features) {
    Set<Feature> all = EnumSet.noneOf(Feature.class);
    all.addAll(Arrays.asList(features));
    Bounds parent = new Bounds(termMax, logMax, logMax, List.of());
    return new LeaseSetting(LeaseFlaw.NONE, all, parent, null);
  }

  LeaseSetting with(LeaseFlaw other) {
    return new LeaseSetting(other, features, parent, child);
  }

  /** Of the parent's terms after the first. */
  LeaseSetting ledBy(Integer... leaders) {
    Bounds bounds =
        new Bounds(parent.termMax(), parent.logMax(), parent.writeMax(), List.of(leaders));
    return new LeaseSetting(flaw, features, bounds, child);
  }

  /** Of the parent. */
  LeaseSetting withWrites(int writeMax) {
    Bounds bounds = new Bounds(parent.termMax(), parent.logMax(), writeMax, parent.leaders());
    return new LeaseSetting(flaw, features, bounds, child);
  }

  /** A split, and these leaders of the child's terms, from the first. */
  LeaseSetting withChild(int logMax, Integer... leaders) {
    Bounds bounds = new Bounds(leaders.length, logMax, logMax, List.of(leaders));
    return new LeaseSetting(flaw, features, parent, bounds);
  }

  boolean has(Feature feature) {
    return features.contains(feature);
  }

  int groupCount() {
    return child == null ? 1 : 2;
  }

  Bounds bounds(int group) {
    return group == 0 || child == null ? parent : child;
  }
}
