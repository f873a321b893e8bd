package dev.holdfast.node.http;

import dev.holdfast.node.http.HttpAnswer.Header;
import dev.holdfast.node.http.HttpCall.Headers;
import dev.holdfast.node.http.HttpHandler.Refusal;
import dev.holdfast.protocol.model.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one HTTP/2 connection: as many at once as the client has streams, each answered
 * when its answer is there.
 *
 * <ul>
 *   <li>All state belongs to the channel's event loop.
 *   <li>The limits are those of {@link Connection}: bodies, requests and unsent answers of all
 *       connections together, and time for each phase of a request. Besides, a connection has at
 *       most {@code streamCountMax} requests, and takes no further one while its client leaves too
 *       much of its answers unread.
 *   <li>What floods of frames cost is bounded by Netty's own limits (resets, empty data,
 *       continuations, control frames that wait), which are on.
 * </ul>
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in onStreamClosed
final class Http2Requests extends Http2EventAdapter {
  /**
   * What a client may send of all bodies together before it hears from us, for some to be on their
   * way while one is slow. It protects no memory: what is read is acknowledged at once, and what of
   * it is kept is counted elsewhere.
   */
  static final int WINDOW_BYTES = 4 << 20;

  private static final int UPGRADED_STREAM = Http2CodecUtil.HTTP_UPGRADE_STREAM_ID;
  private static final int HEADER_COUNT = 10;

  /** One client's share of the answers that may be left unread. */
  private static final int UNSENT_SHARE = 4;

  private final HttpOptions options;
  private final RequestService service;
  private final Admission admission;
  private final AnswerDate date;
  private final Map<Integer, Http2Exchange> exchanges = new HashMap<>();

  private @Nullable Http2ConnectionHandler handler;
  private @Nullable ChannelHandlerContext context;
  private long idleSinceNanos;
  private boolean closing;
  private boolean farewell;
  private long farewellNanos;
  private long unwritableNanos;
  private int unsentResetCount;
  private long unsentResetNanos;

  Http2Requests(HttpOptions options, RequestService service, AnswerDate date) {
    this.options = options;
    this.service = service;
    this.admission = service.admission();
    this.date = date;
  }

  /** Called once, before the handler is in a pipeline. */
  void attach(Http2ConnectionHandler connectionHandler) {
    handler = connectionHandler;
    connectionHandler.connection().addListener(this);
  }

  /** What stands behind the handler in the pipeline. */
  ChannelHandler tail() {
    return new Http2Tail(this);
  }

  private Http2ConnectionHandler handler() {
    if (handler == null) {
      throw new IllegalStateException("not attached");
    }
    return handler;
  }

  private ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("not started");
    }
    return context;
  }

  private long nowNanos() {
    return context().executor().ticker().nanoTime();
  }

  /** The connection begins; the context is the handler's. */
  void start(ChannelHandlerContext ctx) {
    context = ctx;
    idleSinceNanos = nowNanos();
    unwritableNanos = idleSinceNanos;
    DeadlineTimer.start(ctx.channel(), options, () -> checkDeadlines(ctx));
    openWindow(ctx);
  }

  /** The settings speak of streams alone. */
  private void openWindow(ChannelHandlerContext ctx) {
    Http2Stream whole = handler().connection().connectionStream();
    try {
      handler()
          .decoder()
          .flowController()
          .incrementWindowSize(whole, WINDOW_BYTES - Http2CodecUtil.DEFAULT_WINDOW_SIZE);
    } catch (Http2Exception e) {
      handler().onError(ctx, true, e);
      return;
    }
    handler().flush(ctx);
  }

  /**
   * Takes the request that asked for HTTP/2, which has entered as an exchange, and whose body has
   * come by HTTP/1.1.
   */
  void takeFirst(HttpRequest request, RequestBody body) {
    Http2Exchange exchange =
        new Http2Exchange(
            UPGRADED_STREAM,
            service.nextRequestId(),
            request.method().name(),
            request.uri(),
            request.headers()::get,
            body);
    if (handler().connection().stream(UPGRADED_STREAM) == null) {
      admission.leaveExchange();
      body.release();
      context().close();
      return;
    }
    exchange.enter(Http2Exchange.Phase.READING, nowNanos(), options.requestTimeout());
    exchanges.put(UPGRADED_STREAM, exchange);
  }

  /** Serves it, unless what came behind it has taken it back. */
  void serveFirst() {
    Http2Exchange exchange = exchanges.get(UPGRADED_STREAM);
    if (exchange != null && exchange.is(Http2Exchange.Phase.READING)) {
      serve(context(), exchange);
    }
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx,
      int streamId,
      Http2Headers headers,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean end) {
    onHeadersRead(ctx, streamId, headers, padding, end);
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean end) {
    Http2Exchange known = exchanges.get(streamId);
    if (known == null) {
      begin(ctx, streamId, headers, end);
    } else if (end && known.is(Http2Exchange.Phase.READING)) {
      serve(ctx, known); // the trailers after its body
    }
  }

  private void begin(ChannelHandlerContext ctx, int streamId, Http2Headers headers, boolean end) {
    boolean unread =
        admission.unsent().bytesOf(ctx.channel()) > options.unsentBytesMax() / UNSENT_SHARE;
    boolean full = exchanges.size() >= options.streamCountMax();
    if (closing || unread || full || !admission.enterExchange()) {
      reset(ctx, streamId, Http2Error.REFUSED_STREAM); // nothing happened: it may try again
      return;
    }
    CharSequence method = headers.method();
    CharSequence path = headers.path();
    long announced = announcedBytes(headers);
    Http2Exchange exchange =
        new Http2Exchange(
            streamId,
            service.nextRequestId(),
            method == null ? "" : method.toString(),
            path == null ? "" : path.toString(),
            lookUp(headers),
            new RequestBody(admission, options.bodyBytesMax(), end ? 0 : Math.max(-1, announced)));
    exchanges.put(streamId, exchange);
    exchange.enter(Http2Exchange.Phase.READING, nowNanos(), options.requestTimeout());
    boolean isExpectant =
        !end && headers.contains(HttpHeaderNames.EXPECT, HttpHeaderValues.CONTINUE, true);
    if (method == null || path == null || announced < -1) {
      refuse(ctx, exchange, Refusal.MALFORMED);
    } else if (announced > options.bodyBytesMax()) {
      refuse(ctx, exchange, Refusal.BODY_TOO_LARGE, isExpectant);
    } else if (end) {
      serve(ctx, exchange);
    } else if (isExpectant) {
      invite(ctx, exchange, announced);
    }
  }

  private void invite(ChannelHandlerContext ctx, Http2Exchange exchange, long announced) {
    if (!admission.hasRoomFor(announced)) {
      refuse(ctx, exchange, Refusal.OVERLOADED, true);
      return;
    }
    Http2Headers goOn = new DefaultHttp2Headers(false, 1).status("100");
    handler().encoder().writeHeaders(ctx, exchange.streamId(), goOn, 0, false, ctx.newPromise());
  }

  /** What Content-Length says: -1 when there is none, less when it is no length. */
  private static long announcedBytes(Http2Headers headers) {
    CharSequence length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
    if (length == null) {
      return -1;
    }
    try {
      long bytes = Long.parseLong(length.toString());
      return bytes < 0 ? -2 : bytes;
    } catch (NumberFormatException e) {
      return -2;
    }
  }

  private static Headers lookUp(Http2Headers headers) {
    return name -> {
      String lower = name.toLowerCase(Locale.ROOT);
      CharSequence value = headers.get(lower);
      if (value == null && lower.equals("host")) {
        value = headers.authority();
      }
      return value == null ? null : value.toString();
    };
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext ctx, int streamId, ByteBuf content, int padding, boolean end) {
    int taken = content.readableBytes() + padding; // what we do not keep is not waited for
    Http2Exchange exchange = exchanges.get(streamId);
    if (exchange != null && exchange.is(Http2Exchange.Phase.READING)) {
      Refusal refusal = exchange.body().append(content).refusal();
      if (refusal != null) {
        refuse(ctx, exchange, refusal);
      } else if (end) {
        serve(ctx, exchange);
      }
    }
    return taken;
  }

  private void serve(ChannelHandlerContext ctx, Http2Exchange exchange) {
    HttpCall call = exchange.call(new LoopExecutor(ctx.channel().eventLoop()));
    exchange.beginServing(); // from here on the service releases the body
    service.serve(
        call,
        exchange.body(),
        answer -> {
          if (exchange.is(Http2Exchange.Phase.SERVING)) {
            write(ctx, exchange, answer);
          }
        });
  }

  /**
   * Answers without asking the handler. What the client still sends of the request is thrown away
   * until it ends or is late: after a reset, each piece of it would be answered by a reset of its
   * own.
   */
  private void refuse(ChannelHandlerContext ctx, Http2Exchange exchange, Refusal refusal) {
    refuse(ctx, exchange, refusal, refusal == Refusal.TOO_SLOW);
  }

  /**
   * @param isAll whether no more of the request is waited for: it is late, or will not be sent now
   */
  private void refuse(
      ChannelHandlerContext ctx, Http2Exchange exchange, Refusal refusal, boolean isAll) {
    exchange.body().release();
    write(ctx, exchange, service.refuse(refusal))
        .addListener(
            written -> {
              if (isAll || closing) {
                reset(ctx, exchange.streamId(), Http2Error.NO_ERROR);
              } else if (exchange.is(Http2Exchange.Phase.WRITING)) {
                exchange.enter(
                    Http2Exchange.Phase.DISCARDING, nowNanos(), options.requestTimeout());
              }
            });
  }

  private ChannelFuture write(
      ChannelHandlerContext ctx, Http2Exchange exchange, HttpAnswer answer) {
    exchange.enter(Http2Exchange.Phase.WRITING, nowNanos(), options.writeTimeout());
    Bytes body = answer.body();
    boolean headOnly = exchange.isHead() || body.isEmpty();
    Http2Headers head = head(exchange, answer);
    int streamId = exchange.streamId();
    ChannelFuture written =
        handler().encoder().writeHeaders(ctx, streamId, head, 0, headOnly, ctx.newPromise());
    if (!headOnly) {
      ByteBuf bytes = Unpooled.wrappedBuffer(body.backingArray(), body.arrayOffset(), body.size());
      written = handler().encoder().writeData(ctx, streamId, bytes, 0, true, ctx.newPromise());
    }
    handler().flush(ctx);
    if (!written.isDone()) {
      UnsentAnswers.Hold hold =
          admission.unsent().hold(ctx.channel(), UnsentAnswers.bytesOf(answer, headOnly));
      written.addListener(done -> hold.release());
    }
    return written;
  }

  private Http2Headers head(Http2Exchange exchange, HttpAnswer answer) {
    Http2Headers head = new DefaultHttp2Headers(false, HEADER_COUNT);
    head.status(Integer.toString(answer.status()));
    head.add("server", "Server");
    head.add("date", date.now());
    if (!answer.contentType().isEmpty()) {
      head.add("content-type", answer.contentType());
    }
    head.add("content-length", Integer.toString(answer.body().size()));
    head.add("x-amzn-requestid", exchange.requestId());
    head.add("x-amz-crc32", Answers.checksum(answer.body()));
    for (Header header : answer.headers()) {
      head.add(header.name(), header.value());
    }
    return head;
  }

  private void reset(ChannelHandlerContext ctx, int streamId, Http2Error error) {
    if (handler().connection().stream(streamId) != null) {
      handler().resetStream(ctx, streamId, error.code(), ctx.newPromise());
      handler().flush(ctx);
    }
  }

  /** Ends a stream at once: what waits of its answer must not follow the reset. */
  private void giveUp(ChannelHandlerContext ctx, int streamId, Http2Error error) {
    Http2Stream stream = handler().connection().stream(streamId);
    if (stream == null) {
      return;
    }
    if (unsentResetCount == 0) {
      unsentResetNanos = nowNanos();
    }
    unsentResetCount++;
    ChannelPromise sent = ctx.newPromise();
    sent.addListener(
        done -> {
          unsentResetCount--;
          unsentResetNanos = nowNanos();
        });
    handler().resetStream(ctx, streamId, error.code(), sent);
    stream.close();
    handler().flush(ctx);
  }

  @Override
  public void onStreamClosed(Http2Stream stream) {
    Http2Exchange exchange = exchanges.remove(stream.id());
    if (exchange != null) {
      exchange.end();
      admission.leaveExchange();
      idleSinceNanos = nowNanos();
      closeWhenDone();
    }
  }

  private void closeWhenDone() {
    ChannelHandlerContext ctx = context();
    if (closing && exchanges.isEmpty() && !farewell && ctx.channel().isActive()) {
      farewell = true;
      farewellNanos = nowNanos();
      ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> ctx.close());
    }
  }

  /** The socket has taken something, or begins to take nothing. */
  void writabilityChanged() {
    unwritableNanos = nowNanos();
  }

  /** Whether the socket has taken nothing for too long; slowly is not nothing. */
  private boolean isDeaf(ChannelHandlerContext ctx, long nowNanos) {
    long limit = options.writeTimeout().toNanos();
    boolean stuck = !ctx.channel().isWritable() && nowNanos - unwritableNanos >= limit;
    boolean unheard = unsentResetCount > 0 && nowNanos - unsentResetNanos >= limit;
    return stuck || unheard || (farewell && nowNanos - farewellNanos >= limit);
  }

  /** The client sends nothing more: what has not come whole never will, the rest is answered. */
  void inputEnded() {
    giveUpAll(Http2Exchange.Phase.READING, Http2Error.CANCEL);
    giveUpAll(Http2Exchange.Phase.DISCARDING, Http2Error.CANCEL);
    stop();
  }

  private void giveUpAll(Http2Exchange.Phase phase, Http2Error error) {
    List<Http2Exchange> all =
        exchanges.values().stream().filter(exchange -> exchange.is(phase)).toList();
    for (Http2Exchange exchange : all) {
      giveUp(context(), exchange.streamId(), error);
    }
  }

  /**
   * Takes no further request, and closes after the answers to those it has. What was refused has
   * been answered, and the rest of it is not waited for.
   */
  void stop() {
    if (!closing) {
      closing = true;
      ChannelHandlerContext ctx = context();
      int last = handler().connection().remote().lastStreamCreated();
      handler()
          .goAway(ctx, last, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, ctx.newPromise());
      handler().flush(ctx);
      giveUpAll(Http2Exchange.Phase.DISCARDING, Http2Error.NO_ERROR);
    }
    closeWhenDone();
  }

  private void checkDeadlines(ChannelHandlerContext ctx) {
    long nowNanos = nowNanos();
    if (isDeaf(ctx, nowNanos)) {
      ctx.close();
      return;
    }
    List<Http2Exchange> late =
        exchanges.values().stream().filter(exchange -> exchange.isLate(nowNanos)).toList();
    for (Http2Exchange exchange : late) {
      if (exchange.is(Http2Exchange.Phase.READING)) {
        refuse(ctx, exchange, Refusal.TOO_SLOW);
      } else { // this one alone: the others of a slow link go on
        boolean answered = exchange.is(Http2Exchange.Phase.DISCARDING);
        giveUp(ctx, exchange.streamId(), answered ? Http2Error.NO_ERROR : Http2Error.CANCEL);
      }
    }
    boolean idle = nowNanos - idleSinceNanos >= options.idleTimeout().toNanos();
    if (exchanges.isEmpty() && (idle || closing)) {
      stop();
    }
  }
}
