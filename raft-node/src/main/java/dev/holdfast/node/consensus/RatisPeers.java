package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.NodeId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;

/** Names nodes to Ratis. */
final class RatisPeers {
  private RatisPeers() {}

  static RaftPeerId id(NodeId node) {
    return RaftPeerId.valueOf(node.name());
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
