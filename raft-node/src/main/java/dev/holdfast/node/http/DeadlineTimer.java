package dev.holdfast.node.http;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Looks at a connection's deadlines a few times within the shortest of its limits. */
final class DeadlineTimer {
  private static final int TICKS_WITHIN_A_LIMIT = 4;
  private static final int TICK_MILLIS_MIN = 20;

  private DeadlineTimer() {}

  /** Runs the check on the channel's event loop until it is cancelled or the channel closes. */
  static Future<?> start(Channel channel, HttpOptions options, Runnable check) {
    Duration shortest = options.requestTimeout();
    shortest = shorter(shortest, options.writeTimeout());
    shortest = shorter(shortest, options.idleTimeout());
    long tickMillis = Math.max(TICK_MILLIS_MIN, shortest.toMillis() / TICKS_WITHIN_A_LIMIT);
    Future<?> timer =
        channel
            .eventLoop()
            .scheduleWithFixedDelay(check, tickMillis, tickMillis, TimeUnit.MILLISECONDS);
    channel.closeFuture().addListener(closed -> timer.cancel(false));
    return timer;
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
