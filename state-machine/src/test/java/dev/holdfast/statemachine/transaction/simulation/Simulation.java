package dev.holdfast.statemachine.transaction.simulation;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.OpenAttempt;
import dev.holdfast.protocol.command.Outcome;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.spi.StateSnapshot;
import dev.holdfast.statemachine.transaction.Held;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run: some items in a few partitions, and clients that append to several at once or to one,
 * and read, while messages are lost, late and doubled, clocks differ, leaders change, partitions
 * split and merge, and coordinators die. {@link Invariants} are looked at after every command, the
 * {@link History} in the end.
 */
final class Simulation {
  static final int ITEM_COUNT = 6;
  private static final long CALM_MICROS = 60_000_000;

  private final World world;
  private final Bugs bugs;
  private final Trace trace;
  private final History history;
  private final Invariants invariants;
  private final Cluster cluster;
  private long names;
  private boolean calm;

  Simulation(long seed, Bugs bugs, Trace trace) {
    this.world = new World(seed);
    this.bugs = bugs;
    this.trace = trace;
    this.history = new History(trace);
    this.invariants = new Invariants(this);
    this.cluster =
        new Cluster(
            world, new Setting(trace, bugs.decider(), bugs.splits(), bugs.merges()), ITEM_COUNT);
  }

  /** What is wrong with what happened; null when nothing is. */
  @Nullable String run() {
    for (int client = 0; client < 14; client++) {
      world.after(world.random().nextInt(4_000_000), this::act);
    }
    resolveNowAndThen();
    changeLeadersNowAndThen();
    reshapeNowAndThen();
    world.runUntil(20_000_000, this::isBroken);
    calm = true; // no more losses: what is left over must come to an end (invariant 6)
    world.runUntil(CALM_MICROS, this::isBroken);
    if (isBroken()) {
      return invariants.broken();
    }
    for (Partition partition : cluster.partitions()) {
      List<?> left =
          bugs.watch() == Bugs.Watch.EVERYTHING ? partition.openAttempts() : partition.held();
      if (!left.isEmpty()) {
        return "left behind: " + left;
      }
    }
    return history.anomaly(lists());
  }

  private boolean isBroken() {
    return invariants.broken() != null;
  }

  int committedCount() {
    return history.committedCount();
  }

  private void act() {
    switch (world.random().nextInt(6)) {
      case 0 -> read(world.random().nextInt(ITEM_COUNT));
      case 1, 2 -> append(world.random().nextInt(ITEM_COUNT));
      case 3 -> readTogether();
      default -> transact();
    }
  }

  private Map<Integer, List<Integer>> lists() {
    Map<Integer, List<Integer>> lists = new TreeMap<>();
    for (int item = 0; item < ITEM_COUNT; item++) {
      lists.put(item, lookNow(item));
    }
    return lists;
  }

  /** What a strong read would see that took no time. */
  List<Integer> lookNow(int item) {
    try (StateSnapshot snapshot = partitionOf(item).snapshot()) {
      ReadResult.Found found =
          (ReadResult.Found) snapshot.read(Partition.read(item), this::outcome);
      return Lists.content(found.item());
    }
  }

  private Outcome outcome(Attempt attempt) {
    Outcome outcome = ask(attempt);
    return outcome == Outcome.UNRECORDED ? Outcome.ABORTED : outcome; // its intent is there (R3)
  }

  World world() {
    return world;
  }

  Bugs bugs() {
    return bugs;
  }

  History history() {
    return history;
  }

  Partition partitionOf(int item) {
    return partitionOf(Lists.routingKey(item));
  }

  Partition partitionOf(Bytes routingKey) {
    return cluster.of(routingKey);
  }

  AttemptId newAttempt() {
    return new AttemptId(1, ++names);
  }

  /** Sends a step: it may be lost, late, or come twice, and so may its answer. */
  void send(Partition to, Command command, Consumer<Result> answered) {
    int copies = calm ? 1 : world.chance(0.12) ? 0 : world.chance(0.2) ? 2 : 1;
    trace.note(
        world.nowMicros(),
        () ->
            Trace.name(command)
                + (copies == 0
                    ? " is lost on its way to "
                    : copies == 2 ? " is sent twice to " : " is sent to ")
                + to);
    for (int copy = 0; copy < copies; copy++) {
      RequestId id = new RequestId(2, ++names); // worse than a real retry, which is remembered
      world.after(
          delayMicros(),
          () -> {
            Result result = apply(to, id, command);
            if (calm || !world.chance(0.12)) {
              world.after(delayMicros(), () -> answered.accept(result));
            } else {
              trace.note(world.nowMicros(), () -> "the answer of " + to + " is lost");
            }
          });
    }
  }

  private Result apply(Partition partition, RequestId id, Command command) {
    Result result = partition.apply(id, command);
    if (!partition.isGone()) {
      invariants.applied(partition, command, result);
    }
    return result;
  }

  private long delayMicros() {
    return calm ? 1_000 : world.delayMicros();
  }

  /** After the time that a message takes. */
  void later(Runnable action) {
    world.after(delayMicros(), action);
  }

  private void append(int item) {
    int number = history.begin(world.nowMicros(), new TreeSet<>(List.of(item)));
    RequestId id = new RequestId(3, number);
    world.after(
        world.delayMicros(),
        () -> {
          Result result = apply(partitionOf(item), id, Lists.append(item, number));
          if (result instanceof Result.Written) {
            world.after(world.delayMicros(), () -> history.committed(number, world.nowMicros()));
          } else {
            history.refused(number);
          }
        });
  }

  private Set<Integer> severalItems() {
    TreeSet<Integer> items = new TreeSet<>();
    int count = 2 + world.random().nextInt(2);
    while (items.size() < count) {
      items.add(world.random().nextInt(ITEM_COUNT));
    }
    return items;
  }

  private void readTogether() {
    Set<Integer> items = severalItems();
    int number = history.begin(world.nowMicros(), items);
    new TogetherLook(this, number, items).begin();
  }

  private void transact() {
    Set<Integer> items = severalItems();
    int number = history.begin(world.nowMicros(), items);
    new Coordinator(this, number, List.copyOf(items)).begin();
  }

  private void read(int item) {
    int number = history.begin(world.nowMicros(), new TreeSet<>(List.of(item)));
    world.after(world.delayMicros(), () -> look(item, number, new HashMap<>()));
  }

  /** R2, R3, R8: a snapshot, then the questions, then, where nothing is recorded, another look. */
  private void look(int item, int number, Map<AttemptId, Outcome> expired) {
    StateSnapshot snapshot = partitionOf(item).snapshot();
    Read read = Partition.read(item);
    List<Attempt> unknown =
        bugs.has(Bug.NOBODY_ASKED) ? List.of() : snapshot.unknown(read, attempt -> null);
    Runnable answer =
        () -> {
          Map<AttemptId, Outcome> known = new HashMap<>();
          boolean again = false;
          for (Attempt attempt : unknown) {
            Outcome outcome = ask(attempt);
            again |= outcome == Outcome.UNRECORDED && !expired.containsKey(attempt.id());
            known.put(attempt.id(), outcome);
          }
          if (again) {
            snapshot.close();
            look(item, number, known);
            return;
          }
          ReadResult.Found found =
              (ReadResult.Found)
                  snapshot.read(
                      read, attempt -> known.getOrDefault(attempt.id(), Outcome.UNDECIDED));
          snapshot.close();
          history.saw(number, world.nowMicros(), Map.of(item, Lists.content(found.item())));
        };
    world.after(unknown.isEmpty() ? 0 : delayMicros(), answer);
  }

  Outcome ask(Attempt attempt) {
    try (StateSnapshot home = partitionOf(attempt.homeKey()).snapshot()) {
      ReadResult answer = home.read(new Read.AskOutcome(attempt), KnownOutcomes.NONE_CARED_FOR);
      return ((ReadResult.Settled) answer).outcome();
    }
  }

  private void changeLeadersNowAndThen() {
    invariants.require(cluster.any().changeLeader());
    if (!calm) {
      world.after(world.random().nextInt(3_000_000), this::changeLeadersNowAndThen);
    }
  }

  private void reshapeNowAndThen() {
    if (!calm) {
      world.after(
          world.random().nextInt(4_000_000),
          () -> {
            cluster.reshape();
            reshapeNowAndThen();
          });
    }
  }

  private void resolveNowAndThen() {
    for (Partition partition : cluster.partitions()) {
      List<Held> held = partition.held();
      if (!held.isEmpty()) {
        resolve(held.get(world.random().nextInt(held.size())));
      }
      partition.openAttempts().stream()
          .filter(open -> !open.unconfirmed().isEmpty())
          .findFirst()
          .ifPresent(this::finish);
    }
    world.after(100_000 + world.random().nextInt(200_000), this::resolveNowAndThen);
  }

  /** A home that has not heard of everybody carries out the decision once more. */
  private void finish(OpenAttempt open) {
    open.unconfirmed().forEach(key -> commit(open.attempt(), List.of(key)));
  }

  /** Where the keys are now, and then tells the home. */
  private void commit(Attempt attempt, List<Bytes> keys) {
    send(
        partitionOf(keys.get(0)),
        new TransactionCommand.Commit(attempt, keys),
        done -> confirm(attempt, keys, done));
  }

  /** R5: only of keys that the partition has. */
  void confirm(Attempt attempt, List<Bytes> keys, Result done) {
    if (done instanceof Result.Done) {
      send(
          partitionOf(attempt.homeKey()), new TransactionCommand.Confirm(attempt, keys), any -> {});
    }
  }

  /** Whoever meets an intent: asks for good, carries out or drops, and tells the home. */
  private void resolve(Held held) {
    Attempt attempt = held.attempt();
    List<Bytes> keys = List.of(held.routingKey());
    send(
        partitionOf(attempt.homeKey()),
        new TransactionCommand.Settle(attempt),
        answer -> {
          if (!(answer instanceof Result.Settled settled)) {
            return; // the home has moved; somebody will come again
          }
          switch (settled.outcome()) {
            case COMMITTED -> commit(attempt, keys);
            case ABORTED, UNRECORDED ->
                send(
                    partitionOf(held.routingKey()),
                    new TransactionCommand.Abort(attempt, keys),
                    any -> {});
            case UNDECIDED -> {} // somebody will come again
          }
        });
  }
}
