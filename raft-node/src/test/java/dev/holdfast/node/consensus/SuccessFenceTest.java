package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.junit.jupiter.api.Test;

/** X1 and X2 as rules, on a server made of answers. */
class SuccessFenceTest {
  private static final long LEADER_TERM = 4;

  private final AtomicLong term = new AtomicLong(LEADER_TERM);
  private final CompletableFuture<AppendEntriesReplyProto> appended = new CompletableFuture<>();
  private final RaftServer fenced = SuccessFence.around(server(), group -> term.get());

  private RaftServer server() {
    return (RaftServer)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {RaftServer.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "appendEntriesAsync" -> appended;
                  case "appendEntries" -> appended.join();
                  case "getProperties" -> new RaftProperties();
                  default -> throw new IOException(method.getName());
                });
  }

  private static AppendEntriesRequestProto request() {
    return AppendEntriesRequestProto.newBuilder()
        .setLeaderTerm(LEADER_TERM)
        .setServerRequest(
            RaftRpcRequestProto.newBuilder()
                .setRaftGroupId(
                    org.apache.ratis.util.ProtoUtils.toRaftGroupIdProtoBuilder(
                        RaftGroupId.randomId())))
        .build();
  }

  private static AppendEntriesReplyProto reply(AppendResult result) {
    return AppendEntriesReplyProto.newBuilder().setResult(result).build();
  }

  @Test
  void x2ASuccessOfTheCurrentTermPasses() throws IOException {
    CompletableFuture<AppendEntriesReplyProto> reply = fenced.appendEntriesAsync(request());
    appended.complete(reply(AppendResult.SUCCESS));

    assertThat(reply.join().getResult()).isEqualTo(AppendResult.SUCCESS);
    assertThat(fenced.appendEntries(request()).getResult()).isEqualTo(AppendResult.SUCCESS);
  }

  @Test
  void x2ASuccessIsNotSentWhenTheTermGrewBeforeTheAppendCompleted() throws IOException {
    CompletableFuture<AppendEntriesReplyProto> reply = fenced.appendEntriesAsync(request());
    term.incrementAndGet();
    appended.complete(reply(AppendResult.SUCCESS));

    assertThatThrownBy(reply::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(IOException.class);
    assertThatThrownBy(() -> fenced.appendEntries(request())).isInstanceOf(IOException.class);
  }

  @Test
  void x2ARefusalIsAlwaysSent() throws IOException {
    term.incrementAndGet();
    appended.complete(reply(AppendResult.NOT_LEADER));

    assertThat(fenced.appendEntries(request()).getResult()).isEqualTo(AppendResult.NOT_LEADER);
  }

  @Test
  void everythingElseGoesThroughWithItsOwnExceptions() {
    assertThat(fenced.getProperties()).isNotNull();
    assertThatThrownBy(() -> fenced.start()).isInstanceOf(IOException.class).hasMessage("start");
  }

  @Test
  void x1ComposedAppendsAreRefusedAtStart() {
    RaftProperties defaults = new RaftProperties();

    assertThatThrownBy(() -> RatisProperties.assertSafe(defaults))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("compose");
  }
}
