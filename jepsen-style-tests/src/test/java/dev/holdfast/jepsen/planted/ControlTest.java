package dev.holdfast.jepsen.planted;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.checker.Verdict;
import dev.holdfast.jepsen.history.History;
import dev.holdfast.jepsen.run.Report;
import dev.holdfast.jepsen.run.RunOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When a run without its mistake is as it should be. */
class ControlTest {
  private static final PlantedBug REACHABLE = PlantedBug.of("divergence", "set", 1, "none");
  private static final PlantedBug UNREACHABLE = REACHABLE.unreachableWithout("no vote was asked");
  private static final String UNREACHED = "no vote was asked for in four attempts";

  private static boolean isSound(PlantedBug bug, Verdict verdict, @Nullable String problem) {
    RunOptions options =
        new RunOptions(
            bug.experiment(), bug.api(), bug.faults(), bug.length(), 1, 3, 2, 8, Path.of("none"));
    History history = new History("set", 1, new TreeMap<>(), List.of());
    Report report =
        new Report(options, history, List.of(), verdict, Duration.ZERO, Map.of(), problem);
    return Control.of(bug, report).isSound();
  }

  @Test
  void aRunThatFindsNothingIs() {
    assertThat(isSound(REACHABLE, Verdict.valid(), null)).isTrue();
    assertThat(isSound(REACHABLE, Verdict.invalid("lost"), null)).isFalse();
    assertThat(isSound(REACHABLE, Verdict.unknown("cut short"), null)).isFalse();
  }

  @Test
  void aRunWhoseFaultHadNoEffectIsNotUnlessThatIsSo() {
    assertThat(isSound(REACHABLE, Verdict.valid(), UNREACHED)).isFalse();
    assertThat(isSound(UNREACHABLE, Verdict.valid(), UNREACHED)).isTrue();
    assertThat(isSound(UNREACHABLE, Verdict.valid(), "a node has ended")).isFalse();
    assertThat(isSound(UNREACHABLE, Verdict.invalid("lost"), UNREACHED)).isFalse();
  }
}
