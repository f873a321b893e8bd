package dev.holdfast.node.http;

import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The answers that wait for their clients to take them. When they hold more than the limit, the
 * client whose oldest answer has waited longest loses its connection: a thousand that never read
 * must not fill the memory of those that do. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a closed channel says so itself
final class UnsentAnswers {
  private static final long OVERHEAD_BYTES = 1 << 10;

  private final long bytesMax;

  /** Whoever has answers that wait, or is being disconnected. */
  private final Map<Channel, Client> clients = new HashMap<>();

  /** What has not been released, the oldest first; also that of clients being disconnected. */
  private final Set<Hold> holds = new LinkedHashSet<>();

  private long totalBytes;

  /** What waits for one client. Guarded by the outer object. */
  private static final class Client {
    private long bytes;
    private int answerCount;

    /** Disconnected, so that nothing of it counts any longer; stays until it is closed. */
    private boolean evicted;
  }

  /** One answer that waits. */
  final class Hold {
    private final Channel channel;
    private final Client client;
    private final long bytes;

    private Hold(Channel channel, Client client, long bytes) {
      this.channel = channel;
      this.client = client;
      this.bytes = bytes;
    }

    /** The writing of the answer has ended, well or not. */
    void release() {
      synchronized (UnsentAnswers.this) {
        if (!holds.remove(this) || client.evicted) {
          return;
        }
        totalBytes -= bytes;
        client.bytes -= bytes;
        client.answerCount--;
        if (client.answerCount == 0) {
          clients.remove(channel, client);
        }
      }
    }
  }

  UnsentAnswers(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** What an answer holds besides its body, by and large: its head, buffers, promises. */
  static long bytesOf(HttpAnswer answer, boolean headOnly) {
    long bytes = OVERHEAD_BYTES + (headOnly ? 0L : answer.body().size());
    for (HttpAnswer.Header header : answer.headers()) {
      bytes += header.name().length() + header.value().length();
    }
    return bytes;
  }

  /** Counts an answer whose writing has not ended at once. */
  Hold hold(Channel channel, long bytes) {
    List<Channel> deaf = new ArrayList<>();
    Hold hold;
    synchronized (this) {
      Client client = clients.computeIfAbsent(channel, absent -> new Client());
      hold = new Hold(channel, client, bytes);
      if (client.evicted) {
        return hold;
      }
      holds.add(hold);
      client.bytes += bytes;
      client.answerCount++;
      totalBytes += bytes;
      // A single answer is let through, however large; it is bounded by what an answer may be.
      if (client.bytes != totalBytes || client.answerCount > 1) {
        evict(deaf);
      }
    }
    for (Channel each : deaf) {
      each.closeFuture().addListener(closed -> forget(each));
      each.close();
    }
    return hold;
  }

  private void evict(List<Channel> deaf) {
    Iterator<Hold> oldestFirst = holds.iterator();
    while (totalBytes > bytesMax && oldestFirst.hasNext()) {
      Hold oldest = oldestFirst.next();
      oldestFirst.remove();
      Client client = oldest.client;
      if (!client.evicted) {
        client.evicted = true;
        totalBytes -= client.bytes;
        client.bytes = 0;
        deaf.add(oldest.channel);
      }
    }
  }

  private synchronized void forget(Channel channel) {
    clients.remove(channel);
  }

  /** Bytes that wait for one client. */
  synchronized long bytesOf(Channel channel) {
    Client client = clients.get(channel);
    return client == null ? 0 : client.bytes;
  }

  synchronized long totalBytes() {
    return totalBytes;
  }
}
