package dev.holdfast.node.consensus;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.CancellationReason;
import dev.holdfast.protocol.command.Outcome;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Whom replicas turn to when they meet the intents of transactions. Thread-safe, never blocks. */
public interface Transactions {
  /** For nodes on which nobody begins a transaction. */
  Transactions NONE =
      new Transactions() {
        @Override
        public CompletableFuture<Outcome> outcome(Attempt attempt, Duration timeout) {
          return CompletableFuture.failedFuture(
              new IllegalStateException("nobody knows of " + attempt.id()));
        }

        @Override
        public void inTheWay(Attempt holder, Bytes routingKey) {}
      };

  /** What the attempt's home answers now, or later (transactions.md R2). */
  CompletableFuture<Outcome> outcome(Attempt attempt, Duration timeout);

  /** A write was refused for this attempt's intent: if it is decided, let it be resolved (R7). */
  void inTheWay(Attempt holder, Bytes routingKey);

  /** Looks for those that were in the way of a write with these results. */
  default void meet(List<Result> results) {
    for (Result result : results) {
      if (!(result instanceof Result.Rejected rejected)) {
        continue;
      }
      if (rejected.rejection() instanceof Rejection.Locked locked) {
        inTheWay(locked.holder(), locked.key());
      } else if (rejected.rejection() instanceof Rejection.Cancelled cancelled) {
        for (CancellationReason reason : cancelled.reasons()) {
          if (reason instanceof CancellationReason.Locked locked) {
            inTheWay(locked.holder(), locked.key());
          }
        }
      }
    }
  }
}
