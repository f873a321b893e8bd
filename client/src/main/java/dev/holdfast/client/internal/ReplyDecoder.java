package dev.holdfast.client.internal;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.rpc.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Cuts what arrives into replies and hands them to the connection. Runs on the event loop. */
final class ReplyDecoder extends SimpleChannelInboundHandler<ByteBuf> {
  private static final Logger log = LoggerFactory.getLogger(ReplyDecoder.class);

  /** Sets up a new channel of a connection. */
  static final class Pipeline extends ChannelInitializer<Channel> {
    private final NodeConnection connection;

    Pipeline(NodeConnection connection) {
      this.connection = connection;
    }

    @Override
    protected void initChannel(Channel channel) {
      channel
          .pipeline()
          .addLast(
              new LengthFieldBasedFrameDecoder(
                  Frames.FRAME_BYTES_MAX + Frames.LENGTH_BYTES,
                  0,
                  Frames.LENGTH_BYTES,
                  0,
                  Frames.LENGTH_BYTES))
          .addLast(new ReplyDecoder(connection));
    }
  }

  private final NodeConnection connection;

  private ReplyDecoder(NodeConnection connection) {
    this.connection = connection;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
    if (frame.readableBytes() < Frames.CORRELATION_BYTES) {
      throw new IllegalArgumentException("a reply without a correlation id");
    }
    long correlationId = frame.readLong();
    byte[] message = new byte[frame.readableBytes()];
    frame.readBytes(message);
    connection.answered(correlationId, Bytes.wrap(message));
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    connection.disconnected(context.channel());
    context.fireChannelInactive();
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // closing tells the connection
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof java.io.IOException)) { // a broken connection says it by itself
      log.warn(
          "node={} broke the protocol: {}", context.channel().remoteAddress(), cause.toString());
    }
    context.close();
  }
}
