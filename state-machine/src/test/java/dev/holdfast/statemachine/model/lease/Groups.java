package dev.holdfast.statemachine.model.lease;

import dev.holdfast.statemachine.model.Cells;
import dev.holdfast.statemachine.model.lease.Replica.Kind;

/** Where what is in a state: three nodes' replicas of one group or two, and what was told. */
final class Groups {
  static final int NODES = 3;
  static final int PARENT = 0;
  static final int CHILD = 1;

  private static final int STALE = 0;
  private static final int TOLD = 1;
  private static final int PERMITTED = 2;
  private static final int NAMED = 3;
  private static final int TERMS = 5;
  private static final int HEAD = NAMED + 2 * TERMS;

  private final LeaseSetting setting;
  private final int[] bases = new int[2 * NODES];
  private final int cellCount;

  Groups(LeaseSetting setting) {
    this.setting = setting;
    int place = HEAD;
    for (int group = 0; group < setting.groupCount(); group++) {
      for (int node = 0; node < NODES; node++) {
        bases[group * NODES + node] = place;
        place += Replica.cellCount(setting.bounds(group).logMax());
      }
    }
    cellCount = place;
  }

  Cells start() {
    Cells start = new Cells(cellCount);
    for (int node = 0; node < NODES; node++) {
      replica(start, PARENT, node).startAt(1);
    }
    replica(start, PARENT, 0).leadFromTheStart();
    return start;
  }

  Replica replica(Cells cells, int group, int node) {
    int logMax = setting.bounds(group).logMax();
    return new Replica(cells, bases[group * NODES + node], logMax, node);
  }

  /** Whether a node takes part: in the child, when it has made the split. */
  boolean isActive(Cells cells, int group, int node) {
    if (group == PARENT) {
      return true;
    }
    Replica parent = replica(cells, PARENT, node);
    return splitAt(parent, parent.applied()) >= 0;
  }

  /** The place of the split among the first entries; -1 when it is not there. */
  static int splitAt(Replica replica, int count) {
    for (int place = 0; place < count; place++) {
      if (replica.is(place, Kind.SPLIT)) {
        return place;
      }
    }
    return -1;
  }

  /** The item's version after so many entries of a group, as this node has them. */
  int version(Cells cells, int group, int node, int count) {
    Replica replica = replica(cells, group, node);
    int version = 0;
    for (int place = 0; place < count && !replica.is(place, Kind.SPLIT); place++) {
      version += replica.is(place, Kind.WRITE) ? 1 : 0;
    }
    if (group == CHILD) {
      version += version(cells, PARENT, node, replica(cells, PARENT, node).length());
    }
    return version;
  }

  /** The latest version that somebody was told of. */
  static int told(Cells cells) {
    return cells.at(TOLD);
  }

  static void tell(Cells cells, int version) {
    cells.put(TOLD, Math.max(told(cells), version));
  }

  static boolean isStale(Cells cells) {
    return cells.at(STALE) != 0;
  }

  /** A read has begun at a leader, who takes this version for the latest one. */
  static void read(Cells cells, int version) {
    if (version < told(cells)) {
      cells.put(STALE, 1);
    }
  }

  /** S4: whether a node may lead the child at once. */
  static boolean isPermitted(Cells cells, int node) {
    return cells.has(PERMITTED, node);
  }

  static void permit(Cells cells, int node) {
    cells.include(PERMITTED, node);
  }

  /** The least index that the leader of a term has named to replicas (L5), and 1; 0 for none. */
  static int named(Cells cells, int group, int term) {
    return cells.at(NAMED + group * TERMS + term);
  }

  static void name(Cells cells, int group, int term, int index) {
    int known = named(cells, group, term);
    if (known == 0 || index + 1 < known) {
      cells.put(NAMED + group * TERMS + term, index + 1);
    }
  }
}
