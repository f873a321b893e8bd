package dev.holdfast.jepsen.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One run of a suite, as its file keeps it: a line of fields between tabs.
 *
 * @param pausesMillis of every fault by its kind: the longest time without a write meanwhile
 */
record SuiteLine(
    int number,
    String workload,
    String api,
    long seed,
    int exitCode,
    long operations,
    long millis,
    Map<String, List<Long>> pausesMillis) {
  /** In place of the pause, where none is measured. */
  static final long UNMEASURED = -1;

  private static final int FIELDS = 8;
  private static final long NANOS_PER_MILLI = 1_000_000;

  static SuiteLine of(int number, Report report) {
    Availability availability = new Availability(report.history(), report.strikes());
    Map<String, List<Long>> pauses = new TreeMap<>();
    for (Strike strike : report.strikes()) {
      pauses
          .computeIfAbsent(strike.fault().kind().text(), kind -> new ArrayList<>())
          .add(
              availability.isMeasured()
                  ? availability.longestPause(strike).toMillis()
                  : UNMEASURED);
    }
    long end =
        report.history().events().stream().mapToLong(event -> event.timeNanos()).max().orElse(0);
    return new SuiteLine(
        number,
        report.options().experiment().name(),
        report.options().api().toString(),
        report.options().seed(),
        report.exitCode(),
        report.operationCount(),
        end / NANOS_PER_MILLI,
        pauses);
  }

  String text() {
    String faults =
        pausesMillis.entrySet().stream()
            .map(
                kind ->
                    kind.getKey()
                        + "="
                        + kind.getValue().stream()
                            .map(String::valueOf)
                            .collect(Collectors.joining(",")))
            .collect(Collectors.joining(" "));
    return String.join(
        "\t",
        Integer.toString(number),
        workload,
        api,
        Long.toString(seed),
        Integer.toString(exitCode),
        Long.toString(operations),
        Long.toString(millis),
        faults);
  }

  static SuiteLine parse(String text) {
    String[] fields = text.split("\t", -1);
    if (fields.length != FIELDS) {
      throw new IllegalArgumentException("not a run of a suite: " + text);
    }
    Map<String, List<Long>> pauses = new TreeMap<>();
    for (String fault : fields[7].split(" ")) {
      int equals = fault.indexOf('=');
      if (equals > 0) {
        pauses.put(
            fault.substring(0, equals),
            List.of(fault.substring(equals + 1).split(",")).stream().map(Long::valueOf).toList());
      }
    }
    return new SuiteLine(
        Integer.parseInt(fields[0]),
        fields[1],
        fields[2],
        Long.parseLong(fields[3]),
        Integer.parseInt(fields[4]),
        Long.parseLong(fields[5]),
        Long.parseLong(fields[6]),
        pauses);
  }
}
