package dev.holdfast.node.http;

import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The answers that wait for their clients to take them. When they hold more than the limit, the
 * client that has kept its answers waiting longest loses its connection: a thousand that never read
 * must not fill the memory of those that do. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a closed channel says so itself
final class UnsentAnswers {
  private final long bytesMax;

  /** In the order in which they began to keep answers waiting. */
  private final Map<Channel, Long> waiting = new LinkedHashMap<>();

  private long totalBytes;

  UnsentAnswers(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Counts an answer whose writing has not ended at once. */
  void hold(Channel channel, long bytes) {
    List<Channel> deaf = new ArrayList<>();
    synchronized (this) {
      waiting.merge(channel, bytes, Long::sum);
      totalBytes += bytes;
      Iterator<Map.Entry<Channel, Long>> oldest = waiting.entrySet().iterator();
      while (totalBytes > bytesMax && waiting.size() > 1) {
        Map.Entry<Channel, Long> next = oldest.next();
        totalBytes -= next.getValue();
        deaf.add(next.getKey());
        oldest.remove();
      }
    }
    deaf.forEach(Channel::close);
  }

  /** The writing of an answer has ended, well or not. */
  synchronized void release(Channel channel, long bytes) {
    Long held = waiting.get(channel);
    if (held == null) {
      return; // closed above
    }
    totalBytes -= bytes;
    if (held <= bytes) {
      waiting.remove(channel);
    } else {
      waiting.put(channel, held - bytes);
    }
  }

  synchronized long totalBytes() {
    return totalBytes;
  }
}
