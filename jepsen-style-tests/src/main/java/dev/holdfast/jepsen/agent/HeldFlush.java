package dev.holdfast.jepsen.agent;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Holds the flush of one replica's Raft log, as a slow disk does, and sees what its follower does
 * meanwhile: which appends it has not answered yet, and how it votes. When it has answered a
 * request for its vote in a later term than those appends are of, the flush goes on. That is the
 * interleaving of X1 (docs/upstream/ratis-append-after-vote.md); whether what was appended for the
 * old term was known to the vote is up to the node.
 *
 * <p>A file says whose flush is held; another one says what was seen. Strokes run on threads of the
 * node.
 */
public final class HeldFlush {
  private static final String RATIS = "org.apache.ratis.server.";
  private static final String NOBODY = "-";
  private static final long HELD_MILLIS_MAX = 60_000;
  private static final long LOOK_MILLIS = 100;

  private static volatile Watch watch = new Watch(0, NOBODY);

  private HeldFlush() {}

  /** Begins to follow what the file says; returns what must be rewritten for that. */
  static List<Graft> follow(Path file) {
    OrderFile.follow("flush", file, HeldFlush::take, HeldFlush::shown);
    return grafts();
  }

  /** The methods that are rewritten. */
  public static List<Graft> grafts() {
    return List.of(
        new Graft(
            RATIS + "raftlog.segmented.SegmentedRaftLogWorker",
            "flushIfNecessary",
            0,
            Stroke.given((worker, none) -> watch.hold(String.valueOf(worker)))),
        new Graft(
            RATIS + "impl.RaftServerImpl",
            "appendEntriesAsync",
            1,
            Stroke.afterwards(
                (follower, request, reply) -> {
                  watch.append(follower, request[0], reply);
                  return reply;
                })),
        new Graft(
            RATIS + "impl.RaftServerImpl",
            "requestVote",
            1,
            Stroke.afterwards(
                (voter, request, reply) -> {
                  watch.vote(voter, request[0], reply);
                  return reply;
                })));
  }

  /** Nine words: number, held or -, terms and indexes of the appends, the vote, the answer. */
  static String shown() {
    return watch.shown();
  }

  /** Two words: the number of the order, and the member of a group, or {@link #NOBODY}. */
  static void take(String order) {
    String[] words = order.strip().split(" ");
    long number = Long.parseLong(words[0]);
    Watch before = watch;
    if (number > before.number) {
      watch = new Watch(number, words[1]);
      before.release();
    }
  }

  /** Entries of one request that is not answered yet. */
  private record Append(long term, long first, long last) {
    static Append of(@Nullable Object request) {
      int count = (int) Inside.get(request, "getEntriesCount");
      return new Append(
          (long) Inside.get(request, "getLeaderTerm"),
          (long) Inside.get(Inside.get(request, "getEntries", 0), "getIndex"),
          (long) Inside.get(Inside.get(request, "getEntries", count - 1), "getIndex"));
    }

    @Override
    public String toString() {
      return term + " " + first + " " + last;
    }
  }

  /** What is seen of one member from an order to the next. */
  private static final class Watch {
    private static final Append NONE = new Append(0, 0, 0);

    private final long number;
    private final String member;
    private boolean isHeld; // guarded by this, as all below
    private boolean isReleased;
    private Append first = NONE; // of what was appended while the flush is held
    private Append later = NONE; // the first of a later term
    private String vote = "0 -";
    private String answer = "-";

    Watch(long number, String member) {
      this.number = number;
      this.member = member;
    }

    synchronized void release() {
      isReleased = true;
      notifyAll();
    }

    /** On the thread that writes the log. */
    synchronized void hold(String worker) {
      if (!worker.startsWith(member + "-")) {
        return;
      }
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(HELD_MILLIS_MAX);
      try {
        while (!isReleased && end - System.nanoTime() > 0) {
          isHeld = true;
          wait(LOOK_MILLIS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // the node is being stopped
      }
    }

    private boolean isMember(@Nullable Object division) {
      return !member.equals(NOBODY)
          && member.equals(String.valueOf(Inside.call(division, "getMemberId")));
    }

    void append(@Nullable Object follower, @Nullable Object request, @Nullable Object futureReply) {
      CompletableFuture<?> reply = (CompletableFuture<?>) Objects.requireNonNull(futureReply);
      if (reply.isDone()
          || !isMember(follower)
          || Inside.get(request, "getEntriesCount").equals(0)) {
        return;
      }
      Append append = Append.of(request);
      boolean isLater;
      synchronized (this) {
        if (isReleased) {
          return;
        }
        isLater = !first.equals(NONE) && later.equals(NONE) && append.term() > first.term();
        first = first.equals(NONE) ? append : first;
        later = isLater ? append : later;
      }
      if (isLater) {
        say("has checked, not flushed, entries " + append.first + " to " + append.last, append);
        CompletableFuture<?> unused =
            reply.whenComplete((done, failure) -> answered(append, done, failure));
      }
    }

    private void answered(Append append, @Nullable Object reply, @Nullable Throwable failure) {
      String said;
      try {
        said = failure == null ? Inside.get(reply, "getResult").toString() : "FAILED";
      } catch (RuntimeException e) { // on a thread where nobody would see it
        throw Grafts.broken("AppendEntriesReplyProto.getResult", e);
      }
      synchronized (this) {
        answer = said;
      }
      say("answers " + said + " to the leader", append);
    }

    void vote(@Nullable Object voter, @Nullable Object request, @Nullable Object reply) {
      if (!isMember(voter) || Inside.get(request, "getPreVote").equals(true)) {
        return;
      }
      long term = (long) Inside.get(request, "getCandidateTerm");
      String said =
          Inside.get(Inside.get(reply, "getServerReply"), "getSuccess").equals(true)
              ? "granted"
              : "refused";
      Append unanswered;
      synchronized (this) {
        if (later.equals(NONE) || term <= later.term() || !answer.equals("-") || isReleased) {
          return;
        }
        unanswered = later;
        vote = term + " " + said;
      }
      say("has " + said + " its vote in term " + term, unanswered);
      release();
    }

    private void say(String what, Append append) {
      Grafts.say("holdfast-agent: %s %s of term %d".formatted(member, what, append.term()));
    }

    synchronized String shown() {
      return String.join(
          " ",
          Long.toString(number),
          isHeld ? member : NOBODY,
          Long.toString(first.term()),
          later.toString(),
          vote,
          answer);
    }
  }
}
