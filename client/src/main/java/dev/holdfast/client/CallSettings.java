package dev.holdfast.client;

import dev.holdfast.client.routing.ReadOptions;
import dev.holdfast.client.routing.Session;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the calls of one table handle are made.
 *
 * @param session what the calls learn from and are bound by; null for none
 * @param timeout for a call with all its retries
 */
record CallSettings(ReadLevel readLevel, @Nullable Session session, Duration timeout) {
  CallSettings with(ReadLevel level) {
    return new CallSettings(level, session, timeout);
  }

  CallSettings with(Duration newTimeout) {
    return new CallSettings(readLevel, session, newTimeout);
  }

  CallSettings in(Session newSession) {
    return new CallSettings(ReadLevel.SESSION, newSession, timeout);
  }

  ReadOptions readOptions(Duration remaining) {
    return new ReadOptions(readLevel.level(), readLevel.stalenessMax(), session, remaining);
  }
}
