package dev.holdfast.jepsen.workload;

import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.Recorder;
import dev.holdfast.jepsen.store.Clients;
import dev.holdfast.jepsen.store.Store;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * One client: does one step after the other, and rests between them. After an outcome that nobody
 * knows it goes on as another process, as the old one may still be doing what it did.
 *
 * @param pauseNanosMax the longest rest
 */
record ClientLoop(Recorder<?> recorder, long pauseNanosMax) {
  /** What a client does next. */
  interface Step {
    Outcome run(int process, Store store);
  }

  /**
   * Returns when it is told to stop.
   *
   * @param number of the client, which tells the node that it turns to first
   */
  void run(Clients clients, int number, Random random, BooleanSupplier stopped, Step step) {
    int process = recorder.newProcess();
    try (Store store = clients.open(number % clients.nodeCount())) {
      while (!stopped.getAsBoolean()) {
        Outcome outcome = step.run(process, store);
        process = outcome == Outcome.UNKNOWN ? recorder.newProcess() : process;
        clients.rest(1 + random.nextLong(pauseNanosMax));
      }
    }
  }
}
