package dev.holdfast.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.disk.Shim;
import dev.holdfast.jepsen.history.CounterNotation;
import dev.holdfast.jepsen.history.CounterOperation;
import dev.holdfast.jepsen.history.CounterOperation.Function;
import dev.holdfast.jepsen.history.History;
import dev.holdfast.jepsen.history.HistoryFile;
import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.run.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line: what it runs, and with which exit code it ends. */
class JepsenTest {
  @TempDir private Path directory;

  /** A counter to which 2 was added, and which was found to be this. */
  private Path counter(String workload, long found) throws IOException {
    List<CounterOperation> operations =
        List.of(
            new CounterOperation(0, "c", Function.ADD, 2, Outcome.OK, 0, 10),
            new CounterOperation(0, "c", Function.READ, found, Outcome.OK, 20, 30));
    Path file = directory.resolve("history.jsonl");
    HistoryFile.writeJson(
        new History(
            workload, 1, new TreeMap<>(), History.events(operations, new CounterNotation())),
        file);
    return file;
  }

  @Test
  void aHistoryIsJudgedAgain() throws IOException {
    assertThat(Jepsen.execute("check", counter("counter", 2).toString())).isEqualTo(Report.VALID);
    assertThat(Jepsen.execute("check", counter("counter", 3).toString())).isEqualTo(Report.ANOMALY);
  }

  @Test
  void aHistoryThatCannotBeJudgedIsAFailureOfTheTest() throws IOException {
    Path file = counter("counter", 2);
    List<String> lines = Files.readAllLines(file);
    Files.write(file, lines.subList(0, lines.size() - 1));

    assertThat(Jepsen.execute("check", file.toString())).isEqualTo(Report.FAILED);
    assertThat(Jepsen.execute("check", counter("unheard-of", 2).toString()))
        .isEqualTo(Report.FAILED);
    assertThat(Jepsen.execute("check", counter("bank", 2).toString())).isEqualTo(Report.FAILED);
    assertThat(Jepsen.execute("check", directory.resolve("none").toString()))
        .isEqualTo(Report.FAILED);
  }

  @Test
  void whatIsNotKnownIsRefused() {
    assertThat(Jepsen.execute()).isEqualTo(Report.FAILED);
    assertThat(Jepsen.execute("--workload", "unheard-of")).isEqualTo(Report.FAILED);
    assertThat(Jepsen.execute("--workload", "set", "--nemesis", "kindness"))
        .isEqualTo(Report.FAILED);
    assertThat(Jepsen.execute("--workload", "set", "--nodes", "1")).isEqualTo(Report.FAILED);
    assertThat(Jepsen.execute("--workload", "set", "--seconds", "0")).isEqualTo(Report.FAILED);
    assertThat(Jepsen.execute("--suite", "unheard-of")).isEqualTo(Report.FAILED);
  }

  @Test
  void aRunLeavesItsHistoryInTwoFormsAndAReport() throws IOException {
    String faults = "partition-leader,lossy-links" + (Shim.isPossible() ? ",power-cut-leader" : "");
    int exitCode =
        Jepsen.execute(
            "--workload",
            "rw-register",
            "--nemesis",
            faults,
            "--seconds",
            "10",
            "--seed",
            "7",
            "--out",
            directory.toString());

    String report = Files.readString(directory.resolve("report.txt"));
    assertThat(exitCode).as(report).isEqualTo(Report.VALID);
    assertThat(report).contains(faults.split(",")).contains("verdict    VALID");
    History history = HistoryFile.read(directory.resolve("history.jsonl"));
    assertThat(history.workload()).isEqualTo("rw-register");
    assertThat(history.seed()).isEqualTo(7);
    assertThat(Files.readAllLines(directory.resolve("history.edn")))
        .hasSize(history.events().size());
    assertThat(directory.resolve("nodes/n1.log")).isNotEmptyFile();
    assertThat(Jepsen.execute("check", directory.resolve("history.jsonl").toString()))
        .isEqualTo(Report.VALID);
  }
}
