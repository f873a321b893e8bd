package dev.holdfast.node.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.util.List;

/**
 * Looks at the first bytes of a connection: a client that knows that we speak HTTP/2 begins with
 * its preface, any other with a request. Gone from the pipeline once that is known. Behind TLS the
 * choice will be made by ALPN instead.
 */
final class ProtocolChoice extends ByteToMessageDecoder {
  private static final ByteBuf PREFACE = Http2CodecUtil.connectionPrefaceBuf();

  private final Connection connection;
  private final Http2Start http2;

  ProtocolChoice(Connection connection, Http2Start http2) {
    this.connection = connection;
    this.http2 = http2;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    connection.bytesCame();
    super.channelRead(ctx, message);
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf input, List<Object> output) {
    int known = Math.min(input.readableBytes(), PREFACE.readableBytes());
    for (int i = 0; i < known; i++) {
      if (input.getByte(input.readerIndex() + i) != PREFACE.getByte(i)) {
        ctx.pipeline().remove(this); // what was read goes on to the next
        return;
      }
    }
    if (known == PREFACE.readableBytes()) {
      if (connection.isUntouched()) {
        http2.begin(ctx);
      }
      ctx.pipeline().remove(this);
    }
  }
}
