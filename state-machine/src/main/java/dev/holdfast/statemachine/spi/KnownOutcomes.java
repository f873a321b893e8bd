package dev.holdfast.statemachine.spi;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * What a reader has found out of the attempts at transactions whose intents it meets. One answer
 * for each attempt: an attempt's writes show together or not at all (transactions.md R8).
 */
@FunctionalInterface
public interface KnownOutcomes {
  /** What is not carried out is as good as not there: for reads that take any prefix of history. */
  KnownOutcomes NONE_CARED_FOR = attempt -> Outcome.UNDECIDED;

  /** Null when the home was not asked. */
  @Nullable Outcome of(Attempt attempt);
}
