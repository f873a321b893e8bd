package dev.holdfast.node.consensus;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Outcome;
import dev.holdfast.protocol.model.Bytes;
import java.time.Duration;
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
}
