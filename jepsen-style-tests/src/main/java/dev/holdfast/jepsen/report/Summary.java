package dev.holdfast.jepsen.report;

import static dev.holdfast.jepsen.report.Markup.escape;

import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** The upper part of the page: the run in numbers. Needs no script to be read. */
final class Summary {
  private static final int NAME_CHARACTERS_MAX = 40;
  private static final int OUTCOME_COUNT = RunJson.OUTCOMES.size();

  private final Run run;

  Summary(Run run) {
    this.run = run;
  }

  String title() {
    return escape(run.history().workload() + ", seed " + run.history().seed());
  }

  /** Seed, length and what else is known. */
  String about() {
    StringBuilder html = new StringBuilder("<dl>");
    entry(html, "seed", Long.toString(run.history().seed()));
    entry(html, "length", seconds(run.endNanos() - run.beginNanos()));
    entry(
        html,
        "clients",
        run.lanes().count() + " at once, " + run.lanes().laneByProcess().size() + " processes");
    run.history().about().forEach((name, value) -> entry(html, name, value));
    return html.append("</dl>").toString();
  }

  private static void entry(StringBuilder html, String name, String value) {
    html.append("<div><dt>").append(escape(name)).append("</dt><dd>");
    html.append(escape(value)).append("</dd></div>");
  }

  /** Operations by function and outcome. */
  String counts() {
    SortedMap<String, long[]> counts = new TreeMap<>();
    long[] total = new long[OUTCOME_COUNT];
    for (Bar bar : run.bars()) {
      int outcome = RunJson.number(bar.outcome());
      counts.computeIfAbsent(bar.function(), f -> new long[OUTCOME_COUNT])[outcome]++;
      total[outcome]++;
    }
    StringBuilder html = new StringBuilder("<table><thead><tr><th scope=\"col\">f</th>");
    RunJson.OUTCOMES.forEach(
        outcome -> html.append("<th scope=\"col\" class=\"n\">").append(outcome).append("</th>"));
    html.append("<th scope=\"col\" class=\"n\">all</th></tr></thead><tbody>");
    counts.forEach((function, row) -> row(html, function, row));
    html.append("</tbody><tfoot>");
    row(html, "all", total);
    return html.append("</tfoot></table>").toString();
  }

  private static void row(StringBuilder html, String name, long[] counts) {
    html.append("<tr><th scope=\"row\">");
    html.append(escape(Shortened.text(name, NAME_CHARACTERS_MAX))).append("</th>");
    long sum = 0;
    for (long count : counts) {
      number(html, count == 0 ? "·" : whole(count));
      sum += count;
    }
    number(html, whole(sum));
    html.append("</tr>");
  }

  private static void number(StringBuilder html, String text) {
    html.append("<td class=\"n\">").append(text).append("</td>");
  }

  /** The longest time in which nothing succeeded, as a button that leads there. */
  String silence() {
    Silences.Span span = run.longestSilence();
    return "longest time without an ok operation: "
        + button(
            span.fromNanos(),
            span.toNanos(),
            millis(span.nanos()) + " ms, from " + seconds(span.fromNanos()));
  }

  /** Every fault with what clients felt of it. */
  String faults() {
    if (run.faults().isEmpty()) {
      return "<p>no faults</p>";
    }
    StringBuilder html =
        new StringBuilder(
            "<table><thead><tr><th scope=\"col\">fault</th><th scope=\"col\" class=\"n\">begin</th>"
                + "<th scope=\"col\" class=\"n\">length, ms</th>"
                + "<th scope=\"col\" class=\"n\">longest without ok, ms</th>"
                + "<th scope=\"col\">evidence</th></tr></thead><tbody>");
    for (FaultBand fault : run.faults()) {
      Silences.Span silence = run.silences().longest(fault.beginNanos(), fault.endNanos());
      html.append("<tr><th scope=\"row\">");
      String name = Shortened.text(fault.name(), NAME_CHARACTERS_MAX);
      html.append(button(fault.beginNanos(), fault.endNanos(), name)).append("</th>");
      number(html, seconds(fault.beginNanos()));
      number(html, millis(fault.endNanos() - fault.beginNanos()));
      number(html, millis(silence.nanos()));
      html.append("<td class=\"evidence\">").append(fault.ended() ? "" : "(had not ended) ");
      html.append(escape(fault.evidence())).append("</td></tr>");
    }
    return html.append("</tbody></table>").toString();
  }

  private static String button(long fromNanos, long toNanos, String text) {
    return "<button type=\"button\" class=\"goto\" data-from=\""
        + fromNanos
        + "\" data-to=\""
        + toNanos
        + "\">"
        + escape(text)
        + "</button>";
  }

  private static String whole(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%,.1f", nanos / 1e6);
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%,.3f s", nanos / 1e9);
  }
}
