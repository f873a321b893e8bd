package dev.holdfast.node.http;

import dev.holdfast.node.http.Answers.Afterwards;
import dev.holdfast.node.http.Answers.BodyWanted;
import dev.holdfast.node.http.HttpHandler.Refusal;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection by HTTP/1.1: takes one request at a time, so answers keep the order of pipelined
 * requests.
 *
 * <ul>
 *   <li>All state belongs to the channel's event loop.
 *   <li>While a request is served, at most one socket read's worth of messages waits in {@code
 *       waiting}; then reading stops until it is their turn. Whoever packs more than {@code
 *       WAITING_COUNT_MAX} into that, or comes when those of all connections are too many, is
 *       disconnected: no SDK pipelines.
 *   <li>The next request is not taken before the channel is writable again, so a client that does
 *       not read holds at most one answer.
 *   <li>{@code deadlineNanos} always bounds the present phase; a lazy timer checks it.
 * </ul>
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes; then channelInactive comes
final class Connection extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(Connection.class);
  private static final int DISCARD_BYTES_MAX = 64 << 20;

  /** Two for most requests; those of DynamoDB are too long for so many in one read. */
  static final int WAITING_COUNT_MAX = 1_024;

  private enum Phase {
    /** Waiting for a request. */
    IDLE,
    /** Waiting for the rest of its head. */
    BEGUN,
    /** Waiting for the rest of its body. */
    READING,
    /** The handler has it. */
    SERVING,
    /** Waiting for the client to take the answer. */
    WRITING,
    /** Answered before the body had ended: input is thrown away until it ends, then closed. */
    DISCARDING
  }

  private final HttpOptions options;
  private final RequestService service;
  private final Admission admission;
  private final Answers answers;
  private final Http2Start http2;
  private final ArrayDeque<Object> waiting = new ArrayDeque<>();

  private Phase phase = Phase.IDLE;
  private long deadlineNanos;
  private boolean keepAlive = true;
  private boolean headOnly;
  private boolean inputEnded;
  private boolean stopping;
  private boolean draining;
  private boolean decodedAny;
  private boolean bytesCame;
  private long discardedBytes;
  private String requestId = "";
  private @Nullable HttpRequest head;
  private @Nullable RequestBody body;
  private @Nullable Future<?> timer;

  Connection(HttpOptions options, RequestService service, Answers answers, Http2Start http2) {
    this.options = options;
    this.service = service;
    this.admission = service.admission();
    this.answers = answers;
    this.http2 = http2;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    Admission.Entry entry = admission.enterConnection();
    ctx.channel().closeFuture().addListener(closed -> admission.leaveConnection());
    switch (entry) {
      case WELCOME -> within(ctx, options.idleTimeout());
      case REFUSED -> refuse(ctx, Refusal.OVERLOADED);
      case IGNORED -> {
        ctx.close(); // even saying why would take too much
        return;
      }
    }
    timer = DeadlineTimer.start(ctx.channel(), options, () -> checkDeadline(ctx));
  }

  /** Whether nothing has been taken as HTTP/1.1 yet, so that it may become another protocol. */
  boolean isUntouched() {
    return phase == Phase.IDLE || phase == Phase.BEGUN;
  }

  /** Bytes have come from the socket; whether they make a message is seen later. */
  void bytesCame() {
    bytesCame = true;
  }

  /** The channel goes on without this, or is closed. */
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    releaseBody();
    admission.leaveWaiting(waiting.size());
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    decodedAny = true;
    if (phase == Phase.SERVING || phase == Phase.WRITING || !waiting.isEmpty()) {
      await(ctx, message);
      return;
    }
    try {
      accept(ctx, message);
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void await(ChannelHandlerContext ctx, Object message) {
    boolean welcome =
        ctx.channel().isActive() && waiting.size() < WAITING_COUNT_MAX && admission.enterWaiting();
    if (welcome) {
      waiting.add(message);
      ctx.channel().config().setAutoRead(false);
    } else {
      ReferenceCountUtil.release(message);
      ctx.close();
    }
  }

  /** Bytes that came while idle and made no message are the beginning of a head. */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (bytesCame && !decodedAny && phase == Phase.IDLE) {
      phase = Phase.BEGUN;
      within(ctx, options.requestTimeout());
    }
    decodedAny = false;
    bytesCame = false;
    ctx.fireChannelReadComplete();
  }

  private void accept(ChannelHandlerContext ctx, Object message) {
    if (phase == Phase.DISCARDING) {
      discard(ctx, message);
      return;
    }
    if (message instanceof HttpObject object && object.decoderResult().isFailure()) {
      Throwable cause = object.decoderResult().cause();
      boolean tooLarge =
          cause instanceof TooLongHttpHeaderException || cause instanceof TooLongHttpLineException;
      refuse(ctx, tooLarge ? Refusal.HEADERS_TOO_LARGE : Refusal.MALFORMED);
      return;
    }
    if (message instanceof HttpRequest request) {
      begin(ctx, request);
    }
    if (message instanceof HttpContent content && phase == Phase.READING) {
      append(ctx, content);
    }
  }

  private void begin(ChannelHandlerContext ctx, HttpRequest request) {
    headOnly = request.method().equals(HttpMethod.HEAD); // also of a refusal
    long announcedBytes;
    try {
      announcedBytes = HttpUtil.getContentLength(request, -1L);
    } catch (NumberFormatException e) {
      refuse(ctx, Refusal.MALFORMED);
      return;
    }
    if (announcedBytes > options.bodyBytesMax()) {
      refuse(ctx, Refusal.BODY_TOO_LARGE);
      return;
    }
    if (HttpUtil.is100ContinueExpected(request)) {
      if (!admission.hasRoomFor(announcedBytes)) {
        refuse(ctx, Refusal.OVERLOADED); // before the body has been sent for nothing
        return;
      }
      ctx.writeAndFlush(Answers.CONTINUE.duplicate())
          .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }
    head = request;
    keepAlive = HttpUtil.isKeepAlive(request);
    body = new RequestBody(admission, options.bodyBytesMax(), announcedBytes);
    phase = Phase.READING;
    within(ctx, options.requestTimeout());
  }

  private void append(ChannelHandlerContext ctx, HttpContent content) {
    RequestBody arriving = body;
    if (arriving == null) {
      return;
    }
    Refusal refusal = arriving.append(content.content()).refusal();
    if (refusal != null) {
      refuse(ctx, refusal);
    } else if (content instanceof LastHttpContent) {
      serve(ctx, arriving);
    }
    if (phase == Phase.DISCARDING && content instanceof LastHttpContent) {
      endInput(ctx);
    }
  }

  private void serve(ChannelHandlerContext ctx, RequestBody complete) {
    HttpRequest request = head;
    if (request == null) {
      throw new IllegalStateException("a body without a head");
    }
    boolean mayChange = waiting.isEmpty() && keepAlive && !stopping && !inputEnded;
    if (mayChange && Http2Start.isAskedFor(request) && http2.upgrade(ctx, request, complete)) {
      body = null; // it is that of the first stream now
      return;
    }
    requestId = service.nextRequestId();
    HttpCall call =
        new HttpCall(
            request.method().name(),
            request.uri(),
            request.headers()::get,
            complete.bytes(),
            requestId,
            new LoopExecutor(ctx.channel().eventLoop()));
    phase = Phase.SERVING;
    deadlineNanos = Long.MAX_VALUE; // the handler's own deadline bounds this phase
    body = null; // the service releases it
    service.serve(call, complete, answer -> answer(ctx, answer));
  }

  private void answer(ChannelHandlerContext ctx, HttpAnswer answer) {
    head = null;
    phase = Phase.WRITING;
    within(ctx, options.writeTimeout());
    boolean close = !keepAlive || stopping || (inputEnded && waiting.isEmpty());
    ChannelFuture write = write(ctx, answer, close);
    if (!write.isDone()) {
      UnsentAnswers.Hold hold =
          admission.unsent().hold(ctx.channel(), UnsentAnswers.bytesOf(answer, headOnly));
      write.addListener(future -> hold.release());
    }
    write.addListener(ChannelFutureListener.CLOSE_ON_FAILURE); // no other may take its place
    if (close) {
      write.addListener(future -> ctx.close());
    } else if (ctx.channel().isWritable()) {
      next(ctx);
    } else {
      write.addListener(future -> next(ctx));
    }
  }

  /** Ready for the next request; takes those that wait. Nobody waits for answers once closed. */
  private void next(ChannelHandlerContext ctx) {
    if (!ctx.channel().isActive()) {
      return;
    }
    phase = Phase.IDLE;
    headOnly = false;
    within(ctx, options.idleTimeout());
    if (draining) {
      return; // an answer came at once, below the loop that is already taking them
    }
    draining = true;
    try {
      while (!waiting.isEmpty() && phase != Phase.SERVING && phase != Phase.WRITING) {
        Object message = waiting.remove();
        admission.leaveWaiting(1);
        try {
          accept(ctx, message);
        } finally {
          ReferenceCountUtil.release(message);
        }
      }
    } finally {
      draining = false;
    }
    if (waiting.isEmpty() && !ctx.channel().config().isAutoRead()) {
      ctx.channel().config().setAutoRead(true);
    }
    if (inputEnded && waiting.isEmpty() && phase == Phase.IDLE) {
      closeOnceSent(ctx);
    }
  }

  /** Answers that the socket has not taken yet are not lost. */
  private void closeOnceSent(ChannelHandlerContext ctx) {
    phase = Phase.WRITING;
    within(ctx, options.writeTimeout());
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(future -> ctx.close());
  }

  /** Answers without asking the handler, and gives the connection up. */
  private void refuse(ChannelHandlerContext ctx, Refusal refusal) {
    if (requestId.isEmpty() || phase != Phase.SERVING) {
      requestId = service.nextRequestId();
    }
    releaseBody();
    phase = Phase.DISCARDING;
    within(ctx, options.requestTimeout());
    write(ctx, service.refuse(refusal), true)
        .addListener(
            future -> {
              // The client must see the answer before a reset that unread input would cause.
              if (inputEnded || refusal == Refusal.TOO_SLOW) {
                ctx.close();
              } else if (ctx.channel() instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
              }
            });
  }

  private void discard(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpContent content) {
      discardedBytes += content.content().readableBytes();
    }
    if (discardedBytes > DISCARD_BYTES_MAX) {
      ctx.close();
    } else if (message instanceof LastHttpContent) {
      endInput(ctx);
    }
  }

  private void endInput(ChannelHandlerContext ctx) {
    inputEnded = true;
    closeOnceSent(ctx);
  }

  private ChannelFuture write(ChannelHandlerContext ctx, HttpAnswer answer, boolean close) {
    return ctx.writeAndFlush(
        answers.encoded(
            ctx.alloc(),
            answer,
            requestId,
            close ? Afterwards.CLOSE : Afterwards.KEEP,
            headOnly ? BodyWanted.NO : BodyWanted.YES));
  }

  private void releaseBody() {
    if (body != null) {
      body.release();
      body = null;
    }
  }

  /** The server stops: an idle connection ends now, a busy one after its answer. */
  private void stop(ChannelHandlerContext ctx) {
    stopping = true;
    if ((phase == Phase.IDLE || phase == Phase.BEGUN) && waiting.isEmpty()) {
      closeOnceSent(ctx);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == HttpServer.Stopping.NOW) {
      stop(ctx);
    } else if (event instanceof ChannelInputShutdownEvent) {
      inputEnded = true; // half-closed: what was asked before is still answered
      boolean busy = phase == Phase.SERVING || phase == Phase.WRITING;
      if (!busy && waiting.isEmpty()) {
        closeOnceSent(ctx);
      }
    } else if (!(event instanceof ChannelInputShutdownReadComplete)) {
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.debug("connection={} closed: {}", ctx.channel().remoteAddress(), cause.toString());
    ctx.close(); // the client went away, or a bug of ours that must not keep the socket
  }

  private void within(ChannelHandlerContext ctx, Duration limit) {
    deadlineNanos = ctx.executor().ticker().nanoTime() + limit.toNanos();
  }

  private void checkDeadline(ChannelHandlerContext ctx) {
    long nowNanos = ctx.executor().ticker().nanoTime();
    if (deadlineNanos == Long.MAX_VALUE || nowNanos - deadlineNanos < 0) {
      return;
    }
    if (phase == Phase.READING || phase == Phase.BEGUN) {
      refuse(ctx, Refusal.TOO_SLOW);
    } else {
      ctx.close();
    }
  }
}
