package dev.holdfast.jepsen.nemesis;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.cluster.PartitionView;
import dev.holdfast.jepsen.cluster.ServerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Has a further node join, replicas move, and a node leave, by the commands that operators have.
 * Each time the cluster is afterwards what it was: the further node has left it again.
 */
final class Members {
  private static final Duration DONE_WITHIN = Duration.ofMinutes(2);

  private final LocalCluster cluster;
  private final Random random;
  private final Hold hold;
  private int joinedCount;

  Members(LocalCluster cluster, Random random, Hold hold) {
    this.cluster = cluster;
    this.random = random;
    this.hold = hold;
  }

  /** What is done while there is one node more. */
  private interface Meanwhile {
    String does(String joined);
  }

  /** A node joins and takes over a replica from another; then it leaves. */
  String join() {
    return withOneMore(joined -> joined + " joined, " + moveTo(joined, any()));
  }

  /** A replica moves to another node and back. */
  String move() {
    return withOneMore(
        joined -> {
          String partition = any();
          String there = moveTo(joined, partition);
          hold.on();
          return there + " and " + moveFrom(joined, partition);
        });
  }

  /** The leader's node is to leave, is emptied by the cluster, and is taken back. */
  String decommission(int leader) {
    String leaving = LocalCluster.name(leader);
    return withOneMore(
        joined -> {
          command("nodes", "decommission", leaving);
          awaitEmpty(leaving);
          hold.on();
          command("nodes", "recommission", leaving);
          return leaving + " was decommissioned and held nothing, and was taken back";
        });
  }

  /** Returns once the further node holds nothing and is no member any more. */
  private String withOneMore(Meanwhile meanwhile) {
    joinedCount++;
    String joined = LocalCluster.name(cluster.size() - 1 + joinedCount);
    try (ServerProcess process = cluster.startJoining(joined, joined)) {
      await(joined + " is in the map", () -> isKnown(joined));
      String evidence = meanwhile.does(joined);
      hold.on();
      command("nodes", "decommission", joined);
      awaitEmpty(joined);
      command("nodes", "remove", joined);
      process.stop();
      await(joined + " is in nobody's map", () -> !isKnown(joined));
      return evidence + ", then " + joined + " held nothing and left";
    }
  }

  private String any() {
    await("partitions are seen", () -> !cluster.partitions().isEmpty());
    List<PartitionView> all = cluster.partitions();
    return all.get(random.nextInt(all.size())).id();
  }

  /** From one of those that have it. */
  private String moveTo(String node, String partition) {
    return move(partition, view -> view.isOn(node), view -> List.of(anyFounder(view, true), node));
  }

  /** To the one of the others that has it not. */
  private String moveFrom(String node, String partition) {
    return move(
        partition, view -> !view.isOn(node), view -> List.of(node, anyFounder(view, false)));
  }

  private String anyFounder(PartitionView partition, boolean has) {
    List<String> founders =
        IntStream.range(0, cluster.size())
            .mapToObj(LocalCluster::name)
            .filter(name -> partition.isOn(name) == has)
            .toList();
    return founders.isEmpty()
        ? LocalCluster.name(0) // just between two moves: the command will be refused
        : founders.get(random.nextInt(founders.size()));
  }

  /**
   * The cluster may be moving it too, or another replica of it: then the command is refused, and
   * tried again.
   */
  private String move(
      String partition,
      Predicate<PartitionView> isDone,
      Function<PartitionView, List<String>> fromAndTo) {
    String[] said = {"no command yet"};
    List<List<String>> seen = new ArrayList<>();
    await(
        partition + " is moved",
        said,
        () -> {
          Optional<PartitionView> now = named(partition);
          now.ifPresent(view -> seen.add(view.voters()));
          if (now.isEmpty() || isDone.test(now.get())) {
            return now.isPresent();
          }
          List<String> nodes = fromAndTo.apply(now.get());
          said[0] =
              run(
                  "partitions",
                  "move",
                  "--partition",
                  partition,
                  "--from",
                  nodes.get(0),
                  "--to",
                  nodes.get(1));
          return false;
        });
    return "%s moved from %s to %s".formatted(partition, seen.get(0), seen.get(seen.size() - 1));
  }

  private Optional<PartitionView> named(String partition) {
    return cluster.partitions().stream().filter(view -> view.id().equals(partition)).findFirst();
  }

  /** Of the meta group, too; as the nodes themselves say it. */
  private void awaitEmpty(String node) {
    await(
        node + " holds nothing",
        () ->
            anyPage()
                .filter(page -> PartitionView.isNamed(page, node))
                .filter(page -> !PartitionView.holdsAny(page, node))
                .isPresent());
  }

  private boolean isKnown(String node) {
    return anyPage().filter(page -> PartitionView.isNamed(page, node)).isPresent();
  }

  private Optional<String> anyPage() {
    for (int node = 0; node < cluster.size(); node++) {
      Optional<String> page = cluster.page(node, "/status");
      if (page.isPresent()) {
        return page;
      }
    }
    return Optional.empty();
  }

  /** Again and again until it succeeds: a change of the map in between is a reason to refuse. */
  private void command(String... command) {
    String[] said = {"no command yet"};
    await(
        String.join(" ", command),
        said,
        () -> {
          said[0] = run(command);
          return said[0].isEmpty();
        });
  }

  /** What the command said; nothing if it succeeded. */
  private String run(String... command) {
    int by = random.nextInt(cluster.size());
    try (ServerProcess process = cluster.startCommand(by, command)) {
      return process.awaitExit(DONE_WITHIN) == 0 ? "" : process.logTail();
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    Await.until(what, DONE_WITHIN, condition);
  }

  private static void await(String what, String[] said, BooleanSupplier condition) {
    Await.until(() -> what + "; the command said: " + said[0], DONE_WITHIN, condition);
  }
}
