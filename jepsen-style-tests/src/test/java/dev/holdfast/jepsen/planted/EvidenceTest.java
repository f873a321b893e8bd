package dev.holdfast.jepsen.planted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.jepsen.agent.NodeAgent;
import dev.holdfast.jepsen.checker.Verdict;
import dev.holdfast.jepsen.history.History;
import dev.holdfast.jepsen.run.Report;
import dev.holdfast.jepsen.run.RunOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a mistake counts as found, and when not. */
class EvidenceTest {
  private static final Verdict ANOMALY = Verdict.invalid("a stale read");

  private static final PlantedBug BUG =
      PlantedBug.of("divergence", "set", 1, "none").orByStore("the digests differ");

  private static final String MET = NodeAgent.MET + "PendingChanges.put";

  @TempDir private Path directory;

  private Evidence evidence(Verdict verdict, @Nullable String problem, String... lines)
      throws IOException {
    Path nodes = Files.createDirectories(directory.resolve("nodes"));
    Files.write(nodes.resolve("n1.log"), List.of(lines));
    RunOptions options =
        new RunOptions(
            BUG.experiment(), BUG.api(), BUG.faults(), BUG.length(), 1, 3, 2, 8, directory);
    History history = new History("set", 1, new TreeMap<>(), List.of());
    return Evidence.of(
        BUG, new Report(options, history, List.of(), verdict, Duration.ZERO, Map.of(), problem));
  }

  @Test
  void anAnomalyIsFoundByTheChecker() throws IOException {
    Evidence evidence = evidence(ANOMALY, null, "started", MET);

    assertThat(evidence.by()).contains("set");
    assertThat(evidence.words()).contains("a stale read");
  }

  @Test
  void anAnomalyInARunWithoutTheMistakeIsNotItsDoing() throws IOException {
    Evidence evidence = evidence(ANOMALY, null, "started");

    assertThat(evidence.by()).isNull();
    assertThat(evidence.words()).startsWith("not met");
  }

  @Test
  void aNodeThatSaysSoHasFoundIt() throws IOException {
    Evidence evidence = evidence(Verdict.valid(), null, MET, "FAULT the digests differ at 7");

    assertThat(evidence.by()).contains("store");
    assertThat(evidence.words()).contains("FAULT the digests differ at 7");
  }

  @Test
  void aClusterThatNeverBeganSaysSoInItsProblem() throws IOException {
    assertThat(evidence(Verdict.unknown("?"), "n1 has ended: the digests differ").by())
        .contains("store");
  }

  @Test
  void aRunThatFailedForAnotherReasonHasFoundNothing() throws IOException {
    assertThat(evidence(Verdict.valid(), "no leader in time", MET).by()).isNull();
    assertThat(evidence(Verdict.unknown("cut short"), null, MET).by()).isNull();
  }

  @Test
  void aMistakeThatCannotBeMadeIsAFailureOfTheTest() {
    assertThatThrownBy(() -> evidence(ANOMALY, null, MET, NodeAgent.FAILED + "Lease: no field"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no field");
  }
}
