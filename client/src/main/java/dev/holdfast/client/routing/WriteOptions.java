package dev.holdfast.client.routing;

import dev.holdfast.protocol.model.RequestId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to write.
 *
 * @param requestId names the write for all its attempts
 * @param attempt whether an earlier attempt may have gone through another router (E2)
 * @param session learns the position of the write; null for none
 * @param timeout bounds all attempts together
 */
public record WriteOptions(
    RequestId requestId, Attempt attempt, @Nullable Session session, Duration timeout) {
  /** Whether this router sees the request id for the first time anywhere. */
  public enum Attempt {
    FIRST,
    REPEATED
  }
}
