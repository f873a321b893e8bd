package dev.holdfast.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.benchmarks.load.Measurement;
import dev.holdfast.benchmarks.load.Operation;
import java.time.Duration;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class MarkdownReportTest {
  private static final Goal GOAL =
      new Goal(
          "ours ahead of theirs",
          new Goal.Term("ours", Operation.PUT, 16),
          new Goal.Term("theirs", Operation.PUT, 16),
          Ratio.Value.OPERATIONS_PER_SECOND,
          Goal.Bound.AT_LEAST,
          1);
  private static final Ratio RATE =
      new Ratio("ours / theirs", "ours", "theirs", Ratio.Value.OPERATIONS_PER_SECOND);

  @Test
  void ratiosAreOfTheMedians() {
    List<Cell> cells =
        List.of(
            cell("ours", 1, 400),
            cell("ours", 2, 100),
            cell("ours", 3, 200),
            cell("theirs", 1, 80),
            cell("theirs", 2, 100),
            cell("theirs", 3, 500));

    String text =
        new MarkdownReport(cells).text("t", List.of("command: x"), List.of(RATE), List.of());

    assertThat(text).contains("- command: x\n").contains("| ours / theirs | put | 2.00 |");
    assertThat(text).contains("| ours | put | 16 | 200 | 1.00 | 1.00 |");
  }

  @Test
  void aGoalIsMetOrNot() {
    List<Cell> ahead = List.of(cell("ours", 1, 300), cell("theirs", 1, 200));
    List<Cell> behind = List.of(cell("ours", 1, 300), cell("theirs", 1, 400));

    String met = new MarkdownReport(ahead).text("t", List.of(), List.of(), List.of(GOAL));
    String missed = new MarkdownReport(behind).text("t", List.of(), List.of(), List.of(GOAL));

    assertThat(met).contains("| ours ahead of theirs | 300/s / 200/s | 1.50 | at least 1 | yes |");
    assertThat(missed)
        .contains("| ours ahead of theirs | 300/s / 400/s | 0.75 | at least 1 | no |");
  }

  @Test
  void conflictsAreSummedBesideErrors() {
    List<Cell> cells = List.of(cell("ours", 1, 10), cell("ours", 2, 10));

    String text = new MarkdownReport(cells).text("t", List.of(), List.of(), List.of());

    assertThat(text).contains("| 14 | 0 |");
  }

  @Test
  void aRatioWithoutItsSystemIsLeftOut() {
    String text =
        new MarkdownReport(List.of(cell("ours", 1, 10)))
            .text("t", List.of(), List.of(RATE), List.of(GOAL));

    assertThat(text).doesNotContain("ours / theirs").doesNotContain("## Goals");
  }

  private static Cell cell(String system, int round, int operationCount) {
    Histogram latency = new Histogram(3);
    latency.recordValueWithCount(1_000_000, operationCount);
    return new Cell(
        system,
        Operation.PUT,
        16,
        round,
        new Measurement(latency, 0, 7, Duration.ofSeconds(1), 1000, 500, true));
  }
}
