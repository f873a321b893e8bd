package dev.holdfast.node.consensus;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.protocol.RaftGroupId;

/**
 * Lets a leader hear once, not again and again, that a follower is in a later term. Ratis 3.3.0
 * steps down under the lock of the replica and there waits, for up to 5 s, for its appenders to
 * end; an appender that hears of the later term asks for that very lock. Until then votes for the
 * successor and its entries, of all groups on the same connection, are kept waiting.
 *
 * <p>What is kept from Ratis looks to it like a lost answer, which it must cope with anyway: the
 * appender tries again after a pause that can be interrupted. Thread-safe.
 */
final class StepDowns {
  /** An answer that was kept from Ratis. */
  static final class SteppingDownException extends IOException {
    private static final long serialVersionUID = 1;

    SteppingDownException(String message) {
      super(message);
    }
  }

  /** Longer than it takes to step down; Ratis ignores what it hears of a follower far behind. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Map<RaftGroupId, Long> told = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;

  /** The clock is monotonic. */
  StepDowns(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * The same reply, to be handed to the appender.
   *
   * @throws SteppingDownException when Ratis was told the same of this group a moment ago
   */
  AppendEntriesReplyProto once(RaftGroupId group, AppendEntriesReplyProto reply)
      throws SteppingDownException {
    if (reply.getResult() != AppendResult.NOT_LEADER) {
      return reply;
    }
    long now = nanoTime.getAsLong();
    AtomicBoolean news = new AtomicBoolean();
    told.compute(
        group,
        (same, last) -> {
          news.set(last == null || now - last >= PATIENCE_NANOS);
          return news.get() ? now : last;
        });
    if (!news.get()) {
      throw new SteppingDownException(group + " is being left to a leader of a later term");
    }
    return reply;
  }
}
