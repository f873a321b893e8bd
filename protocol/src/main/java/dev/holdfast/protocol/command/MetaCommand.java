package dev.holdfast.protocol.command;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.IndexChange;
import dev.holdfast.protocol.model.OnDemandLimits;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SplitOrigin;
import dev.holdfast.protocol.model.StreamView;
import dev.holdfast.protocol.model.TableClass;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.Warmth;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What the meta group replicates: tables, nodes, and the partition map. */
public sealed interface MetaCommand extends Command {
  <R> R dispatch(Handler<R> handler);

  /** The first map of a new cluster; a no-op when there is one. */
  record Bootstrap(ClusterMap map) implements MetaCommand {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.bootstrap(this);
    }
  }

  /**
   * Adds a table in status CREATING. Rejected when the name is in use or the id was ever used.
   *
   * @param table its version is 1; {@code createdAtMillis} is replaced by the entry's stamp
   */
  record CreateTable(TableDescriptor table) implements MetaCommand {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.createTable(this);
    }
  }

  /**
   * Changes what is not null. Rejected unless the table is ACTIVE, which it is still, or again once
   * it is as warm as is asked: UPDATING until then.
   *
   * @param limits with {@link OnDemandLimits#UNCHANGED} for what is to stay
   * @param indexes at most one is created or deleted: the table is UPDATING until all partitions
   *     know, and what is created is ACTIVE only when every item is in it
   */
  record UpdateTable(
      String name,
      @Nullable BillingMode billingMode,
      @Nullable Throughput throughput,
      @Nullable Boolean deletionProtection,
      @Nullable Warmth warmth,
      @Nullable OnDemandLimits limits,
      @Nullable TableClass tableClass,
      List<IndexChange> indexes)
      implements MetaCommand {
    public UpdateTable {
      indexes = List.copyOf(indexes);
    }

    /** Changes nothing of what is only described. */
    public UpdateTable(
        String name,
        @Nullable BillingMode billingMode,
        @Nullable Throughput throughput,
        @Nullable Boolean deletionProtection,
        @Nullable Warmth warmth) {
      this(name, billingMode, throughput, deletionProtection, warmth, null, null, List.of());
    }

    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.updateTable(this);
    }
  }

  /**
   * Begins or ends a stream of a table: UPDATING until all partitions know of it. Rejected unless
   * the table is ACTIVE, and when it is so already.
   *
   * @param view null: ends the stream
   */
  record ChangeStream(String name, @Nullable StreamView view) implements MetaCommand {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.changeStream(this);
    }
  }

  /**
   * Has the items of a table expire, or not any more: ENABLING or DISABLING until all partitions
   * have done what there is to be done. Rejected when it is so already, or about to be, and when
   * the table is neither ACTIVE nor UPDATING.
   *
   * @param attribute that holds the time
   */
  record ChangeTimeToLive(String name, String attribute, boolean enabled) implements MetaCommand {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.changeTimeToLive(this);
    }
  }

  /**
   * ENABLING becomes ENABLED, DISABLING disabled, once every partition is done; idempotent.
   *
   * @param version that every partition knows
   */
  record SettleTimeToLive(TableId table, long version) implements MetaCommand {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.settleTimeToLive(this);
    }
  }

  /** Moves an ACTIVE table to DELETING; rejected when it is protected. */
  record DeleteTable(String name) implements MetaCommand {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.deleteTable(this);
    }
  }

  /**
   * CREATING and UPDATING become ACTIVE once every partition of its range has the descriptor and
   * all partitions are made that it was to begin with. Idempotent.
   *
   * @param segments of which each has its partition: a table that is to have more by now is not
   *     ready, whoever said so before
   * @param version that every partition knows: a table that has a later one by now is not ready
   *     either
   */
  record MarkTableReady(TableId table, int segments, long version) implements MetaCommand {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.markTableReady(this);
    }
  }

  /**
   * The indexes that are being filled have every item of the table: BACKFILLING becomes ACTIVE;
   * idempotent.
   *
   * @param version of the table when they were looked at: one that has a later one is looked at
   *     again
   */
  record MarkIndexesFilled(TableId table, long version) implements MetaCommand {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.markIndexesFilled(this);
    }
  }

  /** Forgets a DELETING table once every partition has dropped it; idempotent. */
  record ForgetTable(TableId table) implements MetaCommand {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.forgetTable(this);
    }
  }

  /** Adds or replaces tags. */
  record TagTable(String name, SortedMap<String, String> tags) implements MetaCommand {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.tagTable(this);
    }
  }

  /** Removes tags; unknown keys are ignored. */
  record UntagTable(String name, List<String> keys) implements MetaCommand {
    public UntagTable {
      keys = List.copyOf(keys);
    }

    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.untagTable(this);
    }
  }

  /**
   * Attaches a policy to a table, or removes it. A no-op when the same is attached already, or none
   * when it is to be removed. Rejected as {@link Rejection.PolicyNotFound} when another revision is
   * attached than was expected.
   *
   * @param document in its canonical form; null: removes what is attached
   * @param expectedRevision null: whichever; {@value #NO_POLICY}: none
   */
  record ChangePolicy(String name, @Nullable String document, @Nullable String expectedRevision)
      implements MetaCommand {
    public static final String NO_POLICY = "NO_POLICY";

    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.changePolicy(this);
    }
  }

  /**
   * Decides to split a partition; answered with {@link Result.SplitBegun}. Rejected as {@code
   * Invalid}, with a sentence for a person, when there is no such partition, when it has another
   * epoch, when something is in progress on it, or when the key is not strictly inside its range.
   *
   * @param epoch the partition's
   * @param key the first of what is split off
   */
  record BeginSplit(PartitionId partition, long epoch, Bytes key, SplitOrigin origin)
      implements MetaCommand {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.beginSplit(this);
    }
  }

  /** The parent has been split: the map says so from now on. A no-op when it says so already. */
  record FinishSplit(PartitionId child) implements MetaCommand {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.finishSplit(this);
    }
  }

  /** The parent has refused, for ever: forgets the split that was decided; idempotent. */
  record AbandonSplit(PartitionId child) implements MetaCommand {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.abandonSplit(this);
    }
  }

  /**
   * Decides to merge two neighbours; answered with {@link Result.MergeBegun}. Rejected as {@code
   * Invalid}, with a sentence for a person, when there is no such partition, when they are no
   * neighbours, not on the same nodes or at another epoch, or when something is in progress on one.
   */
  record BeginMerge(PartitionId left, long leftEpoch, PartitionId right, long rightEpoch)
      implements MetaCommand {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.beginMerge(this);
    }
  }

  /** The left one has absorbed the right one: the map says so from now on; idempotent. */
  record FinishMerge(long merge) implements MetaCommand {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.finishMerge(this);
    }
  }

  /** The merge was cancelled, and the right one serves again: forgets it; idempotent. */
  record AbandonMerge(long merge) implements MetaCommand {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.abandonMerge(this);
    }
  }

  /** No node has a replica of the right one any more: forgets the merge; idempotent. */
  record ForgetMerge(long merge) implements MetaCommand {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.forgetMerge(this);
    }
  }

  /** Changes who is in the cluster, or who holds what. */
  record Membership(MembershipChange change) implements MetaCommand {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.membership(this);
    }
  }

  /** One method per meta command. */
  interface Handler<R> {
    R bootstrap(Bootstrap command);

    R createTable(CreateTable command);

    R updateTable(UpdateTable command);

    R changeStream(ChangeStream command);

    R changeTimeToLive(ChangeTimeToLive command);

    R settleTimeToLive(SettleTimeToLive command);

    R deleteTable(DeleteTable command);

    R markTableReady(MarkTableReady command);

    R markIndexesFilled(MarkIndexesFilled command);

    R forgetTable(ForgetTable command);

    R tagTable(TagTable command);

    R untagTable(UntagTable command);

    R changePolicy(ChangePolicy command);

    R beginSplit(BeginSplit command);

    R finishSplit(FinishSplit command);

    R abandonSplit(AbandonSplit command);

    R beginMerge(BeginMerge command);

    R finishMerge(FinishMerge command);

    R abandonMerge(AbandonMerge command);

    R forgetMerge(ForgetMerge command);

    R membership(Membership command);
  }
}
