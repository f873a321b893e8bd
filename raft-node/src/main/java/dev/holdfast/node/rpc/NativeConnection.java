package dev.holdfast.node.rpc;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.protocol.codec.RpcCodec;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.rpc.Frames;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.IndeterminateException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection. State belongs to its event loop, but for the queue of answers: whoever
 * completes a request puts its answer there, and the loop encodes and writes all that wait and
 * flushes once.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's: failures show as a closed channel
final class NativeConnection extends SimpleChannelInboundHandler<ByteBuf> {
  private static final Logger log = LoggerFactory.getLogger(NativeConnection.class);

  /** An answer: a reply or a failure. */
  private record Answer(
      long correlationId,
      int requestBytes,
      @Nullable NodeReply reply,
      @Nullable Throwable failure) {}

  private final Channel channel;
  private final NativeServerOptions options;
  private final NodeLink local;
  private final ServedRequests served;
  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean drainScheduled = new AtomicBoolean();
  private int inFlight;
  private long inFlightBytes;
  private boolean broken;

  private NativeConnection(
      Channel channel, NativeServerOptions options, NodeLink local, ServedRequests served) {
    this.channel = channel;
    this.options = options;
    this.local = local;
    this.served = served;
  }

  static void install(
      Channel channel, NativeServerOptions options, NodeLink local, ServedRequests served) {
    channel
        .pipeline()
        .addLast(
            new LengthFieldBasedFrameDecoder(
                Frames.FRAME_BYTES_MAX + Frames.LENGTH_BYTES,
                0,
                Frames.LENGTH_BYTES,
                0,
                Frames.LENGTH_BYTES))
        .addLast(new NativeConnection(channel, options, local, served));
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
    if (broken) {
      return; // frames after a malformed one, cut from the same read
    }
    if (frame.readableBytes() < Frames.CORRELATION_BYTES) {
      throw new IllegalArgumentException("a frame without a correlation id");
    }
    long correlationId = frame.readLong();
    byte[] message = new byte[frame.readableBytes()];
    frame.readBytes(message);
    inFlight++;
    inFlightBytes += message.length;
    throttleReading();
    NodeRequest request;
    try {
      request = RpcCodec.decodeRequest(Bytes.wrap(message));
    } catch (StoreException e) {
      answer(new Answer(correlationId, message.length, null, e)); // the frames are still in step
      return;
    }
    StoreException refusal = served.begin(message.length);
    if (refusal != null) {
      answer(new Answer(correlationId, message.length, null, refusal));
      return;
    }
    serve(request, correlationId, message.length);
  }

  private void serve(NodeRequest request, long correlationId, int requestBytes) {
    CompletableFuture<NodeReply> reply;
    try {
      reply = local.ask(request);
    } catch (RuntimeException e) {
      reply = CompletableFuture.failedFuture(e);
    }
    reply.whenComplete(
        (done, failure) -> {
          answer(new Answer(correlationId, requestBytes, done, failure));
          served.finished(requestBytes);
        });
  }

  private void answer(Answer answer) {
    answers.add(answer);
    if (drainScheduled.compareAndSet(false, true)) {
      try {
        channel.eventLoop().execute(this::drain);
      } catch (RejectedExecutionException e) {
        answers.clear(); // the server has stopped; nobody is left to be answered
      }
    }
  }

  private void drain() {
    drainScheduled.set(false);
    for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
      inFlight--;
      inFlightBytes -= answer.requestBytes();
      if (channel.isActive()) {
        write(answer);
      }
    }
    channel.flush();
    throttleReading();
  }

  private void write(Answer answer) {
    Bytes message = encode(answer);
    if (message.size() + Frames.CORRELATION_BYTES > Frames.FRAME_BYTES_MAX) {
      message =
          RpcCodec.encode(
              new IndeterminateException("the answer has " + message.size() + " bytes", null));
    }
    int length = Frames.CORRELATION_BYTES + message.size();
    ByteBuf frame = channel.alloc().buffer(Frames.LENGTH_BYTES + length);
    frame.writeInt(length).writeLong(answer.correlationId());
    frame.writeBytes(message.backingArray(), message.arrayOffset(), message.size());
    channel.write(frame, channel.voidPromise());
  }

  private static Bytes encode(Answer answer) {
    NodeReply reply = answer.reply();
    if (reply != null) {
      return RpcCodec.encode(reply);
    }
    Throwable failure = answer.failure();
    if (failure instanceof CompletionException && failure.getCause() != null) {
      failure = failure.getCause();
    }
    if (failure instanceof StoreException refusal) {
      return RpcCodec.encode(refusal);
    }
    log.error("a request failed in an unforeseen way", failure);
    return RpcCodec.encode(new IndeterminateException("the node failed; see its log", null));
  }

  /** Reads on only while the limits allow it. */
  private void throttleReading() {
    boolean full =
        inFlight >= options.inFlightMax()
            || inFlightBytes >= options.inFlightBytesMax()
            || !channel.isWritable();
    if (channel.config().isAutoRead() == full) {
      channel.config().setAutoRead(!full);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    throttleReading();
    context.fireChannelWritabilityChanged();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!broken && !(cause instanceof IOException)) { // a broken connection is an everyday matter
      log.warn("peer={} closed: {}", channel.remoteAddress(), cause.getMessage());
    }
    broken = true;
    context.close();
  }
}
