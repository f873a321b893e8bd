package dev.holdfast.jepsen.planted;

import dev.holdfast.jepsen.checker.Verdict;
import dev.holdfast.jepsen.run.Report;

/**
 * What the workload and the faults that find a mistake came to without it.
 *
 * @param isSound whether nothing was found, in a run that reached what it should
 */
public record Control(PlantedBug bug, Report report, boolean isSound) {
  /** Some faults cannot come about without the mistake, and say so: that is as it should be. */
  static Control of(PlantedBug bug, Report report) {
    String words = bug.unreachable();
    String problem = report.problem();
    boolean isUnreachable =
        words != null
            && problem != null
            && problem.contains(words)
            && report.verdict().kind() != Verdict.Kind.INVALID;
    return new Control(bug, report, report.exitCode() == Report.VALID || isUnreachable);
  }

  /** For the console. */
  public String inWords() {
    String judged =
        !isSound
            ? "NOT as it should be"
            : report.exitCode() == Report.VALID
                ? "valid"
                : "its fault cannot come about, and says so";
    return "%-30s without it: %s%n%s".formatted(bug.name(), judged, report.inWords().indent(4));
  }
}
