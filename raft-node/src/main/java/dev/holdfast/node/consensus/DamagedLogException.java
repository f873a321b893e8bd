package dev.holdfast.node.consensus;

import java.io.IOException;
import java.io.Serial;

/** A Raft log that is not what was acknowledged; the message says where and why. */
final class DamagedLogException extends IOException {
  @Serial private static final long serialVersionUID = 1;

  DamagedLogException(String message) {
    super(message);
  }
}
