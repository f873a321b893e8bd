package dev.holdfast.jepsen.workload;

import dev.holdfast.jepsen.store.Clients;
import dev.holdfast.jepsen.store.Store;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** What the clients of a run do; what they see goes to a recorder. */
public interface Workload {
  /** Makes the tables, and what is in them at first. Once, before all else. */
  void prepare(Store store);

  /**
   * Runs one client until told to stop. Thread-safe.
   *
   * @param number of the client, from 0
   */
  void run(Clients clients, int number, Random random, BooleanSupplier stopped);

  /**
   * Looks at what is there when all clients have ended and nothing is broken any more, so that what
   * was lost at the end is noticed as well.
   */
  void finish(Store store);
}
