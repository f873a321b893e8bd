package dev.holdfast.protocol.command;

import dev.holdfast.protocol.model.RequestId;

/**
 * One attempt to have a command applied, at most once per request id.
 *
 * @param carriedStampMicros the partition's stamp as known before the first attempt, or {@link
 *     #STAMP_UNKNOWN} (replication.md E2)
 * @param finalAttempt whether even a retryable rejection is to be remembered (transactions.md R11)
 */
public record Proposal(
    RequestId id, long carriedStampMicros, boolean finalAttempt, Command command) {
  public static final long STAMP_UNKNOWN = -1;
}
