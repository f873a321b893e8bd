package dev.holdfast.jepsen.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.jepsen.checker.Verdict;
import dev.holdfast.jepsen.nemesis.Fault.Kind;
import dev.holdfast.jepsen.network.NamespaceNetwork;
import dev.holdfast.jepsen.run.RunOptions.Links;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs with all faults of storage (invariant 2), of membership and of lost packets, and the control
 * of the first; only with {@code -Dholdfast.measure=true}, two to five minutes each. A short one is
 * in {@code JepsenTest}.
 */
@EnabledIfSystemProperty(named = "holdfast.measure", matches = "true")
class FaultGroupsRunTest {
  private static final int NODES = 3;
  private static final long SEED = 31;

  @TempDir private Path directory;

  private Report run(String workload, List<Kind> faults, Links links)
      throws IOException, InterruptedException {
    RunOptions options =
        new RunOptions(
            Experiments.named(workload).orElseThrow(),
            RunOptions.Api.BOTH,
            faults,
            Duration.ofSeconds(10),
            SEED,
            NODES,
            2,
            8,
            directory,
            null,
            links);
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
    Report report = run(workload, FaultGroups.named(List.of(group), NODES), Links.PROXIES);

    assertThat(report.exitCode()).as(report.inWords()).isEqualTo(Report.VALID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"register", "list-append", "set"})
  void nothingIsFoundWherePacketsAreLost(String workload) throws Exception {
    assumeTrue(NamespaceNetwork.isPossible(), "no network namespaces, which take root");
    Report report = run(workload, FaultGroups.named(List.of("cuts"), NODES), Links.NAMESPACES);

    assertThat(report.exitCode()).as(report.inWords()).isEqualTo(Report.VALID);
  }

  /** The planted fault: were it not found, the runs above would show nothing. */
  @Test
  void disksThatLieAreFoundOut() throws Exception {
    Report report = run("register", List.of(Kind.LYING_DISKS), Links.PROXIES);

    assertThat(report.problem()).isNull();
    assertThat(report.verdict().kind()).isEqualTo(Verdict.Kind.INVALID);
  }
}
