package dev.holdfast.node.consensus;

import org.apache.ratis.conf.Parameters;
import org.apache.ratis.netty.NettyFactory;
import org.apache.ratis.netty.server.NettyRpcService;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/**
 * Ratis's Netty transport with a {@link SuccessFence} between it and the server (X2), and {@link
 * CommitNews} beside its appenders. Ratis creates it by name, hence public.
 */
public final class FencedNettyRpc implements RpcType {
  @Override
  public String name() {
    return "FENCED_NETTY";
  }

  @Override
  public NettyFactory newFactory(Parameters parameters) {
    return new NettyFactory(parameters) {
      @Override
      public NettyRpcService newRaftServerRpc(RaftServer server) {
        return super.newRaftServerRpc(SuccessFence.around(server));
      }

      @Override
      public LogAppender newLogAppender(
          RaftServer.Division division, LeaderState leader, FollowerInfo follower) {
        LogAppender appender = super.newLogAppender(division, leader, follower);
        if (division.getStateMachine() instanceof ReplicaStateMachine machine) {
          machine.commitNews().sendsBy(appender);
        }
        return appender;
      }
    };
  }
}
