package dev.holdfast.node.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2ServerUpgradeCodec;
import io.netty.handler.codec.http2.Http2Settings;
import java.nio.charset.StandardCharsets;

/**
 * Turns a connection into one of HTTP/2 without TLS: for a client that begins with its preface, and
 * for one that asks by {@code Upgrade: h2c}, whose request becomes the first stream. Source: RFC
 * 7540, sections 3.2 to 3.4.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write ends in channelInactive
final class Http2Start {
  private static final String PROTOCOL = "h2c";
  private static final byte[] SWITCHING =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  /** What a client may send of one body before it hears from us; it hears as soon as we read. */
  private static final int WINDOW_BYTES = 1 << 20;

  /**
   * Resets after which a connection ends; Netty would allow 200. It counts the client's, and those
   * of ours that answer what comes for a stream that is no more. An honest client of a node that
   * has too much to do causes many: its requests are refused while their bodies are under way, and
   * many clients take back the rest of a body that was answered early. What the limit is for,
   * requests that go on while nobody counts them, cannot happen: ours count until they end.
   */
  private static final int RESET_COUNT_MAX = 2_000;

  private static final int RESET_WINDOW_SECONDS = 30;

  private final HttpOptions options;
  private final RequestService service;
  private final AnswerDate date;

  Http2Start(HttpOptions options, RequestService service, AnswerDate date) {
    this.options = options;
    this.service = service;
    this.date = date;
  }

  /** Whether a request asks for HTTP/2 in the form that allows it. */
  static boolean isAskedFor(HttpRequest request) {
    HttpHeaders headers = request.headers();
    return headers.contains(HttpHeaderNames.UPGRADE)
        && headers.containsValue(HttpHeaderNames.UPGRADE, PROTOCOL, true)
        && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderNames.UPGRADE, true)
        && headers.getAll(Http2CodecUtil.HTTP_UPGRADE_SETTINGS_HEADER).size() == 1
        && request.protocolVersion().equals(HttpVersion.HTTP_1_1);
  }

  /** Begins with the client's preface, which is passed on by the handler that looked at it. */
  void begin(ChannelHandlerContext ctx) {
    Http2Requests requests = new Http2Requests(options, service, date);
    ChannelPipeline pipeline = ctx.pipeline();
    pipeline.remove(Connection.class);
    pipeline.remove(HttpRequestDecoder.class);
    pipeline.addLast(handler(requests)).addLast(requests.tail());
  }

  /**
   * Begins with a complete request, which is answered as the first stream.
   *
   * @return false when its settings are none, or streams are too many already, so that it is to be
   *     answered as it came
   */
  boolean upgrade(ChannelHandlerContext ctx, HttpRequest request, RequestBody body) {
    Http2Requests requests = new Http2Requests(options, service, date);
    Http2ConnectionHandler handler = handler(requests);
    Http2ServerUpgradeCodec codec = new Http2ServerUpgradeCodec("http2", handler, requests.tail());
    FullHttpRequest whole =
        new DefaultFullHttpRequest(
            request.protocolVersion(),
            request.method(),
            request.uri(),
            Unpooled.EMPTY_BUFFER,
            request.headers(),
            EmptyHttpHeaders.INSTANCE);
    if (!codec.prepareUpgradeResponse(ctx, whole, EmptyHttpHeaders.INSTANCE)) {
      return false;
    }
    Admission admission = service.admission();
    if (!admission.enterExchange()) { // before it is told that it may change
      return false;
    }
    ctx.writeAndFlush(Unpooled.wrappedBuffer(SWITCHING));
    codec.upgradeTo(ctx, whole);
    if (!ctx.channel().isActive()) {
      admission.leaveExchange();
      body.release();
      return true;
    }
    requests.takeFirst(request, body); // before what came behind it, which may take it back
    ChannelPipeline pipeline = ctx.pipeline();
    pipeline.remove(Connection.class);
    pipeline.remove(HttpRequestDecoder.class);
    requests.serveFirst();
    return true;
  }

  private Http2ConnectionHandler handler(Http2Requests requests) {
    Http2Settings settings =
        Http2Settings.defaultSettings()
            .maxConcurrentStreams(options.streamCountMax())
            .maxHeaderListSize(options.headerBytesMax())
            .initialWindowSize(WINDOW_BYTES);
    Http2ConnectionHandler handler =
        new Http2ConnectionHandlerBuilder()
            .server(true)
            .initialSettings(settings)
            .frameListener(requests)
            .validateHeaders(true)
            .encoderEnforceMaxRstFramesPerWindow(RESET_COUNT_MAX, RESET_WINDOW_SECONDS)
            .decoderEnforceMaxRstFramesPerWindow(RESET_COUNT_MAX, RESET_WINDOW_SECONDS)
            .decoupleCloseAndGoAway(true) // closing is closing: a deaf client holds memory
            .build();
    requests.attach(handler);
    return handler;
  }
}
