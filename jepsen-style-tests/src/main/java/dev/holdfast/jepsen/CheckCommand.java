package dev.holdfast.jepsen;

import dev.holdfast.jepsen.checker.Anomaly;
import dev.holdfast.jepsen.checker.Verdict;
import dev.holdfast.jepsen.history.BrokenHistoryException;
import dev.holdfast.jepsen.history.History;
import dev.holdfast.jepsen.history.HistoryFile;
import dev.holdfast.jepsen.report.Timeline;
import dev.holdfast.jepsen.run.AnomalyDrawing;
import dev.holdfast.jepsen.run.Experiment;
import dev.holdfast.jepsen.run.Experiments;
import dev.holdfast.jepsen.run.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./holdfast jepsen check FILE}: judges a history again. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = "Judges a history that a run has written, or anyone else in its format.")
final class CheckCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "JSON lines: the history.jsonl of a run.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Path file;

  @Option(names = "--timeline", paramLabel = "HTML", description = "Also writes a page of it.")
  private @Nullable Path page;

  @Option(
      names = "--drawing",
      paramLabel = "SVG",
      description = "Also draws the anomaly, if it is a cycle of transactions.")
  private @Nullable Path drawing;

  @Override
  public Integer call() throws IOException {
    PrintWriter console = spec.commandLine().getOut();
    PrintWriter errors = spec.commandLine().getErr();
    try {
      History history = HistoryFile.read(file);
      Experiment<?> experiment =
          Experiments.named(history.workload())
              .orElseThrow(
                  () ->
                      new BrokenHistoryException(
                          "of the workload " + history.workload() + ", which is not known here"));
      if (page != null) {
        Timeline.write(history, page);
      }
      Verdict verdict = experiment.judge(history);
      Anomaly anomaly = verdict.anomaly();
      if (drawing != null && anomaly != null) {
        Files.writeString(drawing, AnomalyDrawing.svg(anomaly));
      }
      console.println(
          verdict.explanation().isEmpty()
              ? verdict.kind().toString()
              : verdict.kind() + ": " + verdict.explanation());
      return switch (verdict.kind()) {
        case VALID -> Report.VALID;
        case INVALID -> Report.ANOMALY;
        case UNKNOWN -> Report.UNKNOWN;
        case UNTESTED -> Report.FAILED;
      };
    } catch (BrokenHistoryException e) {
      errors.println("jepsen: " + file + ": " + e.getMessage());
      return Report.FAILED;
    } catch (NoSuchFileException e) {
      errors.println("jepsen: there is no file " + file);
      return Report.FAILED;
    }
  }
}
