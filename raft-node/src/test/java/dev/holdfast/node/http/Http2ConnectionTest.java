package dev.holdfast.node.http;

import static dev.holdfast.node.http.RawHttp2.ACK;
import static dev.holdfast.node.http.RawHttp2.DATA;
import static dev.holdfast.node.http.RawHttp2.END_HEADERS;
import static dev.holdfast.node.http.RawHttp2.END_STREAM;
import static dev.holdfast.node.http.RawHttp2.GOAWAY;
import static dev.holdfast.node.http.RawHttp2.HEADERS;
import static dev.holdfast.node.http.RawHttp2.RST_STREAM;
import static dev.holdfast.node.http.RawHttp2.SETTINGS;
import static dev.holdfast.node.http.RawHttp2.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.node.http.RawHttp2.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One HTTP/2 connection without a socket and in simulated time. */
@SuppressWarnings("FutureReturnValueIgnored") // whoever waits for a write has its promise
class Http2ConnectionTest {
  private static final HttpOptions OPTIONS = HttpOptions.onPort(0);
  private static final int CLOGGED = 1;
  private static final int NO_ERROR = 0;
  private static final int CANCEL = 8;
  private static final String LARGE = "/answer/100000"; // more than a client's first window

  private final EchoHandler handler = new EchoHandler();
  private final Admission admission = new Admission(OPTIONS);
  private final Socket socket = new Socket();
  private final EmbeddedChannel channel =
      ConnectionTest.connect(OPTIONS, admission, handler, socket);

  /** Stands for the socket: takes what is written only while it is not clogged. */
  private static final class Socket extends ChannelOutboundHandlerAdapter {
    private final ArrayDeque<Runnable> untaken = new ArrayDeque<>();
    private boolean clogged;

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      if (clogged) {
        untaken.add(() -> ctx.write(message, promise));
      } else {
        ctx.write(message, promise);
      }
    }

    void takeAll() {
      clogged = false;
      untaken.forEach(Runnable::run);
      untaken.clear();
    }
  }

  @BeforeEach
  void begin() {
    channel.freezeTime();
    channel.writeInbound(
        Unpooled.copiedBuffer(RawHttp2.PREFACE, StandardCharsets.US_ASCII),
        Unpooled.wrappedBuffer(RawHttp2.frame(SETTINGS, 0, 0, new byte[0])),
        Unpooled.wrappedBuffer(RawHttp2.frame(SETTINGS, ACK, 0, new byte[0])));
  }

  private void send(int type, int flags, int streamId, byte[] payload) {
    channel.writeInbound(Unpooled.wrappedBuffer(RawHttp2.frame(type, flags, streamId, payload)));
  }

  private void get(int streamId, String path) {
    send(HEADERS, END_HEADERS | END_STREAM, streamId, RawHttp2.block("GET", path));
  }

  private void pass(Duration time) {
    channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    channel.runScheduledPendingTasks();
  }

  private void clog() {
    socket.clogged = true;
    channel.unsafe().outboundBuffer().setUserDefinedWritability(CLOGGED, false);
    channel.runPendingTasks();
  }

  /** It has taken enough for more to be written to it, which it takes in its turn. */
  private void unclog() {
    channel.unsafe().outboundBuffer().setUserDefinedWritability(CLOGGED, true);
    channel.runPendingTasks();
    socket.takeAll();
    channel.flush();
  }

  /** What the server has sent since the last call; heads are not decoded. */
  private List<Frame> sent() {
    ByteBuf all = Unpooled.buffer();
    for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
      all.writeBytes(next);
      next.release();
    }
    List<Frame> frames = new ArrayList<>();
    while (all.isReadable()) {
      int length = all.readUnsignedMedium();
      int type = all.readByte();
      int flags = all.readByte();
      int streamId = all.readInt();
      frames.add(
          new Frame(
              type,
              flags,
              streamId,
              all.readCharSequence(length, StandardCharsets.ISO_8859_1).toString()));
    }
    return frames;
  }

  private List<Frame> sent(int type) {
    return sent().stream().filter(frame -> frame.type() == type).toList();
  }

  @Test
  void bodiesAreNotHeldBackByTheWindowTheyShare() {
    assertThat(sent(WINDOW_UPDATE))
        .singleElement()
        .satisfies(
            opened -> {
              assertThat(opened.streamId()).isZero();
              assertThat(opened.error())
                  .as("beyond the 65,535")
                  .isEqualTo(Http2Requests.WINDOW_BYTES - 65_535);
            });
  }

  /** What was under way when the refusal was sent does not count against the client. */
  @Test
  void whatStillComesOfARefusedBodyIsThrownAway() {
    assertThat(admission.reserveBodyBytes((int) OPTIONS.bodyBytesInFlightMax())).isTrue();
    send(HEADERS, END_HEADERS, 1, RawHttp2.block("POST", "/a"));
    send(DATA, 0, 1, new byte[10]);
    assertThat(sent(HEADERS)).singleElement().matches(head -> head.streamId() == 1);
    for (int i = 0; i < 3_000; i++) {
      send(DATA, 0, 1, new byte[10]);
    }
    for (int i = 0; i < 160; i++) {
      send(DATA, 0, 1, new byte[16_000]);
    }
    send(DATA, END_STREAM, 1, new byte[10]);
    List<Frame> meanwhile = sent();
    assertThat(meanwhile).extracting(Frame::type).containsOnly(WINDOW_UPDATE);
    assertThat(meanwhile).as("it may go on").extracting(Frame::streamId).contains(0, 1);
    assertThat(admission.exchangeCount()).isZero();
    get(3, "/b");
    assertThat(sent(HEADERS)).hasSize(1);
  }

  /** Many clients do so when they are answered before they have sent everything. */
  @Test
  void aClientThatTakesBackWhatWasRefusedKeepsItsConnection() {
    assertThat(admission.reserveBodyBytes((int) OPTIONS.bodyBytesInFlightMax())).isTrue();
    for (int i = 0; i < 300; i++) {
      int streamId = 2 * i + 1;
      send(HEADERS, END_HEADERS, streamId, RawHttp2.block("POST", "/a"));
      send(DATA, 0, streamId, new byte[10]);
      send(RST_STREAM, 0, streamId, new byte[] {0, 0, 0, CANCEL});
    }
    assertThat(sent(HEADERS)).hasSize(300);
    assertThat(channel.isOpen()).isTrue();
    assertThat(admission.exchangeCount()).isZero();
  }

  @Test
  void aBodyThatWasRefusedBeforeItWasSentIsNotWaitedFor() {
    assertThat(admission.reserveBodyBytes((int) OPTIONS.bodyBytesInFlightMax())).isTrue();
    byte[] block = RawHttp2.block("POST", "/a", "expect", "100-continue", "content-length", "1000");
    send(HEADERS, END_HEADERS, 1, block);
    assertThat(sent(RST_STREAM))
        .singleElement()
        .satisfies(reset -> assertThat(reset.error()).isEqualTo(NO_ERROR));
    assertThat(admission.exchangeCount()).isZero();
  }

  /** A download at full speed keeps it clogged; pings that are not answered end a connection. */
  @Test
  void aCloggedConnectionIsReadOn() {
    get(1, LARGE);
    clog();
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  @Test
  void aRefusedBodyThatDoesNotEndIsReset() {
    send(HEADERS, END_HEADERS, 1, RawHttp2.block("POST", "/a", "content-length", "999999999"));
    pass(OPTIONS.requestTimeout().minusSeconds(1));
    send(DATA, 0, 1, new byte[10]);
    assertThat(sent(RST_STREAM)).isEmpty();
    pass(OPTIONS.requestTimeout());
    assertThat(sent(RST_STREAM))
        .singleElement()
        .satisfies(reset -> assertThat(reset.error()).isEqualTo(NO_ERROR));
    assertThat(admission.exchangeCount()).isZero();
    assertThat(channel.isOpen()).isTrue();
  }

  /** Requests that are refused as one too many cost a reset, and their bodies another. */
  @Test
  void aClientOfANodeWithTooMuchToDoKeepsItsConnection() {
    while (admission.enterExchange()) {
      assertThat(channel.isOpen()).isTrue();
    }
    for (int i = 0; i < 400; i++) {
      send(HEADERS, END_HEADERS, 2 * i + 1, RawHttp2.block("POST", "/a"));
      send(DATA, END_STREAM, 2 * i + 1, new byte[10]);
    }
    assertThat(sent(RST_STREAM)).hasSize(800);
    assertThat(channel.isOpen()).isTrue();
  }

  /** A slow link always has something to take; it is the one answer that is late. */
  @Test
  void anAnswerThatIsLateOnASlowLinkIsGivenUpAlone() {
    get(1, LARGE);
    get(3, "/hold");
    pass(OPTIONS.writeTimeout().minusSeconds(1));
    clog(); // the socket took something a moment ago
    send(WINDOW_UPDATE, 0, 0, new byte[] {1, 0, 0, 0});
    send(WINDOW_UPDATE, 0, 1, new byte[] {1, 0, 0, 0});
    sent();
    pass(Duration.ofSeconds(10));
    assertThat(channel.isOpen()).isTrue();
    assertThat(admission.exchangeCount()).isEqualTo(1);
    assertThat(admission.unsent().totalBytes()).isZero();

    unclog();
    assertThat(sent())
        .as("nothing behind the reset")
        .singleElement()
        .satisfies(
            reset -> {
              assertThat(reset.type()).isEqualTo(RST_STREAM);
              assertThat(reset.error()).isEqualTo(CANCEL);
            });
    handler.held.remove().complete(EchoHandler.answer(200, ""));
    assertThat(sent(HEADERS)).singleElement().matches(head -> head.streamId() == 3);
  }

  @Test
  void aClientWhoseSocketTakesNothingIsDisconnected() {
    get(1, "/hold");
    clog();
    pass(OPTIONS.writeTimeout().minusSeconds(1));
    assertThat(channel.isOpen()).isTrue();
    pass(OPTIONS.requestTimeout());
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aServerThatStopsSaysSoOnce() {
    get(1, "/hold");
    channel.pipeline().fireUserEventTriggered(HttpServer.Stopping.NOW);
    channel.pipeline().fireUserEventTriggered(HttpServer.Stopping.NOW);
    pass(OPTIONS.idleTimeout());
    assertThat(sent(GOAWAY))
        .singleElement()
        .satisfies(farewell -> assertThat(farewell.error()).isEqualTo(NO_ERROR));
    handler.held.remove().complete(EchoHandler.answer(200, ""));
    assertThat(sent()).extracting(Frame::type).containsExactly(HEADERS, DATA);
    assertThat(channel.isOpen()).isFalse();
  }

  /** Its answer has been sent; the upload need never end. */
  @Test
  void aServerThatStopsDoesNotWaitForARefusedBody() {
    send(HEADERS, END_HEADERS, 1, RawHttp2.block("POST", "/a", "content-length", "999999999"));
    get(3, "/hold");
    assertThat(sent(HEADERS)).singleElement().matches(head -> head.streamId() == 1);
    channel.pipeline().fireUserEventTriggered(HttpServer.Stopping.NOW);
    assertThat(sent())
        .satisfiesExactly(
            farewell -> assertThat(farewell.type()).isEqualTo(GOAWAY),
            reset -> {
              assertThat(reset.type()).isEqualTo(RST_STREAM);
              assertThat(reset.streamId()).isEqualTo(1);
              assertThat(reset.error()).isEqualTo(NO_ERROR);
            });
    handler.held.remove().complete(EchoHandler.answer(200, ""));
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aBodyThatIsRefusedWhileTheServerStopsIsNotWaitedFor() {
    send(HEADERS, END_HEADERS, 1, RawHttp2.block("POST", "/a"));
    channel.pipeline().fireUserEventTriggered(HttpServer.Stopping.NOW);
    assertThat(channel.isOpen()).isTrue();
    assertThat(admission.reserveBodyBytes((int) OPTIONS.bodyBytesInFlightMax())).isTrue();
    send(DATA, 0, 1, new byte[10]);
    assertThat(sent(RST_STREAM))
        .singleElement()
        .satisfies(reset -> assertThat(reset.error()).isEqualTo(NO_ERROR));
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void whatHasNotComeWholeIsForgottenOnceTheClientHasClosedItsHalf() {
    send(HEADERS, END_HEADERS, 1, RawHttp2.block("POST", "/a"));
    send(DATA, 0, 1, new byte[10]);
    get(3, "/hold");
    sent();
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertThat(admission.bodyBytes()).isZero();
    assertThat(admission.exchangeCount()).isEqualTo(1);
    assertThat(sent()).extracting(Frame::type).containsExactly(RST_STREAM, GOAWAY);
    handler.held.remove().complete(EchoHandler.answer(200, ""));
    assertThat(sent()).extracting(Frame::type).containsExactly(HEADERS, DATA);
    assertThat(channel.isOpen()).isFalse();
  }

  /** The socket need not be full to take nothing. */
  @Test
  void aClientThatDoesNotEvenTakeAResetIsDisconnected() {
    get(1, LARGE);
    socket.clogged = true;
    pass(OPTIONS.writeTimeout().plusSeconds(5));
    assertThat(admission.exchangeCount()).as("reset").isZero();
    assertThat(channel.isOpen()).isTrue();
    pass(OPTIONS.writeTimeout().plusSeconds(5));
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void anIdleConnectionIsToldGoodbyeAndClosed() {
    get(1, "/a");
    sent();
    pass(OPTIONS.idleTimeout().minusSeconds(1));
    assertThat(channel.isOpen()).isTrue();
    pass(OPTIONS.requestTimeout());
    assertThat(sent()).extracting(Frame::type).containsExactly(GOAWAY);
    assertThat(channel.isOpen()).isFalse();
  }
}
