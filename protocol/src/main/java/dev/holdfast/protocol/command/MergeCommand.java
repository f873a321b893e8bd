package dev.holdfast.protocol.command;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.MergeOperation;
import java.util.List;

/**
 * The steps of a merge (replication.md M, decision 0022), in logs of two partitions. A partition
 * remembers the latest merge it has heard of: every step may come twice, late, and after a step
 * that ends the merge, and then does no harm at any time.
 */
public sealed interface MergeCommand extends Command.Control {
  @Override
  default <R> R dispatch(Command.ControlHandler<R> handler) {
    return handler.merge(this);
  }

  /** The merge that the step belongs to. */
  long merge();

  /**
   * In the right one's log: from here on nothing that it holds is read or written until {@link
   * Unfreeze}. Answered with {@link Result.Frozen}, a copy too.
   */
  record Freeze(MergeOperation operation) implements MergeCommand {
    @Override
    public long merge() {
      return operation.id();
    }

    /** What was decided before it is in an entry before it, and what is refused after it. */
    @Override
    public boolean isAlone() {
      return true;
    }
  }

  /**
   * In the left one's log: makes room for what the right one holds. Answered with {@link
   * Result.Gathering} until all of it is here, then with {@link Result.Done}. Rejected as {@code
   * Invalid} once the merge was cancelled.
   *
   * @param digest of the right one just before it was frozen: what is taken from a replica that has
   *     another one is not what was acknowledged
   */
  record Gather(MergeOperation operation, Bytes digest) implements MergeCommand {
    @Override
    public long merge() {
      return operation.id();
    }

    @Override
    public boolean isAlone() {
      return true;
    }
  }

  /** A row of a partition's state. */
  record Row(Bytes key, Bytes value) {}

  /**
   * In the left one's log, by its leader: rows of the right one, which nobody sees yet.
   *
   * @param after the key of the last row taken before; empty for none
   * @param rows in order of keys, not empty
   */
  record Take(long merge, Bytes after, List<Row> rows) implements MergeCommand {
    public Take {
      rows = List.copyOf(rows);
    }

    @Override
    public boolean isAlone() {
      return true;
    }
  }

  /**
   * In the left one's log, by its leader: the commit point. All rows are here; from now on the left
   * one holds both ranges.
   *
   * @param after the key of the last row taken; empty for none
   * @param stampMicros the right one's last stamp
   * @param floorMicros of its request-id window (E2)
   */
  record Absorb(long merge, Bytes after, long stampMicros, long floorMicros)
      implements MergeCommand {
    @Override
    public boolean isAlone() {
      return true;
    }
  }

  /**
   * In the left one's log: it never absorbs the right one by this merge. Rejected as {@code
   * Invalid} when it has.
   */
  record Cancel(MergeOperation operation) implements MergeCommand {
    @Override
    public long merge() {
      return operation.id();
    }

    @Override
    public boolean isAlone() {
      return true;
    }
  }

  /** In the right one's log, once the left one has applied {@link Cancel}: all is as it was. */
  record Unfreeze(MergeOperation operation) implements MergeCommand {
    @Override
    public long merge() {
      return operation.id();
    }
  }
}
