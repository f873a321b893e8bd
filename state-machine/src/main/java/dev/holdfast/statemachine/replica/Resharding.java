package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of a decider's rows when its partition is split or merged (replication.md S, M).
 * Pure, as a {@link Decider} is: the same state and arguments give the same effects on every
 * replica.
 */
public interface Resharding {
  /** Of partitions that are never split. */
  Resharding NONE =
      new Resharding() {
        @Override
        public Optional<String> objection(KeyValueReader state, Bytes key) {
          return Optional.of("this partition cannot be split");
        }

        @Override
        public Bytes edgeBefore(KeyValueReader state, Bytes key) {
          return key;
        }

        @Override
        public List<Effect> narrowed(
            KeyValueReader state, ClusterMap.Partition kept, long stampMicros) {
          throw new IllegalStateException("it is never split");
        }

        @Override
        public List<Effect> inherited(
            KeyValueReader state, ClusterMap.Partition kept, long stampMicros) {
          throw new IllegalStateException("it is never split");
        }

        @Override
        public List<Effect> trimmed(KeyRange kept) {
          throw new IllegalStateException("it is never split");
        }

        @Override
        public List<Effect> discarded(KeyValueReader state, KeyValueReader other, KeyRange kept) {
          return List.of();
        }

        @Override
        public boolean isPlaced(Bytes key) {
          return false;
        }

        @Override
        public List<Effect> united(KeyValueReader state, KeyValueReader other, long stampMicros) {
          throw new IllegalStateException("it is never merged");
        }
      };

  /** Why the partition may not be split before this key, for a person; empty if it may. */
  Optional<String> objection(KeyValueReader state, Bytes key);

  /** The last key up to this one before which the partition may be split. */
  Bytes edgeBefore(KeyValueReader state, Bytes key);

  /**
   * What the parent does when it keeps a part of its range: as much as is open there at the moment,
   * however large the partition is. Items stay until they are {@link #trimmed}.
   *
   * @param kept the partition from now on, the left one
   */
  List<Effect> narrowed(KeyValueReader state, ClusterMap.Partition kept, long stampMicros);

  /**
   * What the child, which begins as its parent was, does with all that is not its own.
   *
   * @param kept the child, the right one
   */
  List<Effect> inherited(KeyValueReader state, ClusterMap.Partition kept, long stampMicros);

  /** Deletes the items outside a range; takes no longer for many than for few. */
  List<Effect> trimmed(KeyRange kept);

  /**
   * As {@link #trimmed}, and deletes all else that {@link #isPlaced} and is not the partition's
   * own.
   *
   * @param other the rows of a partition that is not absorbed after all, as far as they were put
   *     aside, under their own keys
   */
  List<Effect> discarded(KeyValueReader state, KeyValueReader other, KeyRange kept);

  /**
   * Whether no two partitions have rows with this key, as it follows from what is in their ranges.
   * Such a row of a partition that is being absorbed is put in its place at once, where nobody
   * looks; others are put aside until {@link #united}.
   */
  boolean isPlaced(Bytes key);

  /**
   * What is to be done with the rows of an absorbed partition that were put aside (R5,
   * replication.md M).
   *
   * @param state of the partition that absorbs; the other's placed rows are there already
   * @param other the rows that were put aside, under their own keys
   * @param stampMicros the greater of both
   */
  List<Effect> united(KeyValueReader state, KeyValueReader other, long stampMicros);
}
