package dev.holdfast.protocol.rpc;

import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.TransactionGet;
import dev.holdfast.protocol.command.TransactionRequest;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.MergeOperation;
import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SplitOperation;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a client or another node may ask of a node. */
public sealed interface NodeRequest {
  /**
   * Propose commands to one partition, in order; answered with {@link NodeReply.Written} once all
   * are applied.
   *
   * @param epoch the partition's epoch in the sender's map; 0 for the meta group
   * @param timeoutMillis how long the sender will wait from now
   */
  record Write(PartitionId partition, long epoch, List<Proposal> proposals, long timeoutMillis)
      implements NodeRequest {
    public Write {
      proposals = List.copyOf(proposals);
    }
  }

  /** Read from one snapshot of one partition; answered with {@link NodeReply.ReadDone}. */
  record ReadFrom(
      PartitionId partition, long epoch, ReadMode mode, List<Read> reads, long timeoutMillis)
      implements NodeRequest {
    public ReadFrom {
      reads = List.copyOf(reads);
    }
  }

  /**
   * Ask the leader which index a strong read must see (L3, L5); answered with {@link
   * NodeReply.ReadIndex}.
   */
  record AskReadIndex(PartitionId partition, long timeoutMillis) implements NodeRequest {}

  /**
   * Take a transaction through its steps, over any partitions; answered with {@link
   * NodeReply.Transacted}.
   *
   * @param timeoutMillis how long the sender will wait from now
   */
  record Transact(TransactionRequest transaction, long timeoutMillis) implements NodeRequest {}

  /**
   * Read items of any partitions as they are at one moment; answered with {@link
   * NodeReply.GotTogether}.
   *
   * @param seen the index that a partition has to have applied before it answers (L6)
   * @param timeoutMillis how long the sender will wait from now
   */
  record GetTogether(
      List<TransactionGet> gets, SortedMap<PartitionId, Long> seen, long timeoutMillis)
      implements NodeRequest {
    public GetTogether {
      gets = List.copyOf(gets);
      seen = Collections.unmodifiableSortedMap(new TreeMap<>(seen));
    }
  }

  /** What this node hosts and how it does; answered with {@link NodeReply.Status}. */
  record AskStatus() implements NodeRequest {}

  /**
   * The digest that this node's replica had after applying exactly this index, for comparison;
   * answered with {@link NodeReply.Digest}.
   */
  record AskDigest(PartitionId partition, long index) implements NodeRequest {}

  /**
   * Have a node that has no replica of a partition join its group, without any state, and be filled
   * by the leader; answered with Done once it has joined, also when it had before. Only for groups
   * that have committed an entry: nobody can be elected any more who has nothing (replication.md
   * S1, S3).
   *
   * @param partition as in the map; the node is among its replicas
   */
  record HostReplica(ClusterMap.Partition partition) implements NodeRequest {}

  /**
   * Have a node remove its replica of a partition that another has absorbed, for ever; answered
   * with Done once nothing of it is left, also when it had none. Refused as not ready while the
   * node's own replica of the left one does not know that.
   */
  record RetireReplica(MergeOperation merge) implements NodeRequest {}

  /**
   * Have the node that a move adds join the group as a listener, without any state, and be filled
   * by the leader; answered with Done once it has joined, also when it had before. Refused unless
   * the meta group has the move on record.
   *
   * @param nodes the addresses of all that the move names
   */
  record HostListener(MoveOperation move, List<ClusterMap.Node> nodes) implements NodeRequest {
    public HostListener {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * Ask the leader of a partition to take the next step of a move; answered with {@link
   * NodeReply.MoveAdvanced} once it is taken, or need not be. Refused unless the meta group has the
   * move on record, so that nobody but it decides who is a member, and a late copy does nothing.
   *
   * @param nodes the addresses of all that the move names
   */
  record AdvanceMove(MoveOperation move, List<ClusterMap.Node> nodes) implements NodeRequest {
    public AdvanceMove {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * Have a node delete its replica of a partition that it is no longer a member of, and never have
   * one again that is older than this epoch (replication.md S2); answered with Done, also when
   * there is nothing to delete. Refused unless the map says that it is no member.
   *
   * @param epoch of the partition in the map; of the meta group, as the membership counts it
   */
  record DropReplica(PartitionId partition, long epoch) implements NodeRequest {}

  /**
   * Ask the leader of a partition for a key in the middle of what it holds; answered with {@link
   * NodeReply.SplitKey}.
   */
  record AskSplitKey(PartitionId partition) implements NodeRequest {}

  /**
   * Have a node get ready for its replica to be split, so that the child serves sooner: a courtesy
   * that changes nothing anybody can see; answered with Done when it has, or need not.
   */
  record PrepareSplit(SplitOperation operation) implements NodeRequest {}

  /** Ask the leader of a partition to hand over to another replica; answered with Done. */
  record TransferLeader(PartitionId partition, NodeId to, long timeoutMillis)
      implements NodeRequest {}

  /**
   * The controller's heartbeat; answered with {@link NodeReply.Report}.
   *
   * @param map the partition map, if the node's last report said that it knows an older one; null
   *     if not
   */
  record Heartbeat(@Nullable ClusterMap map) implements NodeRequest {}

  /**
   * What the controller made of the cluster lately; answered with {@link NodeReply.Planned} by the
   * node that leads the meta group.
   */
  record AskPlan() implements NodeRequest {}
}
