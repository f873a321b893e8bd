package dev.holdfast.jepsen.agent;

/** Types of the node that several mistakes meet. */
final class NodeTypes {
  static final String BYTES = "dev.holdfast.protocol.model.Bytes";
  private static final String STORE_EXCEPTION = "dev.holdfast.protocol.rpc.StoreException$";

  private NodeTypes() {}

  /** The first byte of the keys of such rows. */
  static Object kindOfRow(String name) {
    return Inside.constant("dev.holdfast.statemachine.storage.KeyLayout", name);
  }

  static boolean isIndeterminate(Object failure) {
    return Inside.is(failure, STORE_EXCEPTION + "IndeterminateException");
  }

  /** Says that the request had no effect. */
  static Object unavailable(String message) {
    return Inside.make(
        STORE_EXCEPTION + "UnavailableException",
        Inside.constant(STORE_EXCEPTION + "Reason", "NOT_READY"),
        message);
  }

  /** A partition with the same identity, but all keys are its own. */
  static Object everywhere(Object partition) {
    return Inside.make(
        "dev.holdfast.protocol.model.ClusterMap$Partition",
        Inside.call(partition, "id"),
        Inside.call(partition, "epoch"),
        Inside.constant("dev.holdfast.protocol.model.KeyRange", "ALL"),
        Inside.call(partition, "replicas"));
  }
}
