package dev.holdfast.node.consensus;

import java.util.List;

/** What the nodes of {@link LeaseSimulation} keep in their logs and tell each other. */
final class SimulatedRaft {
  private SimulatedRaft() {}

  enum Kind {
    /** Raft's own, the first of each term. */
    NOOP,
    WRITE,
    RELINQUISH
  }

  /**
   * @param named the term that a Relinquish names
   * @param version how many writes there are up to this entry
   */
  record Entry(long term, Kind kind, long named, int version) {}

  sealed interface Message {
    int from();

    int to();
  }

  record Append(int from, int to, long term, List<Entry> log, int commit) implements Message {}

  record Appended(int from, int to, long term, int match) implements Message {}

  record AskVote(int from, int to, long term, long lastTerm, int length) implements Message {}

  record Vote(int from, int to, long term) implements Message {}
}
