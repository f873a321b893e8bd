package dev.holdfast.jepsen.run;

import dev.holdfast.jepsen.checker.Verdict;
import dev.holdfast.jepsen.history.Event;
import dev.holdfast.jepsen.history.History;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What came of a run.
 *
 * @param problem why the run itself failed, in words; null when it went as planned
 * @param answers how many calls were answered, by API
 */
public record Report(
    RunOptions options,
    History history,
    List<Strike> strikes,
    Verdict verdict,
    Duration judging,
    Map<String, Long> answers,
    @Nullable String problem) {
  /** Exit codes of the command line. */
  public static final int VALID = 0;

  public static final int ANOMALY = 1;
  public static final int UNKNOWN = 2;
  public static final int FAILED = 3;

  /** An anomaly counts also when the run did not come to its end. */
  public int exitCode() {
    return switch (verdict.kind()) {
      case INVALID -> ANOMALY;
      case UNTESTED -> FAILED;
      case UNKNOWN -> problem == null ? UNKNOWN : FAILED;
      case VALID -> problem == null ? VALID : FAILED;
    };
  }

  /** Operations by outcome, as the history has them. */
  Map<Event.Type, Long> outcomes() {
    return history.events().stream()
        .filter(event -> event.process() != Event.NEMESIS)
        .filter(event -> event.type() != Event.Type.INVOKE)
        .collect(Collectors.groupingBy(Event::type, TreeMap::new, Collectors.counting()));
  }

  public long operationCount() {
    return outcomes().values().stream().mapToLong(Long::longValue).sum();
  }

  /** How often each kind of fault struck, and the longest time without a write meanwhile. */
  String faultsInWords() {
    Availability availability = new Availability(history, strikes);
    String pause = availability.isMeasured() ? ", writes paused for at most %,d ms" : "";
    Map<String, List<Strike>> kinds =
        strikes.stream()
            .collect(
                Collectors.groupingBy(
                    strike -> strike.fault().kind().text(), TreeMap::new, Collectors.toList()));
    return kinds.entrySet().stream()
        .map(
            kind ->
                ("  %-22s %3d times" + pause)
                    .formatted(
                        kind.getKey(),
                        kind.getValue().size(),
                        availability.longestPause(kind.getValue()).toMillis()))
        .collect(Collectors.joining("\n", "", longestWait(availability)));
  }

  private static String longestWait(Availability availability) {
    return availability.isMeasured()
        ? "\n  in the whole run a write waited for at most %,d ms"
            .formatted(availability.longestWait().toMillis())
        : "";
  }

  /** For a person. */
  public String inWords() {
    StringBuilder text = new StringBuilder();
    text.append("workload   ").append(options.experiment().name());
    text.append(": ").append(options.experiment().promise()).append('\n');
    text.append("seed       ").append(options.seed()).append('\n');
    text.append("operations ").append(operationCount()).append(' ').append(outcomes());
    text.append(", answered ").append(answers).append('\n');
    text.append("faults     ").append(strikes.size()).append('\n');
    if (!strikes.isEmpty()) {
      text.append(faultsInWords()).append('\n');
    }
    text.append("judged in  ").append(judging.toMillis()).append(" ms\n");
    if (problem != null) {
      text.append("problem    ").append(problem).append('\n');
    }
    text.append("verdict    ").append(verdict.kind());
    if (!verdict.explanation().isEmpty()) {
      text.append(": ").append(verdict.explanation());
    }
    return text.append('\n').toString();
  }
}
