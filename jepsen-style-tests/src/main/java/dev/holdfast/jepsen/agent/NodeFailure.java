package dev.holdfast.jepsen.agent;

/** What code of the node threw that a stroke has called; goes on to the stroke's own caller. */
final class NodeFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final RuntimeException thrown;

  NodeFailure(RuntimeException thrown) {
    super(thrown);
    this.thrown = thrown;
  }

  RuntimeException thrown() {
    return thrown;
  }
}
