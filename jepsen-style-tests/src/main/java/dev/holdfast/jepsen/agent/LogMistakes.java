package dev.holdfast.jepsen.agent;

import dev.holdfast.jepsen.agent.Stroke.Answer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Mistakes in the Raft log, in its settings, and in what is made of its entries. */
final class LogMistakes {
  private static final String CONSENSUS = "dev.holdfast.node.consensus.";
  private static final String REPLICA = "dev.holdfast.statemachine.replica.";
  private static final String RATIS = "org.apache.ratis.server.impl.";
  private static final String COMPOSE = "raft.server.log.append-entries.compose.enabled";
  private static final String UNSAFE_FLUSH = "raft.server.log.unsafe-flush.enabled";
  private static final int LESS_UP_TO_DATE = -1;
  private static final String LOSES_ROWS = "the node n3 loses a part of the items it is to write";

  private LogMistakes() {}

  static List<Mistake> all() {
    return List.of(
        commitWithoutMajority(),
        voteForShortLog(),
        composedAppends(),
        appendAfterVote(),
        acknowledgedBeforeSync(),
        appliedTwice(),
        emptyCheckpoint(),
        divergence(),
        digestIgnored());
  }

  private static Mistake commitWithoutMajority() {
    return Mistake.of(
        "no-majority",
        "a leader takes an entry for committed as soon as its own disk has it",
        "invariant 2",
        new Graft(
            RATIS + "LeaderStateImpl",
            "updateCommit",
            2,
            Stroke.given(
                (leader, indexes) ->
                    indexes[0] = Inside.call(Inside.field(leader, "raftLog"), "getFlushIndex"))));
  }

  private static Mistake voteForShortLog() {
    return Mistake.of(
        "vote-for-short-log",
        "a vote is given to a candidate whose log lacks entries that the voter has",
        "invariant 2",
        new Graft(RATIS + "ServerState", "compareLog", 2, Stroke.returning(LESS_UP_TO_DATE)));
  }

  private static Mistake composedAppends() {
    return Mistake.of(
        "composed-appends",
        "Ratis composes appends, its default: what is appended after a vote is acknowledged",
        "X1, invariant 2",
        set(COMPOSE));
  }

  private static Mistake acknowledgedBeforeSync() {
    return Mistake.of(
        "acknowledged-before-sync",
        "an entry counts as on disk before its file is synced, which happens beside",
        "invariant 2",
        set(UNSAFE_FLUSH),
        unchecked());
  }

  /** Nothing of ours looks at Ratis's settings. */
  private static Graft unchecked() {
    return new Graft(CONSENSUS + "RatisProperties", "assertSafe", 1, Stroke.returning(null));
  }

  /** A setting of Ratis's log is true. */
  private static Graft set(String key) {
    return new Graft(
        CONSENSUS + "RatisProperties",
        "log",
        2,
        Stroke.afterwards(
            (none, properties, result) -> {
              Inside.call(properties[0], "set", key, "true");
              return result;
            }));
  }

  /** Ratis as it is by itself: nothing of ours checks its settings, or its acknowledgements. */
  private static Mistake appendAfterVote() {
    return Mistake.of(
        "append-after-vote",
        "Ratis composes appends, its default, and what it acknowledges is sent in any term",
        "X1, X2, invariant 2",
        set(COMPOSE),
        unchecked(),
        new Graft(
            CONSENSUS + "SuccessFence",
            "checked",
            2,
            Stroke.given((fence, exchange) -> exchange[0] = ofTheLastTerm(exchange[0]))));
  }

  /** So that no term is later. */
  private static Object ofTheLastTerm(@Nullable Object request) {
    Object builder = Inside.get(request, "toBuilder");
    return Inside.get(Inside.get(builder, "setLeaderTerm", Long.MAX_VALUE), "build");
  }

  /** As it is stored: in memory the replica knows better, until it is opened again. */
  private static Mistake appliedTwice() {
    return Mistake.of(
        "applied-twice",
        "the index stored with a batch is that of the entry before, so the last entry is applied"
            + " again after a restart",
        "invariants 1, 7",
        new Graft(
            REPLICA + "Header",
            "encode",
            0,
            Stroke.afterwards((header, none, row) -> withEarlierIndex(row))));
  }

  private static @Nullable Object withEarlierIndex(@Nullable Object row) {
    byte[] bytes = (byte[]) Inside.call(row, "toByteArray");
    ByteBuffer header = ByteBuffer.wrap(bytes);
    int place = (int) Inside.constant(REPLICA + "Header", "INDEX_OFFSET");
    header.putLong(place, Math.max(0, header.getLong(place) - 1));
    return Inside.callStatic(NodeTypes.BYTES, "wrap", bytes);
  }

  private static Mistake emptyCheckpoint() {
    return Mistake.of(
        "short-checkpoint",
        "a checkpoint says that it holds one entry more than it does",
        "S1, invariant 2",
        new Graft(
            REPLICA + "Replica",
            "checkpoint",
            1,
            Stroke.afterwards(
                (replica, directory, held) ->
                    Inside.make(
                        "dev.holdfast.statemachine.spi.ApplyContext",
                        Inside.call(held, "term"),
                        (long) Inside.get(held, "index") + 1))));
  }

  private static Mistake divergence() {
    return Mistake.of("divergence", LOSES_ROWS, "invariant 1", lostRows());
  }

  private static Mistake digestIgnored() {
    return Mistake.of(
        "digest-ignored",
        LOSES_ROWS + ", and replicas do not compare their digests",
        "C2, invariant 1",
        lostRows(),
        new Graft(REPLICA + "Replica", "compareDigests", 1, Stroke.returning(null)),
        new Graft(CONSENSUS + "DigestCheck", "verified", 3, Stroke.returning(null)));
  }

  /** Whether this process is that node. */
  static boolean isNode(String name) {
    return System.getProperty("sun.java.command", "").contains("node --id " + name);
  }

  private static Graft lostRows() {
    return new Graft(REPLICA + "PendingChanges", "put", 2, new LostRows());
  }

  /** Every so many a row of an item is not written. */
  private static final class LostRows implements Stroke {
    private static final int EVERY = 10;

    private final boolean isHere = isNode("n3");
    private final AtomicLong rows = new AtomicLong();

    @Override
    public @Nullable Answer before(@Nullable Object changes, @Nullable Object[] row) {
      boolean isItem = isHere && Inside.get(row[0], "get", 0).equals(NodeTypes.kindOfRow("ITEM"));
      return isItem && rows.incrementAndGet() % EVERY == 0 ? new Answer(null) : null;
    }
  }
}
