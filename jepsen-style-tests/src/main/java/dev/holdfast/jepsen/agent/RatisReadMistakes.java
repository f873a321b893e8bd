package dev.holdfast.jepsen.agent;

import dev.holdfast.jepsen.agent.Stroke.Answer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Strong reads as Ratis serves them, in place of the lease that our own log proves. */
@SuppressWarnings("FutureReturnValueIgnored") // a stroke returns it to the node
final class RatisReadMistakes {
  private static final String CONSENSUS = "dev.holdfast.node.consensus.";
  private static final String PROTOCOL = "org.apache.ratis.protocol.";
  private static final String OPTION = "raft.server.read.option";
  private static final long ANY_TERM = 0;
  private static final long AT_ONCE = 0;

  private RatisReadMistakes() {}

  static List<Mistake> all() {
    return List.of(
        reads("ratis-default-reads", "DEFAULT"), reads("ratis-linearizable-reads", "LINEARIZABLE"));
  }

  private static Mistake reads(String name, String option) {
    return Mistake.of(
        name,
        "a strong read is granted when Ratis grants one with its read option " + option,
        "L1, invariant 4",
        new Graft(
            CONSENSUS + "RatisProperties",
            "log",
            2,
            Stroke.afterwards(
                (none, properties, result) -> {
                  Inside.call(properties[0], "set", OPTION, option);
                  return result;
                })),
        new Graft(CONSENSUS + "StrongReads", "grant", 2, new ByRatis()),
        new Graft(
            CONSENSUS + "ReplicaStateMachine",
            "query",
            1,
            Stroke.instead(
                (machine, message) -> CompletableFuture.completedFuture(emptyMessage()))));
  }

  private static Object emptyMessage() {
    return Inside.constant(PROTOCOL + "Message", "EMPTY");
  }

  /**
   * Asks Ratis in place of the lease. Once it has answered, the replica has applied what the read
   * must see, says Ratis; so the read is served from what is applied.
   */
  private static final class ByRatis implements Stroke {
    private final AtomicLong nextCallId = new AtomicLong(1);

    @Override
    public Answer before(@Nullable Object reads, @Nullable Object[] asked) {
      Object info = Inside.fieldOrNull(Inside.field(reads, "leadership"), "info");
      Object reader = asked[1];
      if (info == null) {
        pass(null, reader); // the replica is being opened
      } else {
        CompletableFuture<?> unused =
            asked(Inside.field(info, "this$0"))
                .whenComplete((answer, failure) -> pass(answer, reader));
      }
      return new Answer(null);
    }

    private CompletableFuture<?> asked(Object division) {
      Object member = Inside.get(division, "getMemberId");
      Object request = Inside.callStatic(PROTOCOL + "RaftClientRequest", "newBuilder");
      Inside.call(request, "setClientId", Inside.callStatic(PROTOCOL + "ClientId", "randomId"));
      Inside.call(request, "setServerId", Inside.call(member, "getPeerId"));
      Inside.call(request, "setGroupId", Inside.call(member, "getGroupId"));
      Inside.call(request, "setCallId", nextCallId.getAndIncrement());
      Inside.call(request, "setMessage", emptyMessage());
      Inside.call(
          request, "setType", Inside.callStatic(PROTOCOL + "RaftClientRequest", "readRequestType"));
      try {
        return (CompletableFuture<?>)
            Inside.get(division, "submitClientRequestAsync", Inside.call(request, "build"));
      } catch (IllegalStateException e) {
        if (e.getCause() instanceof IOException refused) {
          return CompletableFuture.failedFuture(refused);
        }
        throw e;
      }
    }

    private static void pass(@Nullable Object answer, @Nullable Object reader) {
      try {
        if (answer != null && Inside.get(answer, "isSuccess").equals(true)) {
          Inside.call(reader, "granted", ANY_TERM, AT_ONCE);
        } else {
          Inside.call(reader, "refused", NodeTypes.unavailable("Ratis has refused the read"));
        }
      } catch (NodeFailure e) {
        throw e.thrown();
      } catch (RuntimeException e) { // on a thread where nobody would see it
        throw Grafts.broken("StrongReads.Reader", e);
      }
    }
  }
}
