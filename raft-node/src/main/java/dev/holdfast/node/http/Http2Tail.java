package dev.holdfast.node.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the end of an HTTP/2 pipeline hears of: the connection's beginning, its end, failures. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed close ends in channelInactive
final class Http2Tail extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(Http2Tail.class);

  private final Http2Requests requests;

  Http2Tail(Http2Requests requests) {
    this.requests = requests;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    requests.start(ctx.pipeline().context(Http2ConnectionHandler.class));
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    requests.writabilityChanged();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == HttpServer.Stopping.NOW) {
      requests.stop();
    } else if (event instanceof ChannelInputShutdownEvent) {
      requests.inputEnded();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.debug("connection={} closed: {}", ctx.channel().remoteAddress(), cause.toString());
    ctx.close(); // the client went away, or a bug of ours that must not keep the socket
  }
}
