package dev.holdfast.statemachine.transaction.simulation;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Outcome;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.statemachine.replica.Decider;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.spi.StateSnapshot;
import dev.holdfast.statemachine.transaction.Held;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run: some items in three partitions, and clients that append to several at once or to one,
 * and read, while messages are lost, late and doubled, clocks differ, and coordinators die.
 */
final class Simulation {
  static final int ITEM_COUNT = 6;
  private static final int PARTITION_COUNT = 3;
  private static final long CALM_MICROS = 60_000_000;

  private final World world;
  private final Bugs bugs;
  private final Trace trace;
  private final History history;
  private final List<Partition> partitions = new ArrayList<>();
  private final Map<Bytes, Integer> homes = new HashMap<>();
  private long names;
  private boolean calm;

  /** What is broken on purpose, to see that it is noticed. */
  record Bugs(Decider decider, @Nullable Bug bug) {
    boolean has(Bug other) {
      return bug == other;
    }
  }

  Simulation(long seed, Bugs bugs, Trace trace) {
    this.world = new World(seed);
    this.bugs = bugs;
    this.trace = trace;
    this.history = new History(trace);
    for (int i = 0; i < PARTITION_COUNT; i++) {
      long skewMicros = world.random().nextInt(400_000);
      partitions.add(new Partition(world, "p" + i, trace, skewMicros, bugs.decider()));
    }
    for (int item = 0; item < ITEM_COUNT; item++) {
      homes.put(Lists.routingKey(item), item % PARTITION_COUNT);
    }
  }

  /** What is wrong with what happened; null when nothing is. */
  @Nullable String run() {
    for (int client = 0; client < 14; client++) {
      world.after(world.random().nextInt(4_000_000), this::act);
    }
    resolveNowAndThen();
    restartNowAndThen();
    world.runUntil(20_000_000);
    calm = true; // no more losses: what is left over must come to an end (invariant 6)
    world.runUntil(CALM_MICROS);
    for (Partition partition : partitions) {
      if (!partition.held().isEmpty()) {
        return "left behind: " + partition.held();
      }
    }
    return history.anomaly(lists());
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
      try (StateSnapshot snapshot = partitionOf(item).snapshot()) {
        ReadResult.Found found =
            (ReadResult.Found) snapshot.read(Partition.read(item), KnownOutcomes.NONE_CARED_FOR);
        lists.put(item, Lists.content(found.item()));
      }
    }
    return lists;
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
    return partitions.get(item % PARTITION_COUNT);
  }

  Partition partitionOf(Bytes routingKey) {
    return partitions.get(Objects.requireNonNull(homes.get(routingKey)));
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
            Result result = to.apply(id, command);
            if (calm || !world.chance(0.12)) {
              world.after(delayMicros(), () -> answered.accept(result));
            } else {
              trace.note(world.nowMicros(), () -> "the answer of " + to + " is lost");
            }
          });
    }
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
          Result result = partitionOf(item).apply(id, Lists.append(item, number));
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
    new Coordinator(this, number, List.copyOf(items), 0).begin();
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
      ReadResult answer = home.read(new Read.AskOutcome(attempt), any -> Outcome.UNDECIDED);
      return ((ReadResult.Settled) answer).outcome();
    }
  }

  /** What a partition has only in memory is gone. */
  private void restartNowAndThen() {
    partitions.get(world.random().nextInt(PARTITION_COUNT)).restart();
    if (!calm) {
      world.after(world.random().nextInt(3_000_000), this::restartNowAndThen);
    }
  }

  private void resolveNowAndThen() {
    for (Partition partition : partitions) {
      List<Held> held = partition.held();
      if (!held.isEmpty()) {
        resolve(partition, held.get(world.random().nextInt(held.size())));
      }
    }
    world.after(100_000 + world.random().nextInt(200_000), this::resolveNowAndThen);
  }

  /** Whoever meets an intent: asks for good, carries out or drops, and tells the home. */
  private void resolve(Partition partition, Held held) {
    Attempt attempt = held.attempt();
    List<Bytes> keys = List.of(held.routingKey());
    Partition home = partitionOf(attempt.homeKey());
    send(
        home,
        new TransactionCommand.Settle(attempt),
        settled -> {
          switch (((Result.Settled) settled).outcome()) {
            case COMMITTED ->
                send(
                    partition,
                    new TransactionCommand.Commit(attempt, keys),
                    done -> send(home, new TransactionCommand.Confirm(attempt, keys), any -> {}));
            case ABORTED, UNRECORDED ->
                send(partition, new TransactionCommand.Abort(attempt, keys), any -> {});
            case UNDECIDED -> {} // somebody will come again
          }
        });
  }
}
