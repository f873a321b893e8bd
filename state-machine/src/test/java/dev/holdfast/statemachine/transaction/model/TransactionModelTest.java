package dev.holdfast.statemachine.transaction.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The protocol in all its states, and that every one of its rules is needed. */
class TransactionModelTest {
  private static final int STATE_COUNT_MIN = 100_000;

  /** Two attempts at one transaction; two transactions with one home, and with each other's. */
  static List<Setting> settings() {
    List<Setting> settings = new ArrayList<>();
    for (int home = 0; home <= 1; home++) {
      settings.add(new Setting(true, home, home, Flaw.NONE));
      settings.add(new Setting(false, home, home, Flaw.NONE));
    }
    settings.add(new Setting(false, 0, 1, Flaw.NONE));
    return settings;
  }

  @ParameterizedTest
  @MethodSource("settings")
  void noStateIsWrong(Setting setting) {
    Explorer explorer = new Explorer(setting);

    assertThat(explorer.explore()).isNull();
    assertThat(explorer.stateCount()).isGreaterThan(STATE_COUNT_MIN);
  }

  /** So what is over need not be remembered where a token says it: R6 by way of R10. */
  @ParameterizedTest
  @MethodSource("settings")
  void tokensAloneAreMemoryEnough(Setting setting) {
    assertThat(new Explorer(with(Flaw.ONLY_TOKENS_REMEMBERED, setting)).explore()).isNull();
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NONE", "ONLY_TOKENS_REMEMBERED"})
  void withoutOneOfItsRulesSomeStateIs(Flaw flaw) {
    List<String> found = new ArrayList<>();
    for (Setting sound : settings()) {
      String wrong = found.isEmpty() ? new Explorer(with(flaw, sound)).explore() : null;
      if (wrong != null) {
        found.add(wrong);
      }
    }
    assertThat(found).isNotEmpty();
  }

  private static Setting with(Flaw flaw, Setting setting) {
    return new Setting(setting.retry(), setting.firstHome(), setting.secondHome(), flaw);
  }
}
