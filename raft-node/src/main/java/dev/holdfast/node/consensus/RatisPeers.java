package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.NodeId;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;

/** Names nodes to Ratis. */
final class RatisPeers {
  private RatisPeers() {}

  static RaftPeerId id(NodeId node) {
    return RaftPeerId.valueOf(node.name());
  }

  /** A node that begins as a listener in a group that it has never been in. */
  static RaftPeer listener(Peer peer) {
    return RaftPeer.newBuilder(of(peer)).setStartupRole(RaftPeerRole.LISTENER).build();
  }

  /** All with the same priority: a transfer to a lower one is refused. */
  static RaftPeer of(Peer peer) {
    return RaftPeer.newBuilder()
        .setId(id(peer.node()))
        .setAddress(peer.raftAddress())
        .setPriority(0)
        .build();
  }
}
