package dev.holdfast.statemachine.spi;

/** The place of an entry in the Raft log. Indices grow but are not consecutive. */
public record ApplyContext(long term, long index) {
  /**
   * Where the log of a split's child begins: an empty replica must not be able to win an election
   * against a seeded one, so it is above what Raft takes for nothing (replication.md S1).
   */
  public static final ApplyContext SEED = new ApplyContext(1, 1);
}
