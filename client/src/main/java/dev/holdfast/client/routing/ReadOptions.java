package dev.holdfast.client.routing;

import dev.holdfast.protocol.rpc.ReadMode.Level;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to read.
 *
 * @param stalenessMax for {@link Level#BOUNDED}; otherwise zero
 * @param session for {@link Level#SESSION}, and then also bound by {@link Level#STRONG}; a wish,
 *     not a bound, for {@link Level#EVENTUAL}; learns the position of the answer; null for none
 * @param timeout bounds all attempts together
 */
public record ReadOptions(
    Level level, Duration stalenessMax, @Nullable Session session, Duration timeout) {
  public static ReadOptions of(Level level, Duration timeout) {
    return new ReadOptions(level, Duration.ZERO, null, timeout);
  }
}
