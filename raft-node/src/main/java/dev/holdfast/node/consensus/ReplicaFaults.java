package dev.holdfast.node.consensus;

import dev.holdfast.statemachine.spi.FaultHandler;

/**
 * What happens when a replica cannot go on (rule H8). One that is damaged is set aside, where there
 * are others that it can be rebuilt from, and the node goes on with the rest (decision 0032);
 * anything else is the node's.
 *
 * <p>Any thread. What it returns is to be thrown.
 */
final class ReplicaFaults implements FaultHandler {
  /** Sets a replica aside. */
  interface Exit {
    /**
     * From when this returns the replica answers nobody, also after a restart.
     *
     * @return false when there is no other replica: then this one is the only copy
     */
    boolean setAside(String reason);
  }

  private final Exit exit;
  private final FaultHandler node;

  ReplicaFaults(Exit exit, FaultHandler node) {
    this.exit = exit;
    this.node = node;
  }

  @Override
  public RuntimeException fault(String message, Throwable cause) {
    return DamagedReplicaException.isIn(cause) && exit.setAside(message + ": " + cause.getMessage())
        ? new IllegalStateException("damaged: " + message, cause)
        : node.fault(message, cause);
  }
}
