package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.ClockReading;
import dev.holdfast.protocol.rpc.NodeStatus.Role;
import dev.holdfast.protocol.rpc.Pulse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Partition 0 prefers n1, so its voters take turns in the order of their names. */
class CandidacyTest {
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");
  private static final NodeId N3 = new NodeId("n3");
  private static final PartitionId P0 = new PartitionId(0);
  private static final List<NodeId> VOTERS = List.of(N1, N2, N3);
  private static final Duration MIN = Duration.ofMillis(500);
  private static final Duration MAX = Duration.ofMillis(1100);
  private static final long STEP_MILLIS = 50;

  private final Hearing hearing = new Hearing(MIN);
  private final Candidacy candidacy = new Candidacy(P0, MIN, MAX);
  private boolean isBehind;
  private long term = 3;
  private boolean mayStand = true;
  private Candidacy.Turn turn = Candidacy.Turn.NOW;
  private long nowMillis;

  private record Taken(long atMillis, Candidacy.Step step) {}

  @Test
  void nothingIsDoneWhileTheNodeOfTheLeaderIsHeard() {
    assertThat(follow(N2, N1, 5_000, () -> all(true))).isEmpty();
  }

  @Test
  void whoMissesTheLeaderLikeTheOthersStandsInItsTurn() {
    follow(N3, N1, 1_000, () -> all(true));

    List<Taken> taken = follow(N3, N1, 1_000, () -> hear(N2, Set.of(N3)));

    // heard last at 950; the turns after the one of who is missed: n2 at 500, n3 at 500 + 600 / 2
    assertThat(taken).first().isEqualTo(new Taken(950 + 800, Candidacy.Step.STAND));
  }

  /** It is elected late all the same when nobody else can be: its log may be the longest. */
  @Test
  void whoHasMuchToApplyLetsTheOthersHaveTheirTurns() {
    isBehind = true;
    follow(N2, N1, 1_000, () -> all(true));

    List<Taken> taken = follow(N2, N1, 2_000, () -> hear(N3, Set.of(N2)));

    assertThat(taken).first().isEqualTo(new Taken(950 + 500 + 1_100, Candidacy.Step.STAND));
  }

  @Test
  void whereAllNodesStartNobodyWaitsForThoseWithLessToApply() {
    isBehind = true;

    List<Taken> taken = follow(N1, null, 300, () -> all(true));

    assertThat(taken).containsExactly(new Taken(250, Candidacy.Step.ASK));
  }

  @Test
  void nobodyStandsAgainstALeaderThatAnotherVoterHears() {
    follow(N3, N1, 1_000, () -> all(true));

    assertThat(follow(N3, N1, 5_000, () -> hear(N2, Set.of(N1, N3)))).isEmpty();
  }

  @Test
  void whoHearsNobodyDoesNotStand() {
    follow(N3, N1, 1_000, () -> all(true));

    assertThat(follow(N3, N1, 5_000, () -> {})).isEmpty();
  }

  @Test
  void whoKnowsNoLeaderAsksInItsTurnAndLessAndLessOften() {
    follow(N2, N1, 100, () -> all(true));

    List<Taken> taken = follow(N2, null, 6_000, () -> all(true));

    assertThat(taken).extracting(Taken::step).containsOnly(Candidacy.Step.ASK);
    assertThat(taken).extracting(Taken::atMillis).containsExactly(450L, 1_150L, 2_550L, 5_350L);
  }

  /** Its log was too short to win, say. */
  @Test
  void whenSomebodyHasStoodInVainTheNextOneAsksSoon() {
    follow(N3, N1, 1_000, () -> all(true));
    follow(N3, N1, 500, () -> hear(N2, Set.of(N3)));

    term++;
    List<Taken> taken = follow(N3, null, 1_000, () -> hear(N2, Set.of(N3)));

    // the third of three turns, halved, from when the term was seen: (500 + 600 * 2 / 3) / 2
    assertThat(taken).first().isEqualTo(new Taken(1_500 + 450, Candidacy.Step.ASK));
  }

  @Test
  void atTheBeginningNobodyAsksBeforeAMajorityHasOpenedItsReplicas() {
    assertThat(follow(N1, null, 3_000, () -> all(false))).isEmpty();

    List<Taken> taken = follow(N1, null, 300, () -> all(true));

    assertThat(taken).containsExactly(new Taken(3_250, Candidacy.Step.ASK));
  }

  @Test
  void aLeaderThatSaysItselfThatItDoesNotLeadIsReplaced() {
    follow(N2, N1, 1_000, () -> all(true));

    List<Taken> taken =
        follow(
            N2,
            N1,
            1_000,
            () -> {
              hearing.hear(new Pulse(N1, false, Set.of(), Set.of(), ClockReading.SILENT), now());
              hear(N3, Set.of(N1, N2));
            });

    assertThat(taken).containsExactly(new Taken(1_700, Candidacy.Step.STAND));
  }

  @Test
  void aNewLeaderMayBeKnownBeforeItSaysThatItLeads() {
    follow(N2, N1, 1_000, () -> all(true));

    assertThat(
            follow(
                N2,
                N3,
                600,
                () -> {
                  all(true);
                  hearing.hear(
                      new Pulse(N3, true, Set.of(N1, N2), Set.of(), ClockReading.SILENT), now());
                }))
        .isEmpty();
    assertThat(follow(N2, N3, 2_000, () -> all(true))).isEmpty();
  }

  @Test
  void aLeaderWithoutAnsweringMajorityGivesUpAndNoneWithOne() {
    assertThat(go(N1, Role.LEADER, N1, 5_000, () -> answer(N2))).isEmpty();

    // what was answered last counts for 500 ms more
    assertThat(go(N1, Role.LEADER, N1, 4_000, () -> hear(N2, VOTERS)))
        .containsExactly(new Taken(4_950 + 500 + 3_300, Candidacy.Step.STEP_DOWN));
  }

  @Test
  void anElectionThatHangsIsGivenUpWhenOthersAreThere() {
    assertThat(go(N1, Role.CANDIDATE, null, 5_000, () -> {})).isEmpty();

    assertThat(go(N1, Role.CANDIDATE, null, 3_400, () -> hear(N2, VOTERS)))
        .containsExactly(new Taken(8_300, Candidacy.Step.WITHDRAW));
  }

  @Test
  void whatIsPutOffIsDoneAsSoonAsItMay() {
    turn = Candidacy.Turn.LATER;
    assertThat(follow(N1, null, 3_000, () -> all(true))).isEmpty();
    turn = Candidacy.Turn.NOW;

    assertThat(follow(N1, null, 100, () -> all(true)))
        .containsExactly(new Taken(3_000, Candidacy.Step.ASK));
  }

  @Test
  void whoHasNoVoteNeverStands() {
    assertThat(go(new NodeId("n4"), Role.FOLLOWER, null, 5_000, () -> all(true))).isEmpty();
    assertThat(go(N2, Role.LISTENER, null, 5_000, () -> all(true))).isEmpty();
  }

  @Test
  void whoHasLostWhatItAcknowledgedNeverStands() {
    mayStand = false;

    assertThat(follow(N1, null, 5_000, () -> all(true))).isEmpty();
  }

  private List<Taken> follow(NodeId self, @Nullable NodeId leader, long millis, Runnable heard) {
    return go(self, Role.FOLLOWER, leader, millis, heard);
  }

  private List<Taken> go(
      NodeId self, Role role, @Nullable NodeId leader, long millis, Runnable heard) {
    List<Taken> taken = new ArrayList<>();
    for (long end = nowMillis + millis; nowMillis < end; nowMillis += STEP_MILLIS) {
      heard.run();
      Candidacy.Step step =
          candidacy.next(
              new Candidacy.View(
                  self, role, leader, term, () -> VOTERS, () -> isBehind, () -> mayStand),
              hearing,
              turn,
              now());
      if (step != Candidacy.Step.NONE) {
        taken.add(new Taken(nowMillis, step));
      }
    }
    return taken;
  }

  private long now() {
    return TimeUnit.MILLISECONDS.toNanos(nowMillis);
  }

  private void all(boolean open) {
    VOTERS.forEach(
        node ->
            hearing.hear(
                new Pulse(node, open, Set.copyOf(VOTERS), Set.of(P0), ClockReading.SILENT), now()));
  }

  private void hear(NodeId node, Iterable<NodeId> hears) {
    Set<NodeId> known = new java.util.TreeSet<>();
    hears.forEach(known::add);
    hearing.hear(new Pulse(node, true, known, Set.of(P0), ClockReading.SILENT), now());
  }

  private void answer(NodeId node) {
    hearing.answered(
        new Pulse(node, true, Set.copyOf(VOTERS), Set.of(P0), ClockReading.SILENT), now());
  }
}
