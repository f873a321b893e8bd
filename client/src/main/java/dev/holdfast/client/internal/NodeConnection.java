package dev.holdfast.client.internal;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.protocol.codec.RpcCodec;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.rpc.Frames;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.InvalidRequestException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.ThrottledException;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The connection to one node, opened when it is needed and again after it broke.
 *
 * <ul>
 *   <li>Requests are encoded by the caller and queued; the event loop writes all that wait and
 *       flushes once.
 *   <li>All state but the queue and the counters belongs to the event loop.
 *   <li>A request that was not written fails as unavailable, a written one as its kind demands
 *       ({@link Call#lost}).
 * </ul>
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's: failures show as a closed channel
final class NodeConnection implements NodeLink {
  private static final long SWEEP_MILLIS = 10;
  private static final long RECONNECT_DELAY_MILLIS_MIN = 10;

  private final SocketAddress address;
  private final EventLoop loop;
  private final ConnectionLimits limits;
  private final Queue<Call> queue = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean drainScheduled = new AtomicBoolean();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicLong inFlightBytes = new AtomicLong();

  private final LongObjectHashMap<Call> unanswered = new LongObjectHashMap<>();
  private @Nullable Channel channel;
  private boolean connecting;
  private boolean closed;
  private boolean sweeping;
  private long nextCorrelationId;
  private int failedConnectCount;
  private long connectNotBeforeNanos = System.nanoTime();

  NodeConnection(SocketAddress address, EventLoop loop, ConnectionLimits limits) {
    this.address = address;
    this.loop = loop;
    this.limits = limits;
  }

  @Override
  public CompletableFuture<NodeReply> ask(NodeRequest request) {
    Bytes message;
    try {
      message = RpcCodec.encode(request);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(new InvalidRequestException(e.toString()));
    }
    if (message.size() + Frames.CORRELATION_BYTES > Frames.FRAME_BYTES_MAX) {
      return CompletableFuture.failedFuture(
          new InvalidRequestException("a request of " + message.size() + " bytes is too large"));
    }
    if (inFlight.incrementAndGet() > limits.inFlightMax()
        || inFlightBytes.get() > limits.inFlightBytesMax()) {
      inFlight.decrementAndGet();
      return CompletableFuture.failedFuture(
          new ThrottledException("too many requests to " + address + " under way"));
    }
    inFlightBytes.addAndGet(message.size());
    Call call = Call.of(request, message, System.nanoTime());
    queue.add(call);
    scheduleDrain();
    return call.answer();
  }

  private void scheduleDrain() {
    if (drainScheduled.compareAndSet(false, true)) {
      try {
        loop.execute(this::drain);
      } catch (RejectedExecutionException e) {
        closed = true; // the loop is gone, so nobody else looks at this state
        drainScheduled.set(false); // before the queue is emptied: who comes later does it himself
        refuseQueued("the client is closed");
      }
    }
  }

  private void drain() {
    drainScheduled.set(false);
    Channel open = channel;
    if (open != null && open.isActive()) {
      boolean written = false;
      for (Call call = queue.poll(); call != null; call = queue.poll()) {
        write(open, call);
        written = true;
      }
      if (written) {
        open.flush();
      }
    } else if (closed) {
      refuseQueued("the client is closed");
    } else if (!connecting) {
      connect();
    }
    startSweep();
  }

  private void write(Channel open, Call call) {
    long correlationId = nextCorrelationId++;
    unanswered.put(correlationId, call);
    Bytes message = call.message();
    int length = Frames.CORRELATION_BYTES + message.size();
    ByteBuf frame = open.alloc().buffer(Frames.LENGTH_BYTES + length);
    frame.writeInt(length).writeLong(correlationId);
    frame.writeBytes(message.backingArray(), message.arrayOffset(), message.size());
    open.write(frame, open.voidPromise());
  }

  private void connect() {
    if (System.nanoTime() - connectNotBeforeNanos < 0) {
      refuseQueued("no connection to " + address + ", trying again shortly");
      return;
    }
    connecting = true;
    new Bootstrap()
        .group(loop)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .option(
            ChannelOption.CONNECT_TIMEOUT_MILLIS,
            Math.toIntExact(limits.connectTimeout().toMillis()))
        .handler(new ReplyDecoder.Pipeline(this))
        .connect(address)
        .addListener(future -> connected((ChannelFuture) future));
  }

  private void connected(ChannelFuture attempt) {
    connecting = false;
    if (!attempt.isSuccess()) {
      long delayMillis =
          Math.min(
              limits.reconnectDelayMax().toMillis(),
              RECONNECT_DELAY_MILLIS_MIN << Math.min(failedConnectCount++, 10));
      connectNotBeforeNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delayMillis);
      refuseQueued("no connection to " + address + ": " + attempt.cause().getMessage());
    } else if (closed) {
      attempt.channel().close();
    } else {
      failedConnectCount = 0;
      channel = attempt.channel();
      drain();
    }
  }

  /** A reply has come; late ones, whose call has timed out, are dropped. */
  void answered(long correlationId, Bytes message) {
    Call call = unanswered.remove(correlationId);
    if (call == null) {
      return;
    }
    release(call);
    try {
      call.answer().complete(RpcCodec.decodeReply(message));
    } catch (StoreException failure) {
      call.answer().completeExceptionally(failure);
    }
  }

  /** The channel is gone, and with it the answers to what was written. */
  void disconnected(Channel gone) {
    if (channel != gone) {
      return; // never became the connection: the connect listener has dealt with it
    }
    channel = null;
    List<Call> lost = new ArrayList<>(unanswered.values());
    unanswered.clear();
    for (Call call : lost) {
      release(call);
      call.answer().completeExceptionally(call.lost("the connection to " + address + " broke"));
    }
    if (!queue.isEmpty()) {
      scheduleDrain();
    }
  }

  private void startSweep() {
    if (!sweeping && (!unanswered.isEmpty() || !queue.isEmpty())) {
      sweeping = true;
      loop.schedule(this::sweep, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Fails calls whose time is up; runs while there are calls. */
  private void sweep() {
    sweeping = false;
    long now = System.nanoTime();
    List<Long> expired = new ArrayList<>();
    for (LongObjectMap.PrimitiveEntry<Call> entry : unanswered.entries()) {
      if (entry.value().deadlineNanos() - now <= 0) {
        expired.add(entry.key());
      }
    }
    for (Long correlationId : expired) {
      Call call = unanswered.remove((long) correlationId);
      release(call);
      call.answer().completeExceptionally(call.timedOut("no answer from " + address + " in time"));
    }
    queue.removeIf(call -> expireQueued(call, now));
    startSweep();
  }

  private boolean expireQueued(Call call, long now) {
    if (call.deadlineNanos() - now > 0) {
      return false;
    }
    refuse(call, "no connection to " + address + " in time");
    return true;
  }

  private void refuseQueued(String why) {
    for (Call call = queue.poll(); call != null; call = queue.poll()) {
      refuse(call, why);
    }
  }

  private void refuse(Call call, String why) {
    release(call);
    call.answer().completeExceptionally(new UnavailableException(Reason.UNREACHABLE, why));
  }

  private void release(Call call) {
    inFlight.decrementAndGet();
    inFlightBytes.addAndGet(-call.message().size());
  }

  /** Ends the connection; what is under way fails. */
  void close() {
    loop.execute(
        () -> {
          closed = true;
          Channel open = channel;
          if (open != null) {
            open.close();
          }
          refuseQueued("the client is closed");
        });
  }
}
