package dev.holdfast.node.consensus;

import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.ThrottledException;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.jspecify.annotations.Nullable;

/** Translates what Ratis says about an entry that it certainly did not append. */
final class RatisFailures {
  private RatisFailures() {}

  static StoreException unavailable(
      @Nullable Throwable failure, Supplier<StoreException> notLeader) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof NotLeaderException) {
      return notLeader.get();
    }
    if (cause instanceof ResourceUnavailableException) {
      return new ThrottledException("too many entries are in flight");
    }
    if (cause instanceof LeaderNotReadyException) {
      return new UnavailableException(Reason.NOT_READY, "the leader is not ready yet");
    }
    return new UnavailableException(Reason.NOT_READY, "the entry was refused: " + cause);
  }
}
