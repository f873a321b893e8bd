package dev.holdfast.node.telemetry;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.Histogram;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Snapshot;
import com.codahale.metrics.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a registry in Prometheus's text format 0.0.4.
 *
 * <p>A metric's name may end in labels, {@code name{key="value"}}; metrics that differ in labels
 * only are one family. Dots become underscores, all names begin with {@code holdfast_}. Timers and
 * histograms become summaries; a unit of {@code nanos} in a timer's name becomes {@code seconds}.
 */
final class PrometheusText {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double[] QUANTILES = {0.5, 0.9, 0.99, 0.999};

  /** The lines of one family, under its TYPE line. */
  private record Family(String type, List<String> lines) {}

  private final Map<String, Family> families = new TreeMap<>();

  static String of(MetricRegistry registry) {
    PrometheusText text = new PrometheusText();
    text.add(registry);
    return text.toString();
  }

  void add(MetricRegistry registry) {
    registry.getGauges().forEach(this::gauge);
    registry.getCounters().forEach((name, counter) -> counter(name, counter.getCount()));
    registry.getMeters().forEach((name, meter) -> counter(name, meter.getCount()));
    registry.getHistograms().forEach(this::histogram);
    registry.getTimers().forEach(this::timer);
  }

  /** Adds one value of a gauge. */
  void gauge(String name, double value) {
    Name parsed = Name.of(name);
    line(parsed.base(), "gauge", parsed.base(), parsed.labels(), value);
  }

  private void gauge(String name, Gauge<?> gauge) {
    if (gauge instanceof NodeMetrics.CountElsewhere counter) {
      counter(name, counter.getValue());
    } else if (gauge.getValue() instanceof Number number) {
      gauge(name, number.doubleValue());
    }
  }

  void counter(String name, long count) {
    Name parsed = Name.of(name);
    String total = parsed.base() + "_total";
    line(total, "counter", total, parsed.labels(), (double) count);
  }

  private void histogram(String name, Histogram histogram) {
    summary(Name.of(name), histogram.getSnapshot(), histogram.getCount(), 1);
  }

  private void timer(String name, Timer timer) {
    Name parsed = Name.of(name);
    String seconds = parsed.base().replaceAll("_nanos$", "_seconds");
    summary(
        new Name(seconds, parsed.labels()),
        timer.getSnapshot(),
        timer.getCount(),
        NANOS_PER_SECOND);
  }

  private void summary(Name name, Snapshot snapshot, long count, double divisor) {
    for (double quantile : QUANTILES) {
      String label = "quantile=\"" + quantile + "\"";
      String labels = name.labels().isEmpty() ? label : name.labels() + "," + label;
      line(name.base(), "summary", name.base(), labels, snapshot.getValue(quantile) / divisor);
    }
    line(name.base(), "summary", name.base() + "_count", name.labels(), (double) count);
  }

  private void line(String family, String type, String name, String labels, double value) {
    String head = labels.isEmpty() ? name : name + "{" + labels + "}";
    families
        .computeIfAbsent(family, unseen -> new Family(type, new ArrayList<>()))
        .lines()
        .add(head + " " + number(value));
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.9g", value);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    families.forEach(
        (name, family) -> {
          text.append("# TYPE ").append(name).append(' ').append(family.type()).append('\n');
          family.lines().forEach(line -> text.append(line).append('\n'));
        });
    return text.toString();
  }

  /** A metric's name in Prometheus's alphabet, and its labels without braces. */
  private record Name(String base, String labels) {
    static Name of(String name) {
      int brace = name.indexOf('{');
      String base = brace < 0 ? name : name.substring(0, brace);
      String labels = brace < 0 ? "" : name.substring(brace + 1, name.length() - 1);
      return new Name("holdfast_" + base.replaceAll("[^a-zA-Z0-9_]", "_"), labels);
    }
  }
}
