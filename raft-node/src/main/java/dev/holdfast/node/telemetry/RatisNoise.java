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
 * told once, by the consensus package. Only what appenders and connections say of such a peer is
 * dropped; anything else that Ratis warns of stays. Logback makes it by name, hence public.
 */
public final class RatisNoise extends Filter<ILoggingEvent> {
  private static final String LIFE_CYCLE = "org.apache.ratis.util.LifeCycle";

  /** Says the same again, without its cause, of a connection that could not be made. */
  private static final String CLIENT = "NettyClient-";

  private static final Set<String> REPEATING =
      Set.of(
          LIFE_CYCLE,
          "org.apache.ratis.server.RaftServer$Division",
          "org.apache.ratis.server.leader.LogAppender",
          "org.apache.ratis.server.leader.LogAppenderDefault",
          "org.apache.ratis.util.PeerProxyMap");

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
          "SteppingDownException");

  @Override
  public FilterReply decide(ILoggingEvent event) {
    String logger = event.getLoggerName();
    if (!REPEATING.contains(logger)) {
      return FilterReply.NEUTRAL;
    }
    boolean drop =
        isExpected(event.getThrowableProxy())
            || (logger.equals(LIFE_CYCLE) && event.getFormattedMessage().startsWith(CLIENT));
    return drop ? FilterReply.DENY : FilterReply.NEUTRAL;
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
