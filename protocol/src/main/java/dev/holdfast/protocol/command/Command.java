package dev.holdfast.protocol.command;

import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ExpiryEntry;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is replicated. Applying a command is a pure function of the state before it. */
public sealed interface Command
    permits Command.ItemWrite, Command.Control, TransactionCommand, MetaCommand {

  /**
   * Whether a partition remembers the result under the request id, so that a copy does not take
   * effect again (invariant 7). Otherwise copies are harmless by themselves, at any time: then the
   * partition need not, and it is never unsure whether it has forgotten one (replication.md E2).
   */
  default boolean isRemembered() {
    return true;
  }

  /**
   * Whether it is about several keys that its sender has grouped by partition, and must group anew
   * when they have parted (transactions.md R5).
   */
  default boolean isGrouped() {
    return false;
  }

  /**
   * Whether nobody waits for it, so that it may leave some milliseconds later, together with a
   * command to the same partition for which somebody does.
   */
  default boolean canWait() {
    return false;
  }

  /** Whether it needs a log entry of its own. */
  default boolean isAlone() {
    return false;
  }

  /** A write of one item: routed by its key, checked against its table's descriptor version. */
  sealed interface ItemWrite extends Command permits Put, Modify, Delete {
    TableRef table();

    /** The item of a put, otherwise the key; either way it has the key attributes. */
    Item keyOrItem();

    @Nullable Condition condition();

    ReturnValues returnValues();

    ReturnOnFailure returnOnFailure();

    <R> R dispatch(ItemHandler<R> handler);
  }

  /** What the store itself replicates to partitions that hold items. */
  sealed interface Control extends Command
      permits InstallTable,
          DropTable,
          RenewLease,
          Relinquish,
          VerifyDigest,
          Split,
          Trim,
          MergeCommand,
          SetMembers,
          TrimChanges,
          UpdateIndex,
          Delivered,
          Backfilled,
          Expire,
          TendExpiry {
    /** Most are idempotent. */
    @Override
    default boolean isRemembered() {
      return false;
    }

    <R> R dispatch(ControlHandler<R> handler);
  }

  /**
   * PutItem.
   *
   * @param item whole, its key attributes included
   * @param returnValues {@code NONE} or {@code ALL_OLD}
   */
  record Put(
      TableRef table,
      Item item,
      @Nullable Condition condition,
      ReturnValues returnValues,
      ReturnOnFailure returnOnFailure)
      implements ItemWrite {
    @Override
    public Item keyOrItem() {
      return item;
    }

    @Override
    public <R> R dispatch(ItemHandler<R> handler) {
      return handler.put(this);
    }
  }

  /**
   * UpdateItem.
   *
   * @param key exactly the key attributes
   */
  record Modify(
      TableRef table,
      Item key,
      Update update,
      @Nullable Condition condition,
      ReturnValues returnValues,
      ReturnOnFailure returnOnFailure)
      implements ItemWrite {
    @Override
    public Item keyOrItem() {
      return key;
    }

    @Override
    public <R> R dispatch(ItemHandler<R> handler) {
      return handler.modify(this);
    }
  }

  /**
   * DeleteItem.
   *
   * @param key exactly the key attributes
   * @param returnValues {@code NONE} or {@code ALL_OLD}
   */
  record Delete(
      TableRef table,
      Item key,
      @Nullable Condition condition,
      ReturnValues returnValues,
      ReturnOnFailure returnOnFailure)
      implements ItemWrite {
    @Override
    public Item keyOrItem() {
      return key;
    }

    @Override
    public <R> R dispatch(ItemHandler<R> handler) {
      return handler.delete(this);
    }
  }

  /** Makes a partition accept commands for this version of the table; older versions are no-ops. */
  record InstallTable(TableDescriptor table) implements Control {
    @Override
    public <R> R dispatch(ControlHandler<R> handler) {
      return handler.installTable(this);
    }
  }

  /** Deletes a table's items in this partition and leaves its id as a tombstone. */
  record DropTable(TableId table) implements Control {
    @Override
    public <R> R dispatch(ControlHandler<R> handler) {
      return handler.dropTable(this);
    }
  }

  /** Changes nothing; its being applied proves a lease (replication.md L1). */
  record RenewLease() implements Control {
    @Override
    public <R> R dispatch(ControlHandler<R> handler) {
      return handler.renewLease(this);
    }
  }

  /** The leader of this term gives up its lease (replication.md L4). Changes nothing else. */
  record Relinquish(long term) implements Control {
    @Override
    public <R> R dispatch(ControlHandler<R> handler) {
      return handler.relinquish(this);
    }
  }

  /** The proposer's digest after applying {@code index} was {@code digest} (design section 4). */
  record VerifyDigest(long index, Bytes digest) implements Control {
    @Override
    public <R> R dispatch(ControlHandler<R> handler) {
      return handler.verifyDigest(this);
    }
  }

  /**
   * Splits a partition (replication.md S): the replica that applies it leaves the child's seed on
   * its disk and keeps what is before the key. Rejected as {@code Invalid} when this partition, at
   * the operation's epoch, cannot be split there; a split that is done already is done.
   *
   * @param operation whose parent names epoch and members, so that the child's come from the entry
   */
  record Split(SplitOperation operation) implements Control {
    /** A copy must meet the first one's answer, also after the range has changed (S6). */
    @Override
    public boolean isRemembered() {
      return true;
    }

    @Override
    public boolean isAlone() {
      return true;
    }

    @Override
    public <R> R dispatch(ControlHandler<R> handler) {
      return handler.split(this);
    }
  }

  /**
   * Deletes what a split has given away, once the child is safe (replication.md S3, S5); a no-op
   * when the partition has another epoch, or nothing to delete.
   *
   * @param epoch of the partition
   */
  record Trim(long epoch) implements Control {
    @Override
    public <R> R dispatch(ControlHandler<R> handler) {
      return handler.trim(this);
    }
  }

  /**
   * The partition's group has these members, and with them its next epoch (decision 0023). Proposed
   * by its leader, of itself, once the configuration is committed. A no-op when it is so already;
   * rejected when the partition has another epoch.
   *
   * @param epoch of the partition before
   * @param replicas in the order of the map
   */
  record SetMembers(long epoch, List<NodeId> replicas) implements Control {
    public SetMembers {
      replicas = List.copyOf(replicas);
    }

    @Override
    public <R> R dispatch(ControlHandler<R> handler) {
      return handler.setMembers(this);
    }
  }

  /**
   * Deletes records of a table's change log that nobody is to read any more; a no-op when there are
   * none, or no such segment.
   *
   * @param through number of the last one
   */
  record TrimChanges(TableId table, SegmentId segment, long through) implements Control {
    @Override
    public <R> R dispatch(ControlHandler<R> handler) {
      return handler.trimChanges(this);
    }
  }

  /**
   * Brings entries of a global index up to date. Each update carries the number of the change that
   * it follows from, and does nothing where a later one was before it: so copies do no harm, nor
   * does another order (decision 0038). Rejected, retryably, when a key is not in the partition, or
   * the index is not known; nothing is done then. A no-op when the index was dropped.
   *
   * @param expiresMicros rejected when stamped at or after this, so that there is a time after
   *     which nothing can arrive any more
   */
  record UpdateIndex(TableId index, long expiresMicros, List<EntryUpdate> updates)
      implements Control {
    @Override
    public boolean isGrouped() {
      return true;
    }

    public UpdateIndex {
      updates = List.copyOf(updates);
    }

    @Override
    public <R> R dispatch(ControlHandler<R> handler) {
      return handler.updateIndex(this);
    }
  }

  /**
   * One entry as it is to be.
   *
   * @param key its routing key
   * @param version the number of the change
   * @param entry null when there is to be none
   */
  record EntryUpdate(Bytes key, long version, @Nullable Item entry) {}

  /**
   * The global indexes of a table have everything of a segment up to a number; idempotent.
   *
   * @param through number of the last change that all of them have
   */
  record Delivered(TableId table, SegmentId segment, long through) implements Control {
    @Override
    public <R> R dispatch(ControlHandler<R> handler) {
      return handler.delivered(this);
    }
  }

  /**
   * Deletes items that have expired by the entry's stamp, but for those that a transaction holds;
   * idempotent. Of an entry that is not so any more only the row is deleted that says so; what is
   * not in the partition is left alone. Answered with {@link Result.Expired}.
   */
  record Expire(List<ExpiryEntry> entries) implements Control {
    public Expire {
      entries = List.copyOf(entries);
    }

    @Override
    public <R> R dispatch(ControlHandler<R> handler) {
      return handler.expire(this);
    }
  }

  /**
   * Takes the next step at what is to be done about the expiry rows of a table: to write those of
   * items that were there before, and to look for those that are nobody's. Copies go on with it.
   * Answered with {@link Result.Tended}.
   *
   * @param limit of the rows that are looked at
   * @param bytesMax of them; the last one may go beyond
   */
  record TendExpiry(TableId table, int limit, int bytesMax) implements Control {
    @Override
    public <R> R dispatch(ControlHandler<R> handler) {
      return handler.tendExpiry(this);
    }
  }

  /**
   * A global index that was added to the table has every item whose key lies between two keys; a
   * no-op unless what comes before them is known to be entered, too. Idempotent.
   *
   * @param from inclusive
   * @param to exclusive
   */
  record Backfilled(TableId table, TableId index, Bytes from, Bytes to) implements Control {
    @Override
    public <R> R dispatch(ControlHandler<R> handler) {
      return handler.backfilled(this);
    }
  }

  /** One method per item write. */
  interface ItemHandler<R> {
    R put(Put command);

    R modify(Modify command);

    R delete(Delete command);
  }

  /** One method per control command. */
  interface ControlHandler<R> {
    R installTable(InstallTable command);

    R dropTable(DropTable command);

    R renewLease(RenewLease command);

    R relinquish(Relinquish command);

    R verifyDigest(VerifyDigest command);

    R split(Split command);

    R trim(Trim command);

    R merge(MergeCommand command);

    R setMembers(SetMembers command);

    R trimChanges(TrimChanges command);

    R updateIndex(UpdateIndex command);

    R delivered(Delivered command);

    R expire(Expire command);

    R tendExpiry(TendExpiry command);

    R backfilled(Backfilled command);
  }
}
