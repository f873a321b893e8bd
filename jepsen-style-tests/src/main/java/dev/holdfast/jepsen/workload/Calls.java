package dev.holdfast.jepsen.workload;

import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.store.NoEffectException;

/** How the failure of a call is recorded (design section 12). */
final class Calls {
  private Calls() {}

  /** Of a call that may have changed something. */
  static Outcome outcome(RuntimeException failure) {
    return failure instanceof NoEffectException ? Outcome.FAILED : Outcome.UNKNOWN;
  }
}
