package dev.holdfast.node;

import dev.holdfast.statemachine.spi.FaultHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens when a replica cannot continue (rule H8): one line, and the process ends. */
final class Faults {
  /** Tells a fault from a refused start (1) and a wrong command line (2). */
  static final int EXIT_CODE = 70;

  private static final Logger log = LoggerFactory.getLogger(Faults.class);

  private Faults() {}

  /** Halts without running shutdown hooks: a faulty replica must not hand anything over. */
  static FaultHandler halting() {
    return (message, cause) -> {
      String line =
          "FAULT "
              + message
              + ": "
              + cause
              + "; this node stops so that nothing wrong is served. Restart it; if it stops again,"
              + " delete its directory and restart: it is rebuilt from the others";
      log.error("{}", line, cause);
      System.err.println(line);
      System.err.flush();
      Runtime.getRuntime().halt(EXIT_CODE);
      throw new IllegalStateException("unreachable: the process has halted", cause);
    };
  }
}
