package dev.holdfast.jepsen.run;

import dev.holdfast.jepsen.checker.Anomaly;
import dev.holdfast.jepsen.history.HistoryFile;
import dev.holdfast.jepsen.report.Timeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes what a run leaves behind: its history in two forms and as a page for a person, the report,
 * and a drawing of the anomaly where there is one.
 */
public final class Keeping {
  private Keeping() {}

  public static void keep(Report report) throws IOException {
    Path directory = Files.createDirectories(report.options().directory());
    HistoryFile.writeJson(report.history(), directory.resolve("history.jsonl"));
    HistoryFile.writeEdn(report.history(), directory.resolve("history.edn"));
    Files.writeString(directory.resolve("report.txt"), report.inWords());
    Timeline.write(report.history(), directory.resolve("timeline.html"));
    Anomaly anomaly = report.verdict().anomaly();
    if (anomaly != null) {
      Files.writeString(directory.resolve("anomaly.svg"), AnomalyDrawing.svg(anomaly));
    }
  }
}
