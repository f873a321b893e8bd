package dev.holdfast.node.transaction;

import dev.holdfast.client.routing.Futures;
import dev.holdfast.client.routing.TransactionSteps;
import dev.holdfast.client.routing.TransactionSteps.Answers;
import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.CancellationReason;
import dev.holdfast.protocol.command.Outcome;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.ReadResult.Found;
import dev.holdfast.protocol.command.ReadResult.Observed;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.PartitionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Items of any partitions as they are at one moment (transactions.md R9): between the end of the
 * first round, with its questions after the writers it met, and the beginning of the second, in
 * which nothing may have changed.
 *
 * <p>Rounds follow each other; the questions of one round are asked at the same time.
 */
final class TogetherRead {
  private static final int ROUNDS_MAX = 32;
  private static final long PAUSE_NANOS_MAX = 4_000_000;

  private final TransactionSteps steps;
  private final Resolver resolver;
  private final TransactionWorld world;
  private final TransactionListener listener;
  private final List<KeyedGet> gets;
  private final long begunNanos;
  private final long patienceNanos;
  private final long deadlineNanos;
  private int rounds;

  TogetherRead(
      TransactionSteps steps,
      Resolver resolver,
      TransactionWorld world,
      TransactionOptions options,
      TransactionListener listener,
      List<KeyedGet> gets,
      long deadlineNanos) {
    this.steps = steps;
    this.resolver = resolver;
    this.world = world;
    this.listener = listener;
    this.gets = gets;
    this.begunNanos = world.router().nanoTime();
    this.patienceNanos = options.conflictWait().toNanos();
    this.deadlineNanos = deadlineNanos;
  }

  /**
   * One item as one round saw it.
   *
   * @param partition with {@code term}: whose version it is
   */
  private record Seen(PartitionId partition, long term, Observed item) {
    boolean isUnchangedIn(Seen later) {
      return partition.equals(later.partition)
          && term == later.term
          && item.version() == later.item.version()
          && Objects.equals(writer(), later.writer());
    }

    @Nullable AttemptId writer() {
      Attempt writer = item.writer();
      return writer == null ? null : writer.id();
    }
  }

  /** What one round saw, in the order of the request, or why it saw nothing. */
  private record Round(List<Seen> seen, int partitionCount, @Nullable Rejection rejection) {
    Map<AttemptId, Attempt> writers() {
      Map<AttemptId, Attempt> writers = new LinkedHashMap<>();
      for (Seen each : seen) {
        Attempt writer = each.item().writer();
        if (writer != null) {
          writers.put(writer.id(), writer);
        }
      }
      return writers;
    }
  }

  CompletableFuture<ReadResult> run() {
    return look().thenCompose(this::first);
  }

  private CompletableFuture<ReadResult> first(Round first) {
    if (first.rejection() != null) {
      return afterRejection(first.rejection());
    }
    Map<AttemptId, Attempt> writers = first.writers();
    if (first.partitionCount() == 1 && writers.isEmpty()) {
      return CompletableFuture.completedFuture(together(first, Map.of())); // one snapshot
    }
    return outcomes(writers.values().stream().toList())
        .thenCompose(
            outcomes -> {
              List<Attempt> undecided =
                  writers.values().stream()
                      .filter(writer -> outcomes.get(writer.id()) == Outcome.UNDECIDED)
                      .toList();
              return look()
                  .thenCombine(
                      outcomes(undecided), (second, again) -> isStill(first, second, again))
                  .thenCompose(
                      still ->
                          still
                              ? CompletableFuture.completedFuture(together(first, outcomes))
                              : again());
            });
  }

  /** Whether nothing has changed, and who was undecided still is. */
  private static boolean isStill(Round first, Round second, Map<AttemptId, Outcome> again) {
    if (second.rejection() != null) {
      return false;
    }
    for (int i = 0; i < first.seen().size(); i++) {
      if (!first.seen().get(i).isUnchangedIn(second.seen().get(i))) {
        return false;
      }
    }
    return again.values().stream().allMatch(outcome -> outcome == Outcome.UNDECIDED);
  }

  /** {@code UNRECORDED} means aborted, given that the intent is still there (R3). */
  private static ReadResult together(Round round, Map<AttemptId, Outcome> outcomes) {
    List<Found> items = new ArrayList<>();
    for (Seen each : round.seen()) {
      Found afterwards = each.item().afterwards();
      boolean isCarriedOut = afterwards != null && outcomes.get(each.writer()) == Outcome.COMMITTED;
      items.add(isCarriedOut ? Objects.requireNonNull(afterwards) : each.item().now());
    }
    return new ReadResult.Together(items);
  }

  private CompletableFuture<ReadResult> afterRejection(Rejection rejection) {
    return rejection instanceof Rejection.WrongPartition
        ? again() // R5: grouped by the map as it is then
        : CompletableFuture.completedFuture(new ReadResult.Refused(rejection));
  }

  /** Bounded; then somebody changes these items faster than they can be read together. */
  private CompletableFuture<ReadResult> again() {
    listener.readAgain();
    long now = world.router().nanoTime();
    if (++rounds >= ROUNDS_MAX || now - begunNanos > patienceNanos || now >= deadlineNanos) {
      List<CancellationReason> reasons =
          gets.stream().<CancellationReason>map(any -> new CancellationReason.Conflict()).toList();
      return CompletableFuture.completedFuture(
          new ReadResult.Refused(new Rejection.Cancelled(reasons)));
    }
    CompletableFuture<ReadResult> later = new CompletableFuture<>();
    long pause = Long.remainderUnsigned(world.router().random(), PAUSE_NANOS_MAX);
    world.router().after(Duration.ofNanos(pause), () -> Futures.forward(run(), later));
    return later;
  }

  private Duration left() {
    return Duration.ofNanos(Math.max(1_000_000, deadlineNanos - world.router().nanoTime()));
  }

  private CompletableFuture<Map<AttemptId, Outcome>> outcomes(List<Attempt> attempts) {
    Map<AttemptId, CompletableFuture<Outcome>> answers = new LinkedHashMap<>();
    attempts.forEach(attempt -> answers.put(attempt.id(), resolver.outcome(attempt, left())));
    return CompletableFuture.allOf(answers.values().toArray(CompletableFuture[]::new))
        .thenApply(
            all -> {
              Map<AttemptId, Outcome> outcomes = new HashMap<>();
              answers.forEach((id, answer) -> outcomes.put(id, answer.join()));
              return outcomes;
            });
  }

  /** One round: all items, from one snapshot of each partition. */
  private CompletableFuture<Round> look() {
    return steps
        .knownMap(left())
        .thenCompose(
            map -> {
              List<Parts.Group<KeyedGet>> groups =
                  Parts.by(map, gets, KeyedGet::routingKey).groups();
              List<CompletableFuture<Answers>> answers = new ArrayList<>();
              for (Parts.Group<KeyedGet> group : groups) {
                List<Read> reads =
                    group.things().stream().<Read>map(get -> new Read.Observe(get.get())).toList();
                answers.add(steps.ask(group.firstKey(), reads, left()));
              }
              return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                  .thenApply(all -> round(groups, answers));
            });
  }

  private Round round(
      List<Parts.Group<KeyedGet>> groups, List<CompletableFuture<Answers>> answers) {
    @Nullable Seen[] seen = new @Nullable Seen[gets.size()];
    for (int i = 0; i < groups.size(); i++) {
      Answers answer = answers.get(i).join();
      List<KeyedGet> asked = groups.get(i).things();
      for (int j = 0; j < asked.size(); j++) {
        ReadResult result = answer.results().get(j);
        if (result instanceof Observed observed) {
          seen[asked.get(j).place()] = new Seen(answer.partition(), answer.term(), observed);
        } else if (result instanceof ReadResult.Refused refused) {
          return new Round(List.of(), groups.size(), refused.rejection());
        } else {
          throw new IllegalStateException("not an answer to a look: " + result);
        }
      }
    }
    List<Seen> inOrder = new ArrayList<>(seen.length);
    for (Seen each : seen) {
      inOrder.add(Objects.requireNonNull(each));
    }
    return new Round(inOrder, groups.size(), null);
  }
}
