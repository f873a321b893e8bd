package dev.holdfast.jepsen.report;

import dev.holdfast.jepsen.history.BrokenHistoryException;
import dev.holdfast.jepsen.history.History;
import java.io.BufferedWriter;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A run as one page: a lane for each client, a bar for each operation from its call to its end, a
 * band for each fault, and a summary. Opens from disk, in a browser without a network.
 */
public final class Timeline {
  private static final Pattern PLACE = Pattern.compile("@@(\\w+)@@");

  private final Run run;
  private final Summary summary;

  private Timeline(Run run) {
    this.run = run;
    this.summary = new Summary(run);
  }

  /**
   * Writes the page. Long values are cut, the more operations the shorter.
   *
   * @throws BrokenHistoryException when an end has no call, or a process calls twice at once
   */
  public static void write(History history, Path file) throws IOException {
    Timeline timeline = new Timeline(Run.of(history));
    // unlike Files.newBufferedWriter, this writer replaces what UTF-8 cannot say
    try (Writer out =
        new BufferedWriter(
            new OutputStreamWriter(Files.newOutputStream(file), StandardCharsets.UTF_8))) {
      timeline.write(out);
    }
  }

  /** Only places of the template are filled: what is filled in is never looked through. */
  private void write(Writer out) throws IOException {
    String template = resource("timeline.html");
    Matcher place = PLACE.matcher(template);
    int end = 0;
    while (place.find()) {
      out.write(template, end, place.start() - end);
      fill(place.group(1), out);
      end = place.end();
    }
    out.write(template, end, template.length() - end);
  }

  private void fill(String place, Writer out) throws IOException {
    switch (place) {
      case "title" -> out.write(summary.title());
      case "workload" -> out.write(Markup.escape(run.history().workload()));
      case "about" -> out.write(summary.about());
      case "counts" -> out.write(summary.counts());
      case "silence" -> out.write(summary.silence());
      case "faults" -> out.write(summary.faults());
      case "style" -> out.write(resource("timeline.css"));
      case "model" -> out.write(resource("model.js"));
      case "drawing" -> out.write(resource("drawing.js"));
      case "view" -> out.write(resource("view.js"));
      case "run" -> new RunJson(run).write(out);
      default -> throw new IllegalStateException("the template has an unknown place: " + place);
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = Timeline.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException(name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
