package dev.holdfast.jepsen.planted;

import dev.holdfast.jepsen.run.RunOptions.Api;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** All mistakes, each with the workload and the faults that find it. */
public final class PlantedBugs {
  private static final List<PlantedBug> ALL =
      List.of(
          PlantedBug.of("strong-from-any-state", "register", 5, "none"),
          PlantedBug.of("two-leaders", "register", 15, "partition-leader", "transfer-storm"),
          PlantedBug.of("endless-lease", "register", 15, "partition-leader", "pause-leader"),
          PlantedBug.of("ratis-default-reads", "register", 15, "partition-leader", "pause-leader"),
          PlantedBug.of(
              "ratis-linearizable-reads", "register", 15, "partition-leader", "pause-leader"),
          PlantedBug.of("session-ignored", "session", 10, "none").through(Api.NATIVE),
          PlantedBug.of("endless-confirmation", "staleness", 15, "pause-follower")
              .through(Api.NATIVE),
          PlantedBug.of("slow-clock", "register", 20, "partition-leader"),
          PlantedBug.of("no-majority", "register", 15, "partition-leader"),
          PlantedBug.of("vote-for-short-log", "register", 20, "kill-leader-of-late-follower"),
          PlantedBug.of("composed-appends", "register", 5, "none")
              .orByStore("compose.enabled must be false"),
          PlantedBug.of("append-after-vote", "set", 15, "vote-between-appends")
              .unreachableWithout("no vote was asked for between two appends"),
          PlantedBug.of("acknowledged-before-sync", "set", 20, "power-cut-all")
              .orByStore("were acknowledged"),
          PlantedBug.of("applied-twice", "register", 25, "stop-leader", "kill-follower")
              .orByStore("the state differs from"),
          PlantedBug.of("short-checkpoint", "register", 20, "none")
              .with("snapshot.log.bytes=65536")
              .orByStore("> appliedIndex"),
          PlantedBug.of("divergence", "set", 25, "none").orByStore("the state differs from"),
          PlantedBug.of("digest-ignored", "register", 20, "none"),
          PlantedBug.of("request-ids-ignored", "counter", 15, "kill-leader", "partition-leader"),
          PlantedBug.of("conditions-ignored", "rw-register", 5, "none"),
          PlantedBug.of("indeterminate-as-unavailable", "register", 20, "kill-followers")
              .through(Api.HTTP)
              .within(Duration.ofMinutes(10)), // a write in the second before the leader gives up
          PlantedBug.of("tombstone-forgotten", "table", 10, "none"),
          PlantedBug.of("intents-unseen", "session", 15, "none").through(Api.NATIVE),
          PlantedBug.of("one-look", "bank", 10, "none"),
          PlantedBug.of("locks-ignored", "bank", 10, "none"),
          PlantedBug.of("unprepared-decision", "bank", 10, "none"),
          PlantedBug.of("hasty-recovery", "bank", 10, "none"),
          PlantedBug.of("tokens-forgotten", "list-append", 20, "kill-leader", "kill-follower"),
          PlantedBug.of("empty-child", "set", 10, "split"),
          PlantedBug.of("request-ids-not-inherited", "counter", 20, "split-and-lose-answers")
              .through(Api.NATIVE),
          PlantedBug.of("old-map-taken", "register", 15, "split"),
          PlantedBug.of("frozen-serves", "register", 15, "merge"),
          PlantedBug.of("end-at-border", "set", 10, "split").through(Api.HTTP),
          PlantedBug.of("index-refusal-ignored", "index", 15, "split"),
          PlantedBug.of("index-delete-late", "index", 10, "none"),
          PlantedBug.of("backfill-overwrites", "index", 10, "none"),
          PlantedBug.of("active-too-early", "index", 10, "none"),
          PlantedBug.of("index-not-awaited", "index-register", 10, "none"),
          PlantedBug.of("shard-skips", "stream", 10, "split"));

  private PlantedBugs() {}

  public static List<PlantedBug> all() {
    return ALL;
  }

  public static Optional<PlantedBug> named(String name) {
    return ALL.stream().filter(bug -> bug.name().equals(name)).findFirst();
  }
}
