package dev.holdfast.jepsen.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is held and seen, with objects that have the names of Ratis's. */
@Timeout(30)
class HeldFlushTest {
  private static final AtomicLong ORDERS = new AtomicLong();
  private static final String MEMBER = "n3@group-000000000001";
  private static final String OTHER = "n3@group-000000000002";
  private static final int FLUSH = 0;
  private static final int APPEND = 1;
  private static final int VOTE = 2;

  record Division(String getMemberId) {}

  record Entry(long getIndex) {}

  /** Of a leader. */
  static final class Append {
    private final long term;
    private final long first;
    private final int count;

    Append(long term, long first, int count) {
      this.term = term;
      this.first = first;
      this.count = count;
    }

    long getLeaderTerm() {
      return term;
    }

    int getEntriesCount() {
      return count;
    }

    Entry getEntries(int place) {
      return new Entry(first + place);
    }
  }

  record Result(String getResult) {}

  record Question(long getCandidateTerm, boolean getPreVote) {}

  record Header(boolean getSuccess) {}

  record Vote(Header getServerReply) {}

  private final CompletableFuture<Result> earlier = new CompletableFuture<>();
  private final CompletableFuture<Result> later = new CompletableFuture<>();

  private static void order(String member) {
    HeldFlush.take(ORDERS.incrementAndGet() + " " + member);
  }

  @AfterEach
  void release() {
    order("-");
  }

  private static void stroke(int graft, Object self, Object argument, @Nullable Object result)
      throws Exception {
    Stroke stroke = HeldFlush.grafts().get(graft).stroke();
    Object unused = stroke.after(self, new Object[] {argument}, result);
  }

  private static void append(String member, Append append, CompletableFuture<Result> reply)
      throws Exception {
    stroke(APPEND, new Division(member), append, reply);
  }

  private static void vote(String member, long term, boolean isPreVote, boolean isGranted)
      throws Exception {
    stroke(
        VOTE, new Division(member), new Question(term, isPreVote), new Vote(new Header(isGranted)));
  }

  private static CompletableFuture<Void> flush(String member) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            Stroke stroke = HeldFlush.grafts().get(FLUSH).stroke();
            Object unused = stroke.before(member + "-SegmentedRaftLogWorker", new Object[] {});
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static List<String> shown() {
    return List.of(HeldFlush.shown().split(" "));
  }

  private static void awaitHeld() {
    while (!shown().get(1).equals(MEMBER)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aFlushIsHeldUntilAVoteWasAskedForAfterALaterAppend() throws Exception {
    order(MEMBER);
    CompletableFuture<Void> flush = flush(MEMBER);
    awaitHeld();
    append(MEMBER, new Append(4, 10, 1), earlier);
    append(MEMBER, new Append(5, 11, 3), later);
    assertThat(flush).isNotDone();

    vote(MEMBER, 6, false, true);
    flush.get(10, TimeUnit.SECONDS);
    later.complete(new Result("SUCCESS"));

    assertThat(shown()).endsWith("4", "5", "11", "13", "6", "granted", "SUCCESS");
  }

  @Test
  void aRefusalIsSeenAsWell() throws Exception {
    order(MEMBER);
    append(MEMBER, new Append(4, 10, 1), earlier);
    append(MEMBER, new Append(5, 11, 1), later);
    vote(MEMBER, 6, false, false);

    assertThat(shown()).endsWith("6", "refused", "-");
  }

  @Test
  void whatIsNotThatInterleavingIsNotTakenForIt() throws Exception {
    order(MEMBER);
    append(OTHER, new Append(4, 9, 1), earlier); // another group's
    append(MEMBER, new Append(4, 10, 1), earlier);
    append(MEMBER, new Append(4, 10, 1), earlier); // the same leader again
    vote(MEMBER, 5, false, true); // by which the later leader is elected
    append(MEMBER, new Append(5, 11, 0), later); // no entries
    append(MEMBER, new Append(5, 11, 1), CompletableFuture.completedFuture(new Result("NO")));
    vote(MEMBER, 6, false, true); // nothing is unanswered
    append(MEMBER, new Append(6, 11, 1), later);
    vote(MEMBER, 7, true, true); // asked beforehand only
    vote(MEMBER, 6, false, true);
    vote(OTHER, 7, false, true);

    assertThat(shown()).endsWith("4", "6", "11", "11", "0", "-", "-");
  }

  @Test
  void anotherGroupsFlushGoesOnAndSoDoesAllWithoutAnOrder() throws Exception {
    order(MEMBER);
    flush(OTHER).get(10, TimeUnit.SECONDS);
    CompletableFuture<Void> held = flush(MEMBER);
    awaitHeld();
    order("-");
    held.get(10, TimeUnit.SECONDS);
    flush(MEMBER).get(10, TimeUnit.SECONDS);
    append(MEMBER, new Append(4, 10, 1), earlier);

    assertThat(shown()).endsWith("-", "0", "0", "0", "0", "0", "-", "-");
  }
}
