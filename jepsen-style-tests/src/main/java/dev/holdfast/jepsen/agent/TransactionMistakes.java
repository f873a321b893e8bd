package dev.holdfast.jepsen.agent;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Mistakes in transactions over several partitions, and in reads that meet them. */
@SuppressWarnings("FutureReturnValueIgnored") // a stroke returns them to the node
final class TransactionMistakes {
  private static final String COORDINATION = "dev.holdfast.node.transaction.";
  private static final String PARTICIPANT = "dev.holdfast.statemachine.transaction.";
  private static final String OUTCOME = "dev.holdfast.protocol.command.Outcome";
  private static final Duration STEP_TIMEOUT = Duration.ofSeconds(5);

  private TransactionMistakes() {}

  static List<Mistake> all() {
    return List.of(
        intentsUnseen(),
        oneLook(),
        locksIgnored(),
        unpreparedDecision(),
        hastyRecovery(),
        tokensForgotten());
  }

  private static Mistake intentsUnseen() {
    return Mistake.of(
        "intents-unseen",
        "a strong read does not ask what became of the intents that it meets",
        "R8, invariant 5",
        new Graft(
            "dev.holdfast.node.consensus.PastIntents",
            "look",
            0,
            Stroke.instead(
                (past, none) ->
                    CompletableFuture.completedFuture(
                        Inside.make(
                            "dev.holdfast.node.consensus.PastIntents$Look",
                            Inside.call(Inside.field(past, "snapshots"), "get"),
                            Inside.constant(
                                "dev.holdfast.statemachine.spi.KnownOutcomes",
                                "NONE_CARED_FOR"))))));
  }

  private static Mistake oneLook() {
    return Mistake.of(
        "one-look",
        "items are read together by one look at each partition: the second is not compared",
        "R9, invariant 5",
        new Graft(COORDINATION + "TogetherRead", "isStill", 3, Stroke.returning(true)));
  }

  private static Mistake locksIgnored() {
    return Mistake.of(
        "locks-ignored",
        "a transaction prepares on an item that another one holds",
        "R7, invariant 5",
        new Graft(PARTICIPANT + "IntentRow", "holder", 1, Stroke.returning(null)));
  }

  private static Mistake unpreparedDecision() {
    return Mistake.of(
        "unprepared-decision",
        "the home decides without waiting for what the other partitions say to Prepare",
        "R4, invariant 5",
        new Graft(
            COORDINATION + "AttemptRun",
            "prepare",
            1,
            Stroke.afterwards(
                (run, group, prepared) ->
                    CompletableFuture.completedFuture(
                        Inside.make(
                            "dev.holdfast.protocol.command.Result$Transacted", List.of())))));
  }

  /** Whoever meets an intent, or sweeps, takes "not decided" for "will not commit". */
  private static Mistake hastyRecovery() {
    return Mistake.of(
        "hasty-recovery",
        "who finds an attempt undecided aborts it, though it may still be committed",
        "R2, invariant 5",
        new Graft(
            COORDINATION + "Resolver",
            "recover",
            2,
            Stroke.instead(
                (resolver, found) ->
                    asked(resolver, found[0])
                        .thenCompose(
                            outcome ->
                                ended(
                                    Inside.get(
                                        resolver,
                                        "resolve",
                                        found[0],
                                        found[1],
                                        isUndecided(outcome)
                                            ? Inside.constant(OUTCOME, "ABORTED")
                                            : outcome))))));
  }

  @SuppressWarnings("unchecked")
  private static CompletableFuture<Object> asked(
      @Nullable Object resolver, @Nullable Object attempt) {
    return (CompletableFuture<Object>) Inside.get(resolver, "outcome", attempt, STEP_TIMEOUT);
  }

  private static CompletableFuture<?> ended(Object future) {
    return (CompletableFuture<?>) future;
  }

  private static boolean isUndecided(Object outcome) {
    return outcome.equals(Inside.constant(OUTCOME, "UNDECIDED"));
  }

  private static Mistake tokensForgotten() {
    return Mistake.of(
        "tokens-forgotten",
        "the token of a transaction that took effect is not remembered",
        "R10, invariant 7",
        new Graft(
            PARTICIPANT + "SpentTokens",
            "use",
            1,
            Stroke.instead(
                (tokens, token) -> Inside.constant(PARTICIPANT + "SpentTokens$Use", "NEW"))));
  }
}
