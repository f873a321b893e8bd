package dev.holdfast.node.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;

/**
 * Lets nothing be read from a client that does not take what it has been sent. Stands before the
 * codec of HTTP/2, which asks to read on whenever the channel does not do so by itself.
 */
final class Http2ReadGate extends ChannelDuplexHandler {
  private boolean held;

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    turn(ctx);
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      ctx.read();
    } else {
      held = true;
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    turn(ctx);
    if (held && ctx.channel().isWritable()) {
      held = false;
      ctx.read();
    }
    ctx.fireChannelWritabilityChanged();
  }

  private static void turn(ChannelHandlerContext ctx) {
    ctx.channel().config().setAutoRead(ctx.channel().isWritable());
  }
}
