package dev.holdfast.node.consensus;

import org.apache.ratis.conf.Parameters;
import org.apache.ratis.netty.NettyFactory;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.ServerFactory;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/**
 * Ratis's Netty transport with a {@link SuccessFence} between it and the server, in both directions
 * (X2, C1), {@link Pulses} that go beside, {@link CommitNews} beside its appenders, and {@link
 * PeerConnections} beside the whole. Ratis creates it by name, hence public.
 */
public final class FencedNettyRpc implements RpcType {
  private static final String MARKS = "holdfast.acknowledged.marks";
  private static final String UNBORN = "holdfast.unborn.groups";
  private static final String VOTES = "holdfast.vote.calls";
  private static final String CONNECTIONS = "holdfast.peer.connections";

  static Parameters parameters(
      AcknowledgedMarks marks, UnbornGroups unborn, PeerConnections connections, VoteCalls votes) {
    Parameters parameters = new Parameters();
    parameters.put(UNBORN, unborn, UnbornGroups.class);
    parameters.put(VOTES, votes, VoteCalls.class);
    parameters.put(MARKS, marks, AcknowledgedMarks.class);
    parameters.put(CONNECTIONS, connections, PeerConnections.class);
    return parameters;
  }

  @Override
  public String name() {
    return "FENCED_NETTY";
  }

  @Override
  public RpcFactory newFactory(Parameters parameters) {
    AcknowledgedMarks marks = parameters.getNonNull(MARKS, AcknowledgedMarks.class);
    PeerConnections connections = parameters.getNonNull(CONNECTIONS, PeerConnections.class);
    UnbornGroups unborn = parameters.getNonNull(UNBORN, UnbornGroups.class);
    VoteCalls votes = parameters.getNonNull(VOTES, VoteCalls.class);
    NettyFactory netty = new NettyFactory(parameters);
    return new ServerFactory() {
      @Override
      public RaftServerRpc newRaftServerRpc(RaftServer server) {
        RaftServer fenced = SuccessFence.around(server, marks, unborn, votes);
        RaftServerRpc transport = netty.newRaftServerRpc(connections.pulses().answeredBy(fenced));
        connections.of(transport);
        return SuccessFence.around(
            transport,
            new SuccessFence.RatisDivisions(server),
            marks,
            unborn,
            new StepDowns(System::nanoTime),
            votes);
      }

      @Override
      public RpcType getRpcType() {
        return FencedNettyRpc.this;
      }

      @Override
      public LogAppender newLogAppender(
          RaftServer.Division division, LeaderState leader, FollowerInfo follower) {
        LogAppender appender = netty.newLogAppender(division, leader, follower);
        if (division.getStateMachine() instanceof ReplicaStateMachine machine) {
          machine.commitNews().sendsBy(appender);
        }
        return appender;
      }
    };
  }
}
