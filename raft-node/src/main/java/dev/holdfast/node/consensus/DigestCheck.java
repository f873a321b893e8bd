package dev.holdfast.node.consensus;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.statemachine.spi.FaultHandler;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides who is damaged when digests are verified (design section 4, replication.md C2).
 *
 * <p>A follower whose digest is not the leader's, and the leader itself after every verification,
 * asks the other members for theirs. Who holds another digest than a majority is set aside; when
 * all have answered and none has a majority, all are, and the partition stops. As long as too few
 * have answered nobody halts: a wrong digest of the leader alone must not stop two good followers.
 */
final class DigestCheck {
  /** What the digests of a group at one index say about this replica. */
  enum Verdict {
    AGREES,
    MINORITY,
    NO_MAJORITY,
    UNDECIDED
  }

  private static final Logger log = LoggerFactory.getLogger(DigestCheck.class);

  /** Followers apply a little later than the leader. */
  private static final long ASK_AFTER_MILLIS = 500;

  private static final long ANSWER_MILLIS_MAX = 2000;

  private final PartitionId partition;
  private final ConsensusWorld world;
  private final FaultHandler faults;
  private final Function<NodeId, NodeLink> links;
  private final LongFunction<@Nullable Bytes> ownDigestAt;

  DigestCheck(
      PartitionId partition,
      ConsensusWorld world,
      FaultHandler faults,
      Function<NodeId, NodeLink> links,
      LongFunction<@Nullable Bytes> ownDigestAt) {
    this.partition = partition;
    this.world = world;
    this.faults = faults;
    this.links = links;
    this.ownDigestAt = ownDigestAt;
  }

  /**
   * A verification was applied. Called by the apply thread; asks later, on another.
   *
   * @param others the other members of the group
   */
  void verified(Command.VerifyDigest command, boolean leads, List<NodeId> others) {
    Bytes own = ownDigestAt.apply(command.index());
    if (own == null || (!leads && own.equals(command.digest()))) {
      return;
    }
    Future<?> unused =
        world
            .executor()
            .schedule(
                () -> ask(command.index(), own, others), ASK_AFTER_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void ask(long index, Bytes own, List<NodeId> others) {
    List<CompletableFuture<@Nullable Bytes>> answers =
        others.stream().map(node -> digestOf(node, index)).toList();
    CompletableFuture<Void> unused =
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
            .thenAccept(
                done -> {
                  List<Bytes> known = new ArrayList<>();
                  for (CompletableFuture<@Nullable Bytes> answer : answers) {
                    Bytes digest = answer.getNow(null);
                    if (digest != null) {
                      known.add(digest);
                    }
                  }
                  judge(index, own, known, others.size() + 1);
                });
  }

  private CompletableFuture<@Nullable Bytes> digestOf(NodeId node, long index) {
    return links
        .apply(node)
        .ask(new NodeRequest.AskDigest(partition, index))
        .orTimeout(ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS)
        .handle(
            (reply, failure) -> reply instanceof NodeReply.Digest answer ? answer.digest() : null);
  }

  private void judge(long index, Bytes own, List<Bytes> others, int memberCount) {
    Verdict verdict = verdict(own, others, memberCount);
    if (verdict == Verdict.MINORITY || verdict == Verdict.NO_MAJORITY) {
      String what =
          verdict == Verdict.MINORITY
              ? "the state differs from that of a majority of its replicas"
              : "no majority of its replicas has the same state";
      RuntimeException unused =
          faults.fault(
              "partition=" + partition + " index=" + index + " " + what,
              new DamagedReplicaException("digest " + own + " here, elsewhere " + others));
    } else if (verdict == Verdict.UNDECIDED && !others.stream().allMatch(own::equals)) {
      log.error(
          "partition={} index={} digest {} here, elsewhere {}: too few to tell who is damaged",
          partition,
          index,
          own,
          others);
    }
  }

  /**
   * @param others the digests of the members that know theirs
   * @param memberCount of the group, this replica included
   */
  static Verdict verdict(Bytes own, List<Bytes> others, int memberCount) {
    int majority = memberCount / 2 + 1;
    Map<Bytes, Integer> counts = new HashMap<>();
    counts.merge(own, 1, Integer::sum);
    others.forEach(digest -> counts.merge(digest, 1, Integer::sum));
    if (counts.getOrDefault(own, 0) >= majority) {
      return Verdict.AGREES;
    }
    if (counts.values().stream().anyMatch(count -> count >= majority)) {
      return Verdict.MINORITY;
    }
    return others.size() + 1 == memberCount ? Verdict.NO_MAJORITY : Verdict.UNDECIDED;
  }
}
