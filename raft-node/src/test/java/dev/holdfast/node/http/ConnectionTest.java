package dev.holdfast.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** One connection without a socket, so that each thing happens when the test says so. */
@SuppressWarnings("FutureReturnValueIgnored") // whoever waits for a write has its promise
class ConnectionTest {
  private static final String GET = "GET /a HTTP/1.1\r\n\r\n";
  private static final String HOLD = "GET /hold HTTP/1.1\r\n\r\n";
  private static final String UPGRADE =
      String.join(
          "\r\n",
          "GET /up HTTP/1.1",
          "Upgrade: h2c",
          "Connection: Upgrade, HTTP2-Settings",
          "HTTP2-Settings: AAMAAABk",
          "",
          "");
  private static final String PREFACE = RawHttp2.PREFACE + "\0\0\0\4\0\0\0\0\0";

  private final EchoHandler handler = new EchoHandler();
  private final Socket socket = new Socket();
  private Admission admission = new Admission(HttpOptions.onPort(0));

  /** Stands for the socket: fails writes when told to. */
  @ChannelHandler.Sharable
  private static final class Socket extends ChannelOutboundHandlerAdapter {
    private boolean fails;

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      if (fails) {
        ReferenceCountUtil.release(message);
        promise.setFailure(new IOException("no memory to copy it to"));
      } else {
        ctx.write(message, promise);
      }
    }
  }

  /** A connection of the server's, with something in the place of its socket. */
  static EmbeddedChannel connect(
      HttpOptions options, Admission admission, HttpHandler handler, ChannelHandler socket) {
    RequestService service =
        new RequestService(admission, handler, new RequestIds(() -> 1), HttpServerTest.CODERS);
    return new EmbeddedChannel(
        new ChannelInitializer<EmbeddedChannel>() {
          @Override
          protected void initChannel(EmbeddedChannel channel) {
            channel.pipeline().addLast(socket);
            HttpServer.addHandlers(
                channel.pipeline(), options, service, new AnswerDate(HttpServerTest.CLOCK));
          }
        });
  }

  private EmbeddedChannel connect(HttpOptions options) {
    return connect(options, admission, handler, socket);
  }

  private EmbeddedChannel connect() {
    return connect(HttpOptions.onPort(0));
  }

  private static void send(EmbeddedChannel channel, String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
  }

  private void answerHeld() {
    handler.held.remove().complete(EchoHandler.answer(200, ""));
  }

  private static String sent(EmbeddedChannel channel) {
    StringBuilder text = new StringBuilder();
    for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
      text.append(next.toString(StandardCharsets.ISO_8859_1));
      next.release();
    }
    return text.toString();
  }

  private static int count(String text, String part) {
    return (text.length() - text.replace(part, "").length()) / part.length();
  }

  @Test
  void whatOneReadBringsWaitsForItsTurn() {
    EmbeddedChannel channel = connect();
    send(channel, HOLD + GET.repeat(400));
    assertThat(admission.waitingCount()).isEqualTo(800);
    assertThat(channel.config().isAutoRead()).isFalse();
    answerHeld();
    assertThat(count(sent(channel), "200 OK")).isEqualTo(401);
    assertThat(admission.waitingCount()).isZero();
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  @Test
  void whoPipelinesTooManyMessagesIsDisconnected() {
    EmbeddedChannel channel = connect();
    send(channel, HOLD + GET.repeat(Connection.WAITING_COUNT_MAX / 2));
    assertThat(channel.isOpen()).isTrue();
    channel.close();
    assertThat(admission.waitingCount()).isZero();

    EmbeddedChannel another = connect();
    send(another, HOLD + GET.repeat(Connection.WAITING_COUNT_MAX / 2 + 1));
    assertThat(another.isOpen()).isFalse();
    assertThat(admission.waitingCount()).isZero();
    answerHeld();
    answerHeld();
    assertThat(handler.askedCount).as("what waited has been forgotten").hasValue(2);
  }

  @Test
  void messagesThatWaitAreCountedOverAllConnections() {
    admission = new Admission(HttpServerTest.OPTIONS);
    EmbeddedChannel first = connect(HttpServerTest.OPTIONS);
    EmbeddedChannel second = connect(HttpServerTest.OPTIONS);
    send(first, HOLD + GET.repeat(30));
    send(second, HOLD + GET.repeat(30));
    assertThat(second.isOpen()).isFalse();
    assertThat(first.isOpen()).isTrue();
    assertThat(admission.waitingCount()).isEqualTo(60);
  }

  /** The next answer would be taken for the one that could not be written. */
  @Test
  void anAnswerThatCannotBeWrittenEndsTheConnection() {
    EmbeddedChannel channel = connect();
    send(channel, HOLD + GET);
    socket.fails = true;
    answerHeld();
    assertThat(channel.isOpen()).isFalse();
    assertThat(handler.askedCount).as("nobody waits for the answer").hasValue(1);
  }

  @Test
  void aClientThatHasClosedItsHalfStillGetsItsAnswers() {
    EmbeddedChannel channel = connect();
    send(channel, HOLD + HOLD);
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    answerHeld();
    assertThat(sent(channel)).startsWith("HTTP/1.1 200 OK").contains("Connection: keep-alive");
    answerHeld();
    assertThat(sent(channel)).startsWith("HTTP/1.1 200 OK").contains("Connection: close");
    assertThat(channel.isOpen()).isFalse();
  }

  /** Nothing could come of it but the end, which it would not hear of. */
  @Test
  void aClientThatHasClosedItsHalfIsNotUpgraded() {
    EmbeddedChannel channel = connect();
    send(channel, HOLD + UPGRADE);
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    answerHeld();
    assertThat(sent(channel)).doesNotContain("101").endsWith("\r\n\r\n/up:0");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void whoAsksForAnUpgradeWhenStreamsAreTooManyIsAnsweredByHttp11() {
    admission = new Admission(HttpServerTest.OPTIONS);
    int entered = 0;
    while (admission.enterExchange()) {
      entered++;
    }
    EmbeddedChannel channel = connect(HttpServerTest.OPTIONS);
    send(channel, UPGRADE);
    assertThat(sent(channel)).startsWith("HTTP/1.1 200 OK").endsWith("\r\n\r\n/up:0");
    assertThat(channel.isOpen()).isTrue();
    assertThat(admission.exchangeCount()).isEqualTo(entered);

    admission.leaveExchange();
    send(channel, UPGRADE);
    assertThat(sent(channel)).startsWith("HTTP/1.1 101 ");
    send(channel, PREFACE);
    assertThat(admission.exchangeCount()).as("answered").isEqualTo(entered - 1);
  }

  private static void pass(EmbeddedChannel channel, Duration time) {
    channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    channel.runScheduledPendingTasks();
  }

  @Test
  void aHeadThatComesByteByByteIsGivenUp() {
    EmbeddedChannel channel = connect();
    channel.freezeTime();
    send(channel, GET);
    assertThat(sent(channel)).endsWith("/a:0");
    pass(channel, Duration.ofSeconds(50));
    for (int i = 0; i < 15; i++) {
      send(channel, GET.substring(i, i + 1));
      pass(channel, Duration.ofSeconds(1));
    }
    assertThat(sent(channel)).isEmpty();
    pass(channel, Duration.ofSeconds(10));
    assertThat(sent(channel)).startsWith("HTTP/1.1 408 ");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void anIdleConnectionIsNotToldThatItIsSlow() {
    EmbeddedChannel channel = connect();
    channel.freezeTime();
    send(channel, GET);
    assertThat(sent(channel)).endsWith("/a:0");
    pass(channel, Duration.ofSeconds(119));
    assertThat(channel.isOpen()).isTrue();
    pass(channel, Duration.ofSeconds(6));
    assertThat(channel.isOpen()).isFalse();
    assertThat(sent(channel)).isEmpty();
  }
}
