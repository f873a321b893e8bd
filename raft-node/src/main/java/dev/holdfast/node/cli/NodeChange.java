package dev.holdfast.node.cli;

import dev.holdfast.protocol.command.MembershipChange;
import dev.holdfast.protocol.model.NodeId;

/** What can be done with a node of a cluster by hand. */
enum NodeChange {
  DECOMMISSION(
      "Empties a node: its replicas move to others. The node goes on running; remove it when it is"
          + " empty.",
      "is being emptied; './holdfast nodes' shows what it still has") {
    @Override
    MembershipChange of(NodeId node) {
      return new MembershipChange.DecommissionNode(node);
    }
  },
  RECOMMISSION("Takes back that a node is to be emptied.", "may have replicas again") {
    @Override
    MembershipChange of(NodeId node) {
      return new MembershipChange.RecommissionNode(node);
    }
  },
  REMOVE(
      "Forgets a node that was decommissioned and is empty, running or not.",
      "is no node of this cluster any more; stop its process if it still runs") {
    @Override
    MembershipChange of(NodeId node) {
      return new MembershipChange.RemoveNode(node);
    }
  };

  private final String purpose;
  private final String done;

  NodeChange(String purpose, String done) {
    this.purpose = purpose;
    this.done = done;
  }

  /** What the meta group is to decide. */
  abstract MembershipChange of(NodeId node);

  String purpose() {
    return purpose;
  }

  /** What is true of the node afterwards. */
  String done() {
    return done;
  }
}
