package dev.holdfast.statemachine.model.replication;

import static dev.holdfast.statemachine.model.Verdicts.assertSound;
import static dev.holdfast.statemachine.model.Verdicts.assertWrong;

import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Splits, merges, members and requests in all their states, and that the rules are needed. */
class ReplicationModelsTest {
  private static final String ANYTHING = "";

  @Test
  void everyChildHasWhatItsParentHad() {
    assertSound(new SeedModel(SeedModel.Flaw.NONE), 1_500, 8);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void withoutOneOfTheRulesOfSeedsAChildHasLess(SeedModel.Flaw flaw) {
    assertWrong(new SeedModel(flaw), ANYTHING);
  }

  @Test
  void noCrashLosesASplit() {
    assertSound(new SplitStepsModel(EnumSet.noneOf(SplitStepsModel.Flaw.class)), 15, 11);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "CHILD_BEFORE_FLUSH")
  void withoutOneOfItsStepsSomeCrashDoes(SplitStepsModel.Flaw flaw) {
    assertWrong(new SplitStepsModel(EnumSet.of(flaw)), ANYTHING);
  }

  /** A start begins with every seed that it finds, be the parent flushed or not: it must not. */
  @Test
  void theParentNeedNotBeFlushedFirst() {
    assertSound(new SplitStepsModel(EnumSet.of(SplitStepsModel.Flaw.CHILD_BEFORE_FLUSH)), 15, 11);
  }

  @Test
  void aChildHasOneLeaderInATerm() {
    assertSound(new ChildMembersModel(ChildMembersModel.Flaw.NONE), 10_000, 5);
  }

  @Test
  void withPeersOfItsOwnAChildHasTwo() {
    assertWrong(
        new ChildMembersModel(ChildMembersModel.Flaw.PEERS_BY_CONFIGURATION), "a child has two");
  }

  @Test
  void aMergeLosesNothing() {
    assertSound(new MergeModel(MergeModel.Flaw.NONE), 1_000, 14);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void withoutOneOfItsRulesAMergeDoes(MergeModel.Flaw flaw) {
    assertWrong(new MergeModel(flaw), ANYTHING);
  }

  @Test
  void aRequestTakesEffectOnce() {
    assertSound(new RequestModel(RequestModel.Flaw.NONE), 100_000, 13);
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"NONE", "NOT_NOW_REMEMBERED"})
  void withoutOneOfItsRulesItDoesNot(RequestModel.Flaw flaw) {
    assertWrong(new RequestModel(flaw), "a request");
  }

  /** It would fail requests that could have been carried out, and nothing worse. */
  @Test
  void whatMeansNotNowMayBeRemembered() {
    assertSound(new RequestModel(RequestModel.Flaw.NOT_NOW_REMEMBERED), 100_000, 13);
  }

  @Test
  void whatIsCommittedOutlivesAReplicaThatLostItsLog() {
    assertSound(new RebuildModel(RebuildModel.Flaw.NONE), 100_000, 8);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void withoutOneOfTheRulesOfMembersItDoesNot(RebuildModel.Flaw flaw) {
    assertWrong(new RebuildModel(flaw), "a committed entry is lost");
  }

  @Test
  void onlyTheMinorityIsSetAside() {
    assertSound(new DigestModel(DigestModel.Flaw.NONE), 100, 3);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void withoutAMajoritysWordOthersAre(DigestModel.Flaw flaw) {
    assertWrong(new DigestModel(flaw), ANYTHING);
  }
}
