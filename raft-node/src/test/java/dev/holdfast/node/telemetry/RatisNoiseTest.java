package dev.holdfast.node.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import org.apache.ratis.protocol.exceptions.ServerNotReadyException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RatisNoiseTest {
  private static final String APPENDER = "org.apache.ratis.server.leader.LogAppender";

  private final LoggerContext context = new LoggerContext();
  private final RatisNoise noise = new RatisNoise();

  @Test
  void attemptsToReachAPeerThatIsDownAreDropped() {
    assertThat(decide(APPENDER, new ConnectException("refused"))).isEqualTo(FilterReply.DENY);
    assertThat(decide(APPENDER, new IOException(new ServerNotReadyException("starting"))))
        .isEqualTo(FilterReply.DENY);
  }

  @Test
  void whatElseRatisHasToSayStays() {
    assertThat(decide(APPENDER, new IOException("disk full"))).isEqualTo(FilterReply.NEUTRAL);
    assertThat(decide(APPENDER, null)).isEqualTo(FilterReply.NEUTRAL);
  }

  @Test
  void aFaultOfTheLogStaysWhateverItsCause() {
    assertThat(
            decide(
                "org.apache.ratis.server.raftlog.segmented.SegmentedRaftLogWorker",
                new ClosedChannelException()))
        .isEqualTo(FilterReply.NEUTRAL);
  }

  @Test
  void ourOwnWordsStay() {
    assertThat(decide("dev.holdfast.node.Node", new ConnectException("refused")))
        .isEqualTo(FilterReply.NEUTRAL);
  }

  private FilterReply decide(String name, @Nullable Throwable thrown) {
    Logger logger = context.getLogger(name);
    return noise.decide(new LoggingEvent("fqcn", logger, Level.WARN, "message", thrown, null));
  }
}
