package dev.holdfast.jepsen.run;

import dev.holdfast.jepsen.disk.Shim;
import dev.holdfast.jepsen.nemesis.Fault.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Faults that belong together, by a name for them. */
public final class FaultGroups {
  private static final String NONE = "none";
  private static final int NODES_TO_BREAK_MIN = 3;
  private static final Map<String, List<Kind>> GROUPS = new LinkedHashMap<>();

  static {
    GROUPS.put(NONE, List.of());
    GROUPS.put(
        "kills",
        List.of(
            Kind.KILL_LEADER,
            Kind.KILL_FOLLOWER,
            Kind.KILL_META_LEADER,
            Kind.KILL_MAJORITY,
            Kind.KILL_FOLLOWERS,
            Kind.KILL_ALL,
            Kind.KILL_LEADER_OF_LATE_FOLLOWER));
    GROUPS.put(
        "pauses",
        List.of(Kind.PAUSE_LEADER, Kind.PAUSE_FOLLOWER, Kind.PAUSE_MAJORITY, Kind.PAUSE_FOLLOWERS));
    GROUPS.put("disks", List.of(Kind.FILL_DISK_LEADER, Kind.FILL_DISK_FOLLOWER));
    GROUPS.put(
        "storage",
        List.of(
            Kind.POWER_CUT_LEADER,
            Kind.POWER_CUT_MAJORITY,
            Kind.POWER_CUT_ALL,
            Kind.POWER_CUT_AFTER_KILL,
            Kind.FAIL_FSYNC_LEADER,
            Kind.FAIL_FSYNC_FOLLOWER));
    GROUPS.put("damage", List.of(Kind.FLIP_LOG_BITS, Kind.FLIP_TABLE_BITS));
    GROUPS.put(
        "membership",
        List.of(Kind.JOIN_NODE, Kind.DECOMMISSION_NODE, Kind.MOVE_REPLICA, Kind.SNAPSHOT_FOLLOWER));
    GROUPS.put("network", Arrays.stream(Kind.values()).filter(Kind::isOfTheNetwork).toList());
    GROUPS.put("cuts", Arrays.stream(Kind.values()).filter(Kind::isOfCuts).toList());
    GROUPS.put(
        "steering",
        List.of(
            Kind.SPLIT,
            Kind.SPLIT_AND_KILL,
            Kind.MERGE,
            Kind.MERGE_AND_KILL,
            Kind.TRANSFER_STORM,
            Kind.STOP_LEADER,
            Kind.ROLLING_RESTART));
    GROUPS.put("clocks", Arrays.stream(Kind.values()).filter(Kind::isOfClocks).toList());
    boolean isWithDisks = Shim.isPossible();
    // Clocks need rewritten nodes, and what is mixed is for the nodes as they are.
    GROUPS.put(
        "mixed",
        Arrays.stream(Kind.values())
            .filter(kind -> !kind.isControl() && !kind.needsOtherBuild() && !kind.isOfClocks())
            .filter(kind -> !kind.isDirected())
            .filter(kind -> isWithDisks || !kind.isOfTheDisk())
            .toList());
  }

  private FaultGroups() {}

  public static Map<String, List<Kind>> all() {
    return new LinkedHashMap<>(GROUPS);
  }

  /**
   * The faults of all these names together.
   *
   * @throws IllegalArgumentException when there is no such fault or group, or too few nodes for it
   */
  public static List<Kind> named(List<String> names, int nodeCount) {
    List<Kind> kinds = new ArrayList<>();
    for (String name : names) {
      List<Kind> group = GROUPS.get(name);
      if (group != null) {
        kinds.addAll(group);
      } else {
        kinds.add(
            Kind.named(name)
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "no fault '" + name + "'; './holdfast jepsen list' shows them")));
      }
    }
    if (!kinds.isEmpty() && nodeCount < NODES_TO_BREAK_MIN) {
      throw new IllegalArgumentException("faults need at least three nodes; give --nemesis none");
    }
    return List.copyOf(Set.copyOf(kinds)).stream().sorted().toList();
  }
}
