package dev.holdfast.statemachine.model.transaction;

import static dev.holdfast.statemachine.model.Verdicts.assertSound;
import static dev.holdfast.statemachine.model.Verdicts.assertWrong;
import static dev.holdfast.statemachine.model.transaction.TogetherModel.BOTH;
import static dev.holdfast.statemachine.model.transaction.TogetherModel.FIRST_ONLY;
import static dev.holdfast.statemachine.model.transaction.TogetherModel.SECOND_ONLY;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Reading together, checks and clocks in all their states, and that the rules are needed. */
class TransactionRulesTest {
  @Test
  void whatIsReadTogetherWasThereTogether() {
    assertSound(new TogetherModel(TogetherModel.Flaw.NONE, 1, BOTH), 10_000, 10);
    assertSound(new TogetherModel(TogetherModel.Flaw.NONE, 2), 500, 5);
    assertSound(new TogetherModel(TogetherModel.Flaw.NONE, 1, FIRST_ONLY, SECOND_ONLY), 50_000, 10);
  }

  @Test
  @EnabledIfSystemProperty(named = "holdfast.measure", matches = "true")
  void whatIsReadTogetherWasThereTogetherWithinLargerBounds() {
    assertSound(new TogetherModel(TogetherModel.Flaw.NONE, 2, BOTH, SECOND_ONLY), 100_000, 10);
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.INCLUDE,
      names = {"VALUES_COMPARED", "ABSENT_WITHOUT_VERSION"})
  void withoutVersionsItWasNot(TogetherModel.Flaw flaw) {
    assertWrong(new TogetherModel(flaw, 2), "a torn read");
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"NONE", "VALUES_COMPARED", "ABSENT_WITHOUT_VERSION"})
  void withoutRoundsAndQuestionsItWasNot(TogetherModel.Flaw flaw) {
    assertWrong(new TogetherModel(flaw, 1, FIRST_ONLY, SECOND_ONLY), "a torn read");
  }

  @Test
  void checksHoldWhenATransactionIsCommitted() {
    assertSound(new CheckModel(CheckModel.Flaw.NONE), 400, 6);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void checksThatLetOthersWriteDoNot(CheckModel.Flaw flaw) {
    assertWrong(new CheckModel(flaw), "a transaction was committed against its check");
  }

  @Test
  void clocksThatAreAheadHoldNobodyUp() {
    assertSound(new ClockModel(ClockModel.Flaw.NONE), 20, 3);
  }

  @Test
  void aDeadlineThatIsFarAwayWouldKeepAnIntent() {
    assertWrong(new ClockModel(ClockModel.Flaw.ANY_DEADLINE), "an intent outlives");
  }

  @Test
  void aLeaderFarAheadWouldRefuseForLong() {
    assertWrong(new ClockModel(ClockModel.Flaw.ANY_LEADER), "a transaction is refused");
  }
}
