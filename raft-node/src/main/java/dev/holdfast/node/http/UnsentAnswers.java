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
  private final Map<Channel, Held> waiting = new LinkedHashMap<>();

  private long totalBytes;

  /** What waits for one client. */
  private record Held(long bytes, int answerCount) {
    Held plus(Held other) {
      return new Held(bytes + other.bytes, answerCount + other.answerCount);
    }
  }

  UnsentAnswers(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Counts an answer whose writing has not ended at once. */
  void hold(Channel channel, long bytes) {
    List<Channel> deaf = new ArrayList<>();
    synchronized (this) {
      Held held = waiting.merge(channel, new Held(bytes, 1), Held::plus);
      totalBytes += bytes;
      Iterator<Map.Entry<Channel, Held>> oldest = waiting.entrySet().iterator();
      // A single answer is let through, however large; it is bounded by what an answer may be.
      while (totalBytes > bytesMax && (waiting.size() > 1 || held.answerCount() > 1)) {
        if (!oldest.hasNext()) {
          break;
        }
        Map.Entry<Channel, Held> next = oldest.next();
        totalBytes -= next.getValue().bytes();
        deaf.add(next.getKey());
        oldest.remove();
      }
    }
    deaf.forEach(Channel::close);
  }

  /** The writing of an answer has ended, well or not. */
  synchronized void release(Channel channel, long bytes) {
    Held held = waiting.get(channel);
    if (held == null) {
      return; // closed above
    }
    totalBytes -= bytes;
    Held left = held.plus(new Held(-bytes, -1));
    if (left.answerCount() <= 0) {
      waiting.remove(channel);
    } else {
      waiting.put(channel, left);
    }
  }

  /** Bytes that wait for one client. */
  synchronized long bytesOf(Channel channel) {
    Held held = waiting.get(channel);
    return held == null ? 0 : held.bytes();
  }

  synchronized long totalBytes() {
    return totalBytes;
  }
}
