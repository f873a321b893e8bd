package dev.holdfast.node.consensus;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.util.ProtoUtils;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a follower from acknowledging an append after it has moved to a higher term (X2).
 *
 * <p>Ratis checks an append's term under its lock and writes the entries after leaving it. A vote
 * in a higher term may be granted in between, by a log that does not hold the entries yet; the
 * success sent afterwards would let the old leader count a majority for an entry that the new
 * leader lacks. So the term is read again <em>after</em> the append has completed: as it only
 * grows, an unchanged term proves that no higher vote was granted before the entries were in the
 * log.
 */
final class SuccessFence implements InvocationHandler {
  /** The current term of a division; a port so that the rule can be tested by hand. */
  @FunctionalInterface
  interface Terms {
    long currentTerm(RaftGroupId group) throws IOException;
  }

  private final RaftServer server;
  private final Terms terms;

  private SuccessFence(RaftServer server, Terms terms) {
    this.server = server;
    this.terms = terms;
  }

  /** The same server, fenced. */
  static RaftServer around(RaftServer server) {
    return around(server, group -> server.getDivision(group).getInfo().getCurrentTerm());
  }

  static RaftServer around(RaftServer server, Terms terms) {
    return (RaftServer)
        Proxy.newProxyInstance(
            SuccessFence.class.getClassLoader(),
            new Class<?>[] {RaftServer.class},
            new SuccessFence(server, terms));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (arguments != null
        && arguments.length == 1
        && arguments[0] instanceof AppendEntriesRequestProto request) {
      if (method.getName().equals("appendEntries")) {
        return checked(request, server.appendEntries(request));
      }
      if (method.getName().equals("appendEntriesAsync")) {
        return checkedLater(request);
      }
    }
    try {
      return method.invoke(server, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private CompletableFuture<AppendEntriesReplyProto> checkedLater(AppendEntriesRequestProto request)
      throws IOException {
    return server
        .appendEntriesAsync(request)
        .thenApply(
            reply -> {
              try {
                return checked(request, reply);
              } catch (IOException e) {
                throw new CompletionException(e);
              }
            });
  }

  private AppendEntriesReplyProto checked(
      AppendEntriesRequestProto request, AppendEntriesReplyProto reply) throws IOException {
    if (reply.getResult() != AppendResult.SUCCESS) {
      return reply;
    }
    long term =
        terms.currentTerm(ProtoUtils.toRaftGroupId(request.getServerRequest().getRaftGroupId()));
    if (term > request.getLeaderTerm()) {
      throw new IOException(
          "append of term " + request.getLeaderTerm() + " completed in term " + term);
    }
    return reply;
  }
}
