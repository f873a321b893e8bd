package dev.holdfast.node.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps out of the log what Ratis writes, with its stack, at every attempt to reach a peer that is
 * down, starting or stopping: many lines a second for as long as that lasts. Whoever is silent is
 * told once, by the consensus package. Anything else that Ratis warns of stays. Logback makes it by
 * name, hence public.
 */
public final class RatisNoise extends Filter<ILoggingEvent> {
  private static final String RATIS = "org.apache.ratis.";

  /** Short names, because Ratis's Netty is repackaged and Java's has private subclasses. */
  private static final Set<String> EXPECTED =
      Set.of(
          "AlreadyClosedException",
          "AnnotatedConnectException",
          "ClosedChannelException",
          "StacklessClosedChannelException",
          "ConnectException",
          "GroupMismatchException",
          "NativeIoException",
          "ServerNotReadyException",
          "TimeoutIOException");

  @Override
  public FilterReply decide(ILoggingEvent event) {
    if (!event.getLoggerName().startsWith(RATIS)) {
      return FilterReply.NEUTRAL;
    }
    return isExpected(event.getThrowableProxy()) ? FilterReply.DENY : FilterReply.NEUTRAL;
  }

  private static boolean isExpected(@Nullable IThrowableProxy thrown) {
    for (IThrowableProxy cause = thrown; cause != null; cause = cause.getCause()) {
      String name = cause.getClassName();
      if (EXPECTED.contains(
          name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1))) {
        return true;
      }
    }
    return false;
  }
}
