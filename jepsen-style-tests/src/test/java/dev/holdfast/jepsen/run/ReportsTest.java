package dev.holdfast.jepsen.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.checker.Verdict;
import dev.holdfast.jepsen.history.Event;
import dev.holdfast.jepsen.history.Form;
import dev.holdfast.jepsen.history.History;
import dev.holdfast.jepsen.nemesis.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is said of a run and of a suite. */
class ReportsTest {
  private static final long MILLI = 1_000_000;

  private static Event ok(long millis, String function, Form value) {
    return new Event(millis * MILLI, Event.Type.OK, 0, function, value);
  }

  private static Event invoked(long millis, String function, int process) {
    return new Event(millis * MILLI, Event.Type.INVOKE, process, function, Form.NOTHING);
  }

  private static Event write(long millis) {
    return ok(millis, "write", Form.sequence(Form.of("x"), Form.of(1)));
  }

  private static Strike kill(long beginMillis, long endMillis) {
    Fault fault =
        new Fault(Fault.Kind.KILL_LEADER, List.of(0), "node 0 ended", Duration.ofMillis(1));
    return new Strike(fault, beginMillis * MILLI, endMillis * MILLI);
  }

  private static History history(Event... events) {
    return new History("register", 1, new TreeMap<>(), List.of(events));
  }

  private static Report report(Verdict verdict, @Nullable String problem, Event... events) {
    RunOptions options =
        new RunOptions(
            Experiments.named("register").orElseThrow(),
            RunOptions.Api.BOTH,
            List.of(Fault.Kind.KILL_LEADER),
            Duration.ofSeconds(1),
            7,
            3,
            1,
            2,
            Path.of("none"));
    return new Report(
        options,
        history(events),
        List.of(kill(100, 200), kill(1_000, 1_100)),
        verdict,
        Duration.ZERO,
        Map.of(),
        problem);
  }

  private static Availability availability(Event... events) {
    return new Availability(history(events), List.of());
  }

  @Test
  void writesPauseFromTheFaultToTheFirstOneAfter() {
    Availability availability =
        availability(write(50), write(90), write(1_090), write(1_095), write(2_000));

    assertThat(availability.longestPause(kill(100, 200))).isEqualTo(Duration.ofMillis(990));
    assertThat(availability.longestPause(kill(1_091, 1_094))).isEqualTo(Duration.ofMillis(4));
  }

  /** Another partition's may go on. */
  @Test
  void aWriteThatWaitsIsAPauseWhateverOthersDo() {
    Availability availability =
        availability(
            invoked(80, "write", 1),
            invoked(85, "txn", 2),
            invoked(95, "write", 3),
            ok(98, "write", Form.NOTHING),
            write(100),
            write(120),
            write(140),
            new Event(150 * MILLI, Event.Type.INFO, 1, "write", Form.NOTHING),
            new Event(190 * MILLI, Event.Type.OK, 2, "txn", Form.sequence()),
            write(160));

    assertThat(availability.longestPause(kill(110, 130))).isEqualTo(Duration.ofMillis(40));
    assertThat(availability.longestPause(kill(152, 156))).isEqualTo(Duration.ofMillis(8));
  }

  @Test
  void aPauseThatNoWriteEndsLastsUntilTheEnd() {
    Availability availability = availability(write(50), ok(700, "read", Form.NOTHING));

    assertThat(availability.longestPause(kill(100, 200))).isEqualTo(Duration.ofMillis(600));
  }

  /** A leader is killed, and before a write is answered the next one is. */
  @Test
  void whatIsWaitedForFromTheNextFaultOnIsThatOnes() {
    Strike first = kill(100, 200);
    Strike next = kill(250, 300);
    Availability availability =
        new Availability(
            history(
                invoked(150, "write", 1),
                write(160),
                new Event(900 * MILLI, Event.Type.OK, 1, "write", Form.NOTHING)),
            List.of(first, next));

    assertThat(availability.longestPause(first)).isEqualTo(Duration.ofMillis(100));
    assertThat(availability.longestPause(next)).isEqualTo(Duration.ofMillis(650));
    assertThat(availability.longestWait()).isEqualTo(Duration.ofMillis(750));
  }

  @Test
  void aRunWithoutASuccessfulWriteTestsNothing() {
    History history =
        history(
            new Event(0, Event.Type.INVOKE, 0, "read", Form.sequence(Form.of("x"), Form.NOTHING)),
            ok(1, "read", Form.sequence(Form.of("x"), Form.NOTHING)));

    assertThat(Experiments.named("register").orElseThrow().judge(history).kind())
        .isEqualTo(Verdict.Kind.UNTESTED);
  }

  @Test
  void readsDoNotCountAsWrites() {
    Form read = Form.sequence(new Form.Word("r"), Form.of("x"), Form.NOTHING);
    Form append = Form.sequence(new Form.Word("append"), Form.of("x"), Form.of(1));
    Availability availability =
        availability(
            write(0),
            ok(10, "read", Form.NOTHING),
            ok(20, "txn", Form.sequence(read)),
            ok(30, "txn", Form.sequence(read, append)),
            ok(40, "scan", Form.NOTHING));

    assertThat(availability.longestPause(kill(1, 2))).isEqualTo(Duration.ofMillis(29));
  }

  @Test
  void exitCodesTellAnomaliesFromFailures() {
    assertThat(report(Verdict.valid(), null).exitCode()).isEqualTo(Report.VALID);
    assertThat(report(Verdict.valid(), "a fault had no effect").exitCode())
        .isEqualTo(Report.FAILED);
    assertThat(report(Verdict.invalid("stale"), "cut short").exitCode()).isEqualTo(Report.ANOMALY);
    assertThat(report(Verdict.unknown("too long"), null).exitCode()).isEqualTo(Report.UNKNOWN);
    assertThat(report(Verdict.untested("nothing"), null).exitCode()).isEqualTo(Report.FAILED);
  }

  @Test
  void aSuiteKnowsItsRunsAgain() {
    SuiteLine line = SuiteLine.of(3, report(Verdict.valid(), null, write(50), write(900)));

    assertThat(line.pausesMillis()).containsEntry("kill-leader", List.of(800L, 0L));
    assertThat(SuiteLine.parse(line.text())).isEqualTo(line);
    SuiteLine calm =
        new SuiteLine(4, "bank", "NATIVE", -9, Report.ANOMALY, 12, 34, new TreeMap<>());
    assertThat(SuiteLine.parse(calm.text())).isEqualTo(calm);
  }

  @Test
  void aSuiteCountsRunsFaultsAndAnomalies() {
    List<SuiteLine> lines = new ArrayList<>();
    lines.add(SuiteLine.of(0, report(Verdict.valid(), null, write(50), write(900))));
    lines.add(
        SuiteLine.of(1, report(Verdict.invalid("stale"), null, write(0), write(99), write(3_000))));

    String page = SuiteReport.markdown(Suite.named("short").orElseThrow(), 1, lines);

    assertThat(page)
        .contains("2 runs", "5 operations, 4 faults; 1 anomalies, 0 unknown, 0 failed")
        .contains("| register | 2 | 5 | 1 | 0 | 0 |")
        .contains("| kill-leader | 4 | 800 ms | 2,000 ms | 2,000 ms |")
        .contains("run 1, register, BOTH, seed 7: exit code 1");
  }
}
