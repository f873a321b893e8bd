package dev.holdfast.statemachine.model.lease;

import dev.holdfast.statemachine.model.Verdicts;
import dev.holdfast.statemachine.model.lease.LeaseSetting.Feature;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The lease in all its states, and that its rules are needed; or, of some, that they are not. */
class LeaseModelTest {
  private static final String STALE = "a stale read";

  /** Settings, and how many kinds of steps there are in each. */
  static Stream<Arguments> settings() {
    return Stream.of(
        Arguments.of(LeaseSetting.of(2, 3, Feature.SUSPENSION), 9),
        Arguments.of(LeaseSetting.of(2, 3, Feature.ANY_REPLICA), 10),
        Arguments.of(LeaseSetting.of(2, 4).ledBy(1), 8),
        Arguments.of(LeaseSetting.of(3, 3).ledBy(1, 2), 8),
        Arguments.of(relinquishing(2, 5).withWrites(2).ledBy(1), 10),
        Arguments.of(LeaseSetting.of(2, 3, Feature.RELINQUISH).ledBy(1), 11));
  }

  static Stream<Arguments> largerSettings() {
    return Stream.of(
        Arguments.of(LeaseSetting.of(2, 4, Feature.SUSPENSION, Feature.ANY_REPLICA).ledBy(1), 11),
        Arguments.of(LeaseSetting.of(3, 3, Feature.ANY_REPLICA), 10),
        Arguments.of(LeaseSetting.of(2, 3, Feature.RELINQUISH, Feature.ANY_REPLICA).ledBy(1), 13),
        Arguments.of(relinquishing(3, 5).ledBy(1, 2), 10),
        Arguments.of(relinquishing(4, 5).ledBy(1, 0, 2), 10));
  }

  static Stream<Arguments> splits() {
    return Stream.of(
        Arguments.of(timeless(2, 3).ledBy(1).withChild(2, 1), 8),
        Arguments.of(timeless(2, 3).ledBy(1).withChild(2, 2), 8),
        Arguments.of(LeaseSetting.of(1, 1).withChild(4, 1, 0), 9));
  }

  static Stream<Arguments> largerSplits() {
    return Stream.of(
        Arguments.of(LeaseSetting.of(2, 2).ledBy(1).withChild(2, 1), 9),
        Arguments.of(LeaseSetting.of(2, 2).ledBy(1).withChild(2, 0), 9),
        Arguments.of(LeaseSetting.of(2, 2).ledBy(1).withChild(2, 2), 9),
        Arguments.of(LeaseSetting.of(2, 2).ledBy(1).withChild(3, 1, 2), 9));
  }

  private static LeaseSetting timeless(int termMax, int logMax) {
    return LeaseSetting.of(termMax, logMax, Feature.TIMELESS);
  }

  private static LeaseSetting relinquishing(int termMax, int logMax) {
    return LeaseSetting.of(termMax, logMax, Feature.TIMELESS, Feature.RELINQUISH);
  }

  @ParameterizedTest
  @MethodSource({"settings", "splits"})
  void noReadIsStale(LeaseSetting setting, int actionCount) {
    Verdicts.assertSound(new LeaseModel(setting), 50_000, actionCount);
  }

  @ParameterizedTest
  @MethodSource({"largerSettings", "largerSplits"})
  @EnabledIfSystemProperty(named = "holdfast.measure", matches = "true")
  void noReadIsStaleWithinLargerBounds(LeaseSetting setting, int actionCount) {
    Verdicts.assertSound(new LeaseModel(setting), 500_000, actionCount);
  }

  static Stream<Arguments> flaws() {
    LeaseSetting calm = LeaseSetting.of(2, 4).ledBy(1);
    LeaseSetting suspended = LeaseSetting.of(2, 4, Feature.SUSPENSION).ledBy(1);
    LeaseSetting still = timeless(2, 4).ledBy(1);
    LeaseSetting any = LeaseSetting.of(2, 4, Feature.TIMELESS, Feature.ANY_REPLICA).ledBy(1);
    LeaseSetting two = relinquishing(2, 5).withWrites(2).ledBy(1);
    LeaseSetting three = relinquishing(3, 5).withWrites(2).ledBy(1, 2);
    LeaseSetting four = relinquishing(4, 5).withWrites(1).ledBy(1, 0, 2);
    LeaseSetting split = timeless(2, 3).ledBy(1).withChild(2, 1);
    return Stream.of(
        Arguments.of(LeaseFlaw.TIME_TAKEN_AT_APPLY, calm),
        Arguments.of(LeaseFlaw.NO_DRIFT_BOUND, calm),
        Arguments.of(LeaseFlaw.NO_WALL_CLOCK, suspended),
        Arguments.of(LeaseFlaw.ALL_OF_D_BY_THE_WALL_CLOCK, suspended),
        Arguments.of(LeaseFlaw.FIRST_ENTRY_PROVES, three),
        Arguments.of(LeaseFlaw.NO_WAIT, still),
        Arguments.of(LeaseFlaw.RESULTS_DURING_THE_WAIT, still),
        Arguments.of(LeaseFlaw.READ_WHAT_IS_APPLIED, any),
        Arguments.of(LeaseFlaw.RELINQUISH_DURING_THE_WAIT, three),
        Arguments.of(LeaseFlaw.LEASE_KEPT_WHILE_RELINQUISHING, two),
        Arguments.of(LeaseFlaw.EARLIER_ENTRY_REVIVES, two),
        Arguments.of(LeaseFlaw.TWO_AT_A_TIME, two),
        Arguments.of(LeaseFlaw.RELINQUISH_NOT_LAST, two),
        Arguments.of(LeaseFlaw.RELINQUISH_OF_ANOTHER_TERM, four),
        Arguments.of(LeaseFlaw.INDEX_OF_ANOTHER_TERM, any),
        Arguments.of(LeaseFlaw.INDEX_DURING_THE_WAIT, any),
        Arguments.of(LeaseFlaw.APPEND_AFTER_VOTE, LeaseSetting.of(2, 3).ledBy(1)),
        Arguments.of(LeaseFlaw.CHILD_NEVER_WAITS, split),
        Arguments.of(LeaseFlaw.PARENT_LEADER_DURING_ITS_WAIT, split),
        Arguments.of(LeaseFlaw.CHILD_WITH_ENTRIES, LeaseSetting.of(1, 1).withChild(4, 1, 0)));
  }

  @ParameterizedTest
  @MethodSource("flaws")
  void withoutOneOfItsRulesSomeReadIs(LeaseFlaw flaw, LeaseSetting setting) {
    Verdicts.assertWrong(new LeaseModel(setting.with(flaw)), STALE);
  }

  static Stream<Arguments> bent() {
    LeaseSetting split = timeless(2, 3).ledBy(1).withChild(2, 1);
    return Stream.of(
        Arguments.of(
            LeaseFlaw.WAIT_FROM_THE_CANDIDACY,
            LeaseSetting.of(2, 3, Feature.LATE_OFFICE).ledBy(1),
            9),
        Arguments.of(LeaseFlaw.ENTRY_OF_ANOTHER_TERM_PROVES, LeaseSetting.of(3, 3).ledBy(1, 0), 8),
        Arguments.of(LeaseFlaw.PARENT_LEADER_WITHOUT_LEASE, split, 8),
        Arguments.of(LeaseFlaw.PARENT_LEADER_OF_A_LATER_TERM, split, 8));
  }

  /** These rules ask for more than these bounds need: docs/models.md says why that may be. */
  @ParameterizedTest
  @MethodSource("bent")
  void noReadIsStaleWhenARuleIsBent(LeaseFlaw flaw, LeaseSetting setting, int actionCount) {
    Verdicts.assertSound(new LeaseModel(setting.with(flaw)), 40_000, actionCount);
  }
}
