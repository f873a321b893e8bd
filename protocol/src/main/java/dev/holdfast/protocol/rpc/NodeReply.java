package dev.holdfast.protocol.rpc;

import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.MoveStep;
import dev.holdfast.protocol.model.PartitionId;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a node answers when it does not fail with a {@link StoreException}. */
public sealed interface NodeReply {
  /** One result per proposal, in order. */
  record Written(List<Result> results, Position position) implements NodeReply {
    public Written {
      results = List.copyOf(results);
    }
  }

  /** One result per read, in order. */
  record ReadDone(List<ReadResult> results, Position position) implements NodeReply {
    public ReadDone {
      results = List.copyOf(results);
    }
  }

  /**
   * {@code Transacted}, {@code TokenSpent} or {@code Rejected}.
   *
   * @param seen the index at which each partition answered last
   */
  record Transacted(Result result, SortedMap<PartitionId, Long> seen) implements NodeReply {
    public Transacted {
      seen = Collections.unmodifiableSortedMap(new TreeMap<>(seen));
    }
  }

  /**
   * {@code Together} or {@code Refused}.
   *
   * @param seen the index at which each partition answered last
   */
  record GotTogether(ReadResult result, SortedMap<PartitionId, Long> seen) implements NodeReply {
    public GotTogether {
      seen = Collections.unmodifiableSortedMap(new TreeMap<>(seen));
    }
  }

  /** The leader's term and commit index, under its lease. */
  record ReadIndex(long term, long index) implements NodeReply {}

  /** The node's own view of itself. */
  record Status(NodeStatus status) implements NodeReply {}

  /** Null when this process has not applied that index, or has forgotten its digest. */
  record Digest(@Nullable Bytes digest) implements NodeReply {}

  /** Null when the partition holds too little to be split in the middle. */
  record SplitKey(@Nullable Bytes key) implements NodeReply {}

  /** How the node does, and how what it leads is used. */
  record Report(NodeReport report) implements NodeReply {}

  /** What the controller decided in its last round, and why. */
  record Planned(PlanReport report) implements NodeReply {}

  /**
   * Of {@link NodeRequest.AdvanceMove}.
   *
   * @param step what was done, or why there was nothing to do
   */
  record MoveAdvanced(MoveStep step) implements NodeReply {}

  /** Nothing to say but that it is done. */
  record Done() implements NodeReply {}
}
