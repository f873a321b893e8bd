package dev.holdfast.statemachine.transaction.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.statemachine.replica.Decider;
import dev.holdfast.statemachine.replica.Decision;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.transaction.Resharding;
import dev.holdfast.statemachine.transaction.TransactionDecider;
import dev.holdfast.statemachine.transaction.TransactionLimits;
import dev.holdfast.statemachine.transaction.simulation.Bugs.Watch;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Invariants 5 and 6 under every fault a network has. {@code -Dtransactions.seeds=N} runs more;
 * {@code -Dtransactions.seed=S} begins with that one. A failure names its seed and tells all that
 * happened in it.
 */
class TransactionSimulationTest {
  private static final int SEED_COUNT = Integer.getInteger("transactions.seeds", 10_000);
  private static final long FIRST_SEED = Long.getLong("transactions.seed", 1);

  /**
   * No shorter than the stamps of a transaction's first and last message may lie apart (R10), and
   * short enough for rows to be trimmed meanwhile.
   */
  private static final long WINDOW_MICROS =
      Coordinator.SENDING_MICROS_MAX + World.DELAY_MICROS_MAX + Partition.SKEW_MICROS_MAX;

  private static final int SEEDS_UNTIL_NOTICED_MAX = 4_000;

  @Test
  void transactionsAreStrictlySerializableWhateverHappens() {
    LongAdder committed = new LongAdder();
    LongStream.range(FIRST_SEED, FIRST_SEED + SEED_COUNT)
        .parallel()
        .forEach(
            seed -> {
              Simulation simulation = new Simulation(seed, sound(decider()), Trace.off());
              String anomaly = simulation.run();
              if (anomaly != null) {
                fail(report(seed, sound(decider()), anomaly));
              }
              committed.add(simulation.committedCount());
            });
    assertThat(committed.sum()).isGreaterThan(SEED_COUNT); // or nothing was tested
  }

  /** R6. */
  @Test
  void aPartitionThatForgetsWhichKeysAreOverIsNoticed() {
    assertNoticed(sound(without(TransactionSimulationTest::isAttempt)));
  }

  /** R4. */
  @Test
  void aCoordinatorThatTakesSilenceForANoIsNoticed() {
    assertNoticed(sound(decider()).with(Bug.SILENCE_IS_NO));
  }

  /** R8. */
  @Test
  void aReaderThatDoesNotAskIsNoticed() {
    assertNoticed(sound(decider()).with(Bug.NOBODY_ASKED));
  }

  /** R10. */
  @Test
  void aPartitionThatForgetsTokensIsNoticed() {
    assertNoticed(sound(without(put -> put.key().get(0) == KeyLayout.TOKEN)));
  }

  /** R5, R10: a retry finds some of its items in the other half. */
  @Test
  void aTokenThatIsForgottenInASplitIsNoticed() {
    assertNoticed(sound(decider()).withSplits(resharding(kind -> kind == KeyLayout.TOKEN)));
  }

  /** R5. */
  @Test
  void anIntentThatIsForgottenInAMergeIsNoticed() {
    assertNoticed(sound(decider()).withMerges(resharding(kind -> kind == KeyLayout.INTENT)));
  }

  /** R5, R6: a late Prepare holds its item once more. No client is misled: it cannot commit. */
  @Test
  void anAttemptThatIsForgottenInASplitIsNoticed() {
    Bugs bugs = sound(decider()).withSplits(resharding(kind -> kind == KeyLayout.ATTEMPT_OVER));

    assertThat(anomaly(bugs)).matches("p\\d+ has an intent of attempt \\d+ of t\\d+ again");
  }

  /** R10: as long as a client may try again. */
  @Test
  void aTokenThatIsForgottenTooSoonIsNoticed() {
    long windowMicros = 100_000;
    Resharding resharding = new Resharding(windowMicros, key -> false);
    assertNoticed(
        new Bugs(
            new TransactionDecider(limits(windowMicros)),
            resharding,
            resharding,
            null,
            Watch.EVERYTHING));
  }

  /** R9. */
  @Test
  void aReadOfSeveralItemsThatBelievesItsFirstRoundIsNoticed() {
    assertNoticed(sound(decider()).with(Bug.SECOND_ROUND_SKIPPED));
  }

  /** R9. */
  @Test
  void aReadOfSeveralItemsThatComparesNoVersionsIsNoticed() {
    assertNoticed(sound(decider()).with(Bug.VERSIONS_NOT_COMPARED));
  }

  /** R3: who saw an intent before it was carried out still asks. */
  @Test
  void aRecordThatIsTrimmedWhenItIsConfirmedIsNoticed() {
    TransactionDecider sound = decider();
    Decider hasty =
        (state, context, command) -> {
          Decision decision = sound.decide(state, context, command);
          if (!(command instanceof TransactionCommand.Confirm)) {
            return decision;
          }
          List<Effect> kept =
              decision.effects().stream()
                  .filter(
                      effect ->
                          !(effect instanceof Effect.Put put
                              && put.key().get(0) == KeyLayout.ATTEMPT_OVER))
                  .toList();
          return new Decision(kept, decision.result());
        };
    assertNoticed(sound(hasty));
  }

  /** A prepared partition that loses its intents, as one without a log would. */
  @Test
  void aPrepareThatIsLostIsNoticed() {
    assertNoticed(sound(without(put -> put.key().get(0) == KeyLayout.INTENT)));
  }

  /** R3, taken to the extreme. */
  @Test
  void aRecordThatIsTrimmedTooEarlyIsNoticed() {
    TransactionDecider sound = decider();
    Decider hasty =
        (state, context, command) -> {
          Decision decision = sound.decide(state, context, command);
          if (!(command instanceof TransactionCommand.Decide)) {
            return decision;
          }
          List<Effect> kept =
              decision.effects().stream()
                  .filter(effect -> !(effect instanceof Effect.Put put && isAttempt(put)))
                  .toList();
          return new Decision(kept, decision.result());
        };
    assertNoticed(sound(hasty));
  }

  private static boolean isAttempt(Effect.Put put) {
    byte kind = put.key().get(0);
    return kind == KeyLayout.ATTEMPT || kind == KeyLayout.ATTEMPT_OVER;
  }

  /** Two attempts at one item. */
  @Test
  void aPartitionThatForgetsItsIntentCountIsNoticed() {
    assertNoticed(sound(without(put -> put.key().get(0) == KeyLayout.TRANSACTION_COUNTS)));
  }

  /** A refused decision that is not recorded: a late copy of it commits. */
  @Test
  void aHomeThatDoesNotRecordWhatItRefusedIsNoticed() {
    TransactionDecider sound = decider();
    Decider forgetful =
        (state, context, command) -> {
          Decision decision = sound.decide(state, context, command);
          boolean refused =
              command instanceof TransactionCommand.Decide
                  && decision.result() instanceof Result.Rejected;
          return refused ? Decision.of(decision.result()) : decision;
        };
    assertNoticed(sound(forgetful));
  }

  private static TransactionDecider decider() {
    return new TransactionDecider(limits(WINDOW_MICROS));
  }

  private static TransactionLimits limits(long windowMicros) {
    return new TransactionLimits(windowMicros, 1_000, 1_000, 1_000);
  }

  private static Bugs sound(Decider decider) {
    return new Bugs(
        decider, resharding(kind -> false), resharding(kind -> false), null, Watch.EVERYTHING);
  }

  private static Resharding resharding(Predicate<Byte> lost) {
    return new Resharding(WINDOW_MICROS, key -> lost.test(key.get(0)));
  }

  private static Decider without(Predicate<Effect.Put> lost) {
    TransactionDecider sound = decider();
    return (state, context, command) -> {
      Decision decision = sound.decide(state, context, command);
      List<Effect> kept =
          decision.effects().stream()
              .filter(effect -> !(effect instanceof Effect.Put put && lost.test(put)))
              .toList();
      return new Decision(kept, decision.result());
    };
  }

  /** The same run once more, with all that happens in it. */
  private static String report(long seed, Bugs bugs, String anomaly) {
    Trace trace = Trace.kept();
    new Simulation(seed, bugs, trace).run();
    return "seed %d: %s%n%s".formatted(seed, anomaly, trace);
  }

  @Test
  void aFailureTellsWhatHappened() {
    long seed = 1;
    String anomaly = null;
    Bugs bugs = sound(decider()).with(Bug.SILENCE_IS_NO);
    while (anomaly == null) {
      anomaly = new Simulation(++seed, bugs, Trace.off()).run();
    }

    assertThat(report(seed, bugs, anomaly))
        .startsWith("seed " + seed + ": " + anomaly)
        .contains(" begins", "is sent to p", "Prepare attempt ", " -> ", "has a new leader");
  }

  /** By clients. */
  private static void assertNoticed(Bugs planted) {
    assertThat(anomaly(planted.watching(Watch.EFFECTS))).isNotNull();
  }

  /** The first one that is found; null when none is. */
  private static @Nullable String anomaly(Bugs bugs) {
    for (long seed = 1; seed <= SEEDS_UNTIL_NOTICED_MAX; seed++) {
      String anomaly = new Simulation(seed, bugs, Trace.off()).run();
      if (anomaly != null) {
        return anomaly;
      }
    }
    return null;
  }
}
