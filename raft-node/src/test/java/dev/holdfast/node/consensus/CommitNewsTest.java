package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.leader.LogAppender;
import org.apache.ratis.util.AwaitForSignal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CommitNewsTest {
  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final CommitNews news = new CommitNews(executor);
  private final AwaitForSignal signal = new AwaitForSignal("n2");
  private boolean isRunning = true;
  private boolean hasEntries;
  private int wakeCount;

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  /** Why it is needed: an appender that looks for entries first and waits then may be too late. */
  @Test
  void ratisForgetsASignalThatIsGivenBeforeTheWaitBegins() throws Exception {
    signal.signal();

    assertThat(signal.await(10, TimeUnit.MILLISECONDS)).isFalse();
  }

  @Test
  void anAppenderWithEntriesToSendIsWoken() {
    news.sendsBy(appender());
    news.wakeAppenders();
    assertThat(wakeCount).isZero();

    hasEntries = true;
    news.wakeAppenders();

    assertThat(wakeCount).isEqualTo(1);
  }

  @Test
  void oneOfAnEarlierTermIsLeftAlone() {
    news.sendsBy(appender());
    hasEntries = true;
    isRunning = false;

    news.wakeAppenders();

    assertThat(wakeCount).isZero();
  }

  private LogAppender appender() {
    return (LogAppender)
        Proxy.newProxyInstance(
            LogAppender.class.getClassLoader(),
            new Class<?>[] {LogAppender.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getFollowerId" -> RaftPeerId.valueOf("n2");
                  case "isRunning" -> isRunning;
                  case "hasAppendEntries" -> hasEntries;
                  case "notifyLogAppender" -> wakeCount++;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }
}
