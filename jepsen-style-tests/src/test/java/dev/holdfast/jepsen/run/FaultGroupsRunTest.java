package dev.holdfast.jepsen.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.checker.Verdict;
import dev.holdfast.jepsen.nemesis.Fault.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Runs with all faults of storage (invariant 2) and of membership, and the control of the first;
 * only with {@code -Dholdfast.measure=true}, two to five minutes each. A short one is in {@code
 * JepsenTest}.
 */
@EnabledIfSystemProperty(named = "holdfast.measure", matches = "true")
class FaultGroupsRunTest {
  private static final int NODES = 3;

  @TempDir private Path directory;

  private Report run(String workload, List<Kind> faults, long seed)
      throws IOException, InterruptedException {
    RunOptions options =
        new RunOptions(
            Experiments.named(workload).orElseThrow(),
            RunOptions.Api.BOTH,
            faults,
            Duration.ofSeconds(10),
            seed,
            NODES,
            2,
            8,
            directory);
    Report report = new Run(options, System.out::println).report();
    Keeping.keep(report);
    System.out.println(report.inWords());
    return report;
  }

  @ParameterizedTest
  @CsvSource({
    "register,storage",
    "list-append,storage",
    "bank,storage",
    "register,membership",
    "list-append,membership",
    "bank,membership"
  })
  void nothingIsFound(String workload, String group) throws Exception {
    Report report = run(workload, FaultGroups.named(List.of(group), NODES), 31);

    assertThat(report.exitCode()).as(report.inWords()).isEqualTo(Report.VALID);
  }

  /** The planted fault: were it not found, the runs above would show nothing. */
  @Test
  void disksThatLieAreFoundOut() throws Exception {
    Report report = run("register", List.of(Kind.LYING_DISKS), 31);

    assertThat(report.problem()).isNull();
    assertThat(report.verdict().kind()).isEqualTo(Verdict.Kind.INVALID);
  }
}
