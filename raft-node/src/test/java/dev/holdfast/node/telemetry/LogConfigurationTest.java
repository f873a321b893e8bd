package dev.holdfast.node.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node's log leaves out. */
class LogConfigurationTest {
  @TempDir Path directory;

  /** Netty has a line and a stack trace for what any client can do, as often as it likes. */
  @ParameterizedTest
  @ValueSource(strings = {"/logback-node.xml", "/logback-console.xml"})
  void whatClientsDoWrongIsNotLoggedAndWhatWeSayIs(String file) throws JoranException {
    LoggerContext context = new LoggerContext();
    context.putProperty("holdfast.log.file", directory.resolve("node.log").toString());
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(LogConfigurationTest.class.getResource(file));
    try {
      String netty = "io.netty.handler.codec.http2.Http2ConnectionHandler";
      assertThat(context.getLogger(netty).getEffectiveLevel()).isEqualTo(Level.WARN);
      assertThat(context.getLogger("dev.holdfast.node.http.HttpServer").getEffectiveLevel())
          .isEqualTo(Level.INFO);
    } finally {
      context.stop();
    }
  }
}
