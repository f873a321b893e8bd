package dev.holdfast.jepsen.run;

import dev.holdfast.jepsen.checker.Checker;
import dev.holdfast.jepsen.checker.Verdict;
import dev.holdfast.jepsen.history.Event;
import dev.holdfast.jepsen.history.History;
import dev.holdfast.jepsen.history.Notation;
import dev.holdfast.jepsen.history.Recorder;
import dev.holdfast.jepsen.history.Timed;
import dev.holdfast.jepsen.workload.Workload;
import java.util.List;
import java.util.function.Function;

/**
 * A workload, how its history is written, and who judges it.
 *
 * @param name on the command line and in the history
 * @param promise what it puts to the test, in words
 * @param workload makes one that records there
 */
public record Experiment<O extends Timed>(
    String name,
    String promise,
    Notation<O> notation,
    Checker<O> checker,
    Function<Recorder<O>, Workload> workload) {

  /** Once begun it is a workload with a recorder. */
  public record Begun<O extends Timed>(
      Experiment<O> experiment, Recorder<O> recorder, Workload workload) {
    public List<Event> events() {
      return History.events(recorder.operations(), experiment.notation());
    }
  }

  public Begun<O> begin() {
    Recorder<O> recorder = new Recorder<>();
    return new Begun<>(this, recorder, workload.apply(recorder));
  }

  /**
   * Judges a history, a new one or one from a file.
   *
   * @throws dev.holdfast.jepsen.history.BrokenHistoryException when it is not of this workload
   */
  public Verdict judge(History history) {
    Verdict verdict = checker.check(history.operations(notation));
    boolean isTested = verdict.kind() != Verdict.Kind.VALID || Writes.anySucceeded(history);
    return isTested ? verdict : Verdict.untested("no write succeeded: nothing was tested");
  }
}
